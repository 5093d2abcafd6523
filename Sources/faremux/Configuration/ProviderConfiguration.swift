import FareDomain
import Foundation
import GuardedTransport
import Resilience

/// One provider instance: a `provider.yaml`.
struct ProviderConfiguration {
    var id: ProviderID
    var dialect: Dialect
    var baseURL: String
    var credentials: Credentials
    var guarding: GuardConfiguration
    /// How long after a lost call "not found" proves something here; the service's where nil.
    var quarantine: Duration?
    /// Whether offers are booked whose outcome nobody could ask about: those for which the dialect's
    /// `ProviderCapabilities.settlesBooking` is false.
    var booksWithoutLookup: Bool

    /// The longest that a call which changes something may take: from its `notAfter` on, one may be on its way as long.
    var longestCall: Duration { guarding.timeouts.longestChange }

    /// What a provider takes to let us in.
    struct Credentials {
        var token = ""
        var clientID = ""
        var clientSecret = ""
        var apiKey = ""
    }

    /// Every enabled provider under a folder, in the order of their ids.
    ///
    /// - Throws: with every error of every file at once.
    static func load(
        folder: String, only: Set<String>?, environment: [String: String]
    ) async throws(ConfigurationError) -> [ProviderConfiguration] {
        var errors: [String] = []
        var found: [ProviderConfiguration] = []
        var ids: [String: String] = [:]
        for file in try files(in: folder) {
            var settings: Settings
            do throws(ConfigurationError) {
                settings = try await Settings(file: file, environmentPrefix: nil, environment: [:])
            } catch {
                errors += error.reasons
                continue
            }
            let configuration = ProviderConfiguration(&settings, only: only, environment: environment)
            errors += settings.errors
            guard let configuration else { continue }
            if let other = ids.updateValue(file, forKey: configuration.id.rawValue) {
                errors.append("\(file): id: \(configuration.id) is taken by \(other)")
            }
            found.append(configuration)
        }
        for id in (only ?? []).subtracting(found.map(\.id.rawValue)).sorted() where errors.isEmpty {
            errors.append("FAREMUX_PROVIDERS: there is no enabled provider \(id) in \(folder)")
        }
        guard errors.isEmpty else { throw ConfigurationError(errors) }
        return found.sorted { $0.id < $1.id }
    }

    private static func files(in folder: String) throws(ConfigurationError) -> [String] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw ConfigurationError(["--providers: \(folder) can't be read: \(error.localizedDescription)"])
        }
        return names.sorted().map { "\(folder)/\($0)/provider.yaml" }
            .filter { FileManager.default.fileExists(atPath: $0) }
    }

    /// Nil if it is switched off, or something is wrong with it, which `settings` then knows.
    private init?(_ settings: inout Settings, only: Set<String>?, environment: [String: String]) {
        let id = settings.text("id")
        let dialect = settings.text("dialect").flatMap { Dialect(rawValue: $0) }
        let isEnabled = settings.flag("enabled", default: true)
        let url = id.flatMap { environment["FAREMUX_PROVIDER_\(Self.variable($0))_URL"] } ?? settings.text("base_url")
        _ = settings.text("base_url")
        guarding = GuardConfiguration(&settings)
        _ = settings.integer("cache_seconds", default: 300, in: 0...300)
        let seconds = settings.integer("quarantine_seconds", default: -1, in: 0...3600)
        quarantine = seconds < 0 ? nil : .seconds(seconds)
        booksWithoutLookup = settings.flag("book_without_lookup", default: false)
        let names = CredentialNames(&settings, dialect: dialect)
        settings.refuseUnknownKeys()
        guard let id, Self.isID(id) else {
            settings.refuse("id", "must be 1 to 32 lower-case letters, digits and dashes")
            return nil
        }
        guard let dialect else {
            settings.refuse("dialect", "must be one of \(Dialect.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        guard isEnabled, only?.contains(id) ?? true else { return nil }
        guard let url, BaseURL.objection(to: url) == nil else {
            settings.refuse("base_url", url.flatMap(BaseURL.objection) ?? "is missing")
            return nil
        }
        self.id = ProviderID(id)
        self.dialect = dialect
        baseURL = url.hasSuffix("/") ? String(url.dropLast()) : url
        credentials = names.credentials(for: url, environment: environment, &settings)
        guard settings.errors.isEmpty else { return nil }
    }

    private static func isID(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count)
            && text.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
    }

    private static func variable(_ id: String) -> String { id.uppercased().replacing("-", with: "_") }
}

