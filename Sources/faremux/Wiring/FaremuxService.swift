import CurlTransport
import FareBooking
import FareDomain
import FareHTTP
import FarePorts
import FareSearch
import Glibc
import GuardedTransport
import Hummingbird
import Logging
import Resilience
import SQLiteStore
import ServiceLifecycle
import StripePayments
import Telemetry
import UnixSignals

/// Puts the parts together and runs them.
struct FaremuxService {
    private let configuration: ServiceConfiguration
    private let providers: [ProviderConfiguration]

    init(_ configuration: ServiceConfiguration, providers: [ProviderConfiguration]) {
        self.configuration = configuration
        self.providers = providers
    }

    /// Returns when the service was told to stop and has finished what it had begun.
    func run() async throws {
        let logger = Self.logger(level: configuration.logLevel)
        // First: what is made before counts nothing.
        let metrics = MetricsAssembly.bootstrap(series: configuration.metricSeries)
        let clock = SystemClock()
        let store = try await StoreOpening.open(configuration)
        let curl = try startCurl()
        let guards = providers.map { provider in
            GuardedTransport(
                curl, provider: provider.id, configuration: provider.guarding, clock: clock, wallClock: clock,
                observer: CallMetrics())
        }
        let fareProviders = zip(providers, guards).map { provider, transport in
            provider.dialect.provider(provider, transport: transport, clock: clock)
        }
        let payments = paymentGuard(curl, clock)
        metrics.add(GuardMetrics(guards: guards + [payments]))
        let rates = try await RatesLoading.load(configuration.rates, over: curl, clock: clock)
        let identifiers = IdentifierSource()
        let owner = identifiers.request()
        let engine = BookingEngine(
            providers: fareProviders,
            gateway: StripePayments(
                baseURL: configuration.paymentsURL, secretKey: configuration.paymentsKey, transport: payments),
            store: store, clock: clock,
            configuration: BookingEngine.Configuration(
                owner: owner, boot: MachineRun.current, capacity: configuration.bookings,
                recoveryInterval: configuration.recovery, rules: rules,
                gatewayLongestCall: configuration.paymentsTimeout),
            logger: logger)
        let reconciliation = Reconciliation(Reconciler(engine), interval: configuration.reconciliation, logger: logger)
        let drain = Drain()
        let health = HealthAssembly(guards: guards, payments: payments, store: store, clock: clock)
        var policy = BookingPolicy()
        policy.holdFor = configuration.holdFor
        policy.quarantine = configuration.quarantine
        let server = FareHTTPServer(
            FareHTTPServer.Parts(
                search: FareSearch(
                    providers: fareProviders, rates: rates, book: OfferBook(capacity: configuration.offers),
                    clock: clock, identifiers: identifiers,
                    booksWithoutLookup: Set(providers.filter(\.booksWithoutLookup).map(\.id))),
                engine: engine, store: store, clock: clock, identifiers: identifiers, policy: policy,
                owner: owner, health: { await health.report() },
                readiness: { drain.isBegun ? "draining" : await health.storeObjection() },
                drain: drain, metrics: MetricsAssembly.endpoint(metrics), reconcile: { await reconciliation.report() },
                keys: try apiKeys(logger), sealingKey: try sealingKey(), logger: logger))
        let host = configuration.host
        let application = server.application(
            host: host, port: configuration.port, connections: configuration.connections
        ) { port in
            print("faremux listening on http://\(host):\(port)")
            fflush(nil)  // Into a pipe, lines wait otherwise.
        }
        let retention = KeyRetention(store: store, clock: clock, logger: logger)
        // The last is told first to stop, and the others wait for it.
        var group = ServiceGroupConfiguration(
            services: [
                TransportService(curl: curl), EngineService(engine: engine), KeyPurge(retention: retention),
                application, reconciliation, DrainService(drain: drain),
            ],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = .seconds(25)
        do {
            try await ServiceGroup(configuration: group).run()
        } catch {
            try? await store.close()
            throw error
        }
        try await store.close()
    }

    /// What the bookings go by at each provider.
    private var rules: [ProviderID: ProviderRules] {
        Dictionary(
            uniqueKeysWithValues: providers.map { provider in
                (provider.id, ProviderRules(quarantine: provider.quarantine, longestCall: provider.longestCall))
            })
    }

    private static func logger(level: Logger.Level) -> Logger {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
        return Logger(label: "faremux")
    }

    private func apiKeys(_ logger: Logger) throws -> APIKeys? {
        guard let path = configuration.apiKeysFile else { return nil }
        do {
            return try APIKeys(path: path, logger: logger)
        } catch {
            throw StartError("FAREMUX_API_KEYS_FILE: \(error.detail)")
        }
    }

    private func sealingKey() throws -> SealingKey {
        guard let path = configuration.sealingKeyFile else { return .random() }
        do {
            return try SealingKey(file: path)
        } catch {
            throw StartError("FAREMUX_SEALING_KEY_FILE: \(error.detail)")
        }
    }

    private func startCurl() throws -> CurlTransport {
        do {
            return try CurlTransport()
        } catch {
            throw StartError("outbound HTTP can't be started: \(error.detail)")
        }
    }

    /// The gateway has timeouts and circuits like a provider's, and no quota.
    private func paymentGuard(_ curl: CurlTransport, _ clock: SystemClock) -> GuardedTransport {
        var guarding = GuardConfiguration()
        guarding.timeouts = .init(connect: .seconds(1), all: configuration.paymentsTimeout)
        guarding.limits.perSecond = 1000
        return GuardedTransport(
            curl, provider: ProviderID("payments"), configuration: guarding, clock: clock, wallClock: clock,
            observer: CallMetrics())
    }
}

/// Why the service could not start.
struct StartError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// Has the service say that it is on its way out, while it listens on until what was begun is answered.
private struct DrainService: Service {
    let drain: Drain

    func run() async throws {
        try await gracefulShutdown()
        await drain.run()
    }
}

/// Keeps outbound HTTP up until everything that needs it is done.
private struct TransportService: Service {
    let curl: CurlTransport

    func run() async throws {
        await withGracefulShutdownHandler {
            await curl.run()
        } onGracefulShutdown: {
            curl.beginShutdown()
        }
    }
}

/// Runs the bookings, and finishes those at work before it ends.
private struct EngineService: Service {
    let engine: BookingEngine

    func run() async throws {
        await withGracefulShutdownHandler {
            await engine.run()
        } onGracefulShutdown: {
            engine.drain()
        }
    }
}
