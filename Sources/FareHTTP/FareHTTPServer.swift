public import FareBooking
import FareDomain
public import FarePorts
public import FareSearch
public import Hummingbird
import HummingbirdCore
public import Logging
import NIOCore
public import Resilience

/// The service's outside: every route, over the search and the booking core.
public struct FareHTTPServer: Sendable {
    /// What the routes work with.
    public struct Parts: Sendable {
        public var search: FareSearch
        public var engine: BookingEngine
        public var store: any BookingStore
        public var clock: any MonotonicClock & WallClock
        public var identifiers: IdentifierSource
        public var policy: BookingPolicy
        /// This process, among all that share the store.
        public var owner: String
        public var health: @Sendable () async -> HealthReport
        /// Why the service should get no requests now; nil if it should.
        public var readiness: @Sendable () async -> String?
        public var drain: Drain
        public var metrics: Exposition
        /// Compares the store with the providers and the gateway once, now; nil where there is no time for it any more.
        public var reconcile: @Sendable () async -> ReconciliationReport?
        /// Nil to let everybody in.
        public var keys: APIKeys?
        /// Of the tokens that accept a new price.
        public var sealingKey: SealingKey
        public var logger: Logger

        public init(
            search: FareSearch, engine: BookingEngine, store: any BookingStore,
            clock: any MonotonicClock & WallClock, identifiers: IdentifierSource, policy: BookingPolicy, owner: String,
            health: @escaping @Sendable () async -> HealthReport,
            readiness: @escaping @Sendable () async -> String?, drain: Drain = Drain(), metrics: Exposition,
            reconcile: @escaping @Sendable () async -> ReconciliationReport?, keys: APIKeys?,
            sealingKey: SealingKey, logger: Logger
        ) {
            self.search = search
            self.engine = engine
            self.store = store
            self.clock = clock
            self.identifiers = identifiers
            self.policy = policy
            self.owner = owner
            self.health = health
            self.readiness = readiness
            self.drain = drain
            self.metrics = metrics
            self.reconcile = reconcile
            self.keys = keys
            self.sealingKey = sealingKey
            self.logger = logger
        }
    }

    /// What `/metrics` answers.
    public struct Exposition: Sendable {
        var contentType: String
        var text: @Sendable () -> [UInt8]

        /// - Parameter text: everything that is counted, as it is now; called at each scrape, and must not block.
        public init(contentType: String, text: @escaping @Sendable () -> [UInt8]) {
            self.contentType = contentType
            self.text = text
        }
    }

    private let parts: Parts

    public init(_ parts: Parts) { self.parts = parts }

    /// A server that listens once it is run, and stops when its task is cancelled or its service group shuts down.
    ///
    /// - Parameters:
    ///   - connections: how many are open at once, at most; more wait in the listening queue.
    ///   - onListening: told the port, which matters where 0 was asked for.
    public func application(
        host: String, port: Int, connections: Int, onListening: @escaping @Sendable (Int) async -> Void = { _ in }
    ) -> some ApplicationProtocol {
        Application(
            responder: responder(),
            server: .http1(configuration: HTTP1Channel.Configuration(idleTimeout: Self.idleTimeout)),
            configuration: ApplicationConfiguration(
                address: .hostname(host, port: port), serverName: "faremux",
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) },
            logger: parts.logger)
    }

    /// Longer than the longest deadline that a caller may ask for: no request is cut off while it is worked on.
    private static let idleTimeout = TimeAmount.seconds(150)

    /// What answers each request, without a connection.
    func responder() -> RouterResponder<EdgeContext> {
        let listing = Router(context: EdgeContext.self)
        addRoutes(to: listing)
        let router = Router(context: EdgeContext.self, options: .autoGenerateHeadEndpoints)
        router.add(middleware: RequestMetrics(clock: parts.clock))
        router.add(
            middleware: EdgeMiddleware(identifiers: parts.identifiers, allowed: AllowedMethods(listing.routes)))
        router.add(middleware: AuthenticationMiddleware(keys: parts.keys))
        addRoutes(to: router)
        return router.buildResponder()
    }

    private func addRoutes(to router: Router<EdgeContext>) {
        let views = BookingViews(engine: parts.engine, store: parts.store)
        let idempotency = Idempotency(
            store: parts.store, clock: parts.clock, owner: parts.owner, about: { await views.problemMembers(of: $0) },
            drain: parts.drain, logger: parts.logger)
        let tokens = AcceptTokens(key: parts.sealingKey)
        let desk = BookingDesk(search: parts.search, engine: parts.engine, views: views, idempotency: idempotency)
        let cheapest = CheapestBooking(
            search: parts.search, desk: desk, clock: parts.clock, identifiers: parts.identifiers,
            policy: parts.policy)
        let offers = OfferBooking(
            search: parts.search, desk: desk, tokens: tokens, clock: parts.clock, identifiers: parts.identifiers,
            policy: parts.policy)
        HealthRoutes(health: parts.health, readiness: parts.readiness).add(to: router)
        MetricsRoutes(exposition: parts.metrics).add(to: router)
        AdminRoutes(reconcile: parts.reconcile).add(to: router)
        SearchRoutes(search: parts.search, clock: parts.clock).add(to: router)
        PricingRoute(search: parts.search, tokens: tokens, clock: parts.clock).add(to: router)
        BookingRoutes(
            cheapest: cheapest, offers: offers, idempotency: idempotency, views: views, clock: parts.clock
        ).add(to: router)
        CancellationRoutes(
            engine: parts.engine, views: views, idempotency: idempotency, clock: parts.clock,
            identifiers: parts.identifiers
        ).add(to: router)
    }
}