/// Where the credentials of a provider come from.
private struct CredentialNames {
    private typealias Member = WritableKeyPath<ProviderConfiguration.Credentials, String>

    private var variables: [(name: String, member: Member)] = []

    init(_ settings: inout Settings, dialect: Dialect?) {
        let prefix = "FAREMUX_\((dialect?.rawValue ?? "").uppercased())"
        let token = settings.text("credentials.token_env")
        let clientID = settings.text("credentials.client_id_env")
        let clientSecret = settings.text("credentials.client_secret_env")
        let apiKey = settings.text("credentials.api_key_env")
        switch dialect?.authentication {
        case .token: variables = [(token ?? "\(prefix)_TOKEN", \.token)]
        case .clientCredentials:
            variables = [
                (clientID ?? "\(prefix)_CLIENT_ID", \.clientID),
                (clientSecret ?? "\(prefix)_CLIENT_SECRET", \.clientSecret),
            ]
        case .apiKey: variables = [(apiKey ?? "\(prefix)_API_KEY", \.apiKey)]
        case nil: break
        }
    }

    /// Unset, `test` is sent to loopback; anywhere else that is an error.
    func credentials(
        for url: String, environment: [String: String], _ settings: inout Settings
    ) -> ProviderConfiguration.Credentials {
        var credentials = ProviderConfiguration.Credentials()
        for (name, member) in variables {
            let value = environment[name].flatMap { $0.isEmpty ? nil : $0 }
            if value == nil, !BaseURL.isLoopback(url) {
                settings.refuse("credentials", "\(url) needs the environment variable \(name)")
            }
            credentials[keyPath: member] = value ?? "test"
        }
        return credentials
    }
}

extension GuardConfiguration {
    init(_ settings: inout Settings) {
        self.init()
        let aMinute = 1...60_000
        timeouts.connect = settings.milliseconds("timeouts.connect_ms", default: timeouts.connect, in: aMinute)
        timeouts.search = settings.milliseconds("timeouts.search_ms", default: timeouts.search, in: aMinute)
        timeouts.reprice = settings.milliseconds("timeouts.reprice_ms", default: timeouts.reprice, in: aMinute)
        timeouts.hold = settings.milliseconds("timeouts.hold_ms", default: timeouts.hold, in: aMinute)
        timeouts.confirm = settings.milliseconds("timeouts.confirm_ms", default: timeouts.confirm, in: aMinute)
        timeouts.aftercare = settings.milliseconds("timeouts.aftercare_ms", default: timeouts.aftercare, in: aMinute)
        limits.inFlight = settings.integer("limits.in_flight", default: limits.inFlight, in: 1...10_000)
        limits.perSecond = Double(
            settings.integer("limits.per_second", default: Int(limits.perSecond), in: 1...100_000))
        limits.spacing = settings.milliseconds("limits.spacing_ms", default: limits.spacing, in: 0...60_000)
        limits.bookingShare = settings.share("limits.booking_share", default: limits.bookingShare)
        limits.bodyBytes = settings.integer("limits.body_bytes", default: limits.bodyBytes, in: 1024...268_435_456)
        retry.attempts = settings.integer("retry.attempts", default: retry.attempts, in: 1...10)
        retry.base = settings.milliseconds("retry.base_ms", default: retry.base, in: aMinute)
        retry.cap = settings.milliseconds("retry.cap_ms", default: retry.cap, in: aMinute)
        retryBudget = settings.share("retry.budget", default: retryBudget)
        breaker.window = .seconds(
            settings.integer("breaker.window_s", default: Int(breaker.window.components.seconds), in: 1...3600))
        breaker.minimumCalls = settings.integer(
            "breaker.minimum_calls", default: breaker.minimumCalls, in: 1...1_000_000)
        breaker.failureRate = settings.share("breaker.failure_rate", default: breaker.failureRate)
        breaker.slowAfter = settings.milliseconds("breaker.slow_ms", default: breaker.slowAfter, in: aMinute)
        breaker.slowRate = settings.share("breaker.slow_rate", default: breaker.slowRate)
        breaker.openFor = .seconds(
            settings.integer("breaker.open_s", default: Int(breaker.openFor.components.seconds), in: 1...3600))
        breaker.probes = settings.integer("breaker.probes", default: breaker.probes, in: 1...100)
        breaker.probeTimeout = settings.milliseconds("breaker.probe_ms", default: breaker.probeTimeout, in: aMinute)
    }
}
