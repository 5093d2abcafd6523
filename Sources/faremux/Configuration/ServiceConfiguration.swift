import FareDomain
import Foundation
import Logging

/// What the whole service goes by: `faremux.yaml`, under the environment (`FAREMUX_…`).
struct ServiceConfiguration {
    var storePath: String
    var host: String
    var port: Int
    var logLevel: Logger.Level
    var apiKeysFile: String?
    /// What accept tokens are sealed with; nil for a key of this process alone.
    var sealingKeyFile: String?
    var paymentsURL: String
    var paymentsKey: String
    var paymentsTimeout: Duration
    var holdFor: Duration
    var quarantine: Duration
    /// How often bookings are looked for that nobody works on any more.
    var recovery: Duration
    /// How often the store is compared with the providers and the gateway.
    var reconciliation: Duration
    /// A file or an http(s) URL in the ECB's daily format.
    var rates: String?
    /// Ids to enable; nil: all that are enabled in their folders.
    var providers: Set<String>?
    /// Callers' connections that are open at once.
    var connections: Int
    /// Bookings at work at once.
    var bookings: Int
    /// Offers that can be looked up by id.
    var offers: Int
    /// Series of one metric that are told apart.
    var metricSeries: Int

    private static let ports = 0...65535

    /// - Throws: with every error at once.
    static func load(
        file: String?, host: String?, port: Int?, environment: [String: String]
    ) async throws(ConfigurationError) -> ServiceConfiguration {
        var settings = try await Settings(file: file, environmentPrefix: "faremux", environment: environment)
        var configuration = ServiceConfiguration(&settings)
        if let host { configuration.host = host }
        if let port { configuration.port = port }
        settings.refuseUnknownKeys()
        configuration.checkBinding(&settings)
        guard settings.errors.isEmpty else { throw ConfigurationError(settings.errors) }
        // The command line's: `settings` has checked its own. Past 16 bits, the system would quietly take another port.
        guard ports.contains(configuration.port) else {
            throw ConfigurationError(["--port: must be from \(ports.lowerBound) to \(ports.upperBound)"])
        }
        return configuration
    }

    private init(_ settings: inout Settings) {
        let store = settings.text("store") ?? "sqlite:///faremux.db"
        storePath = Self.path(ofStore: store, &settings)
        host = settings.text("host") ?? "127.0.0.1"
        port = settings.integer("port", default: 8080, in: Self.ports)
        let level = settings.text("log_level") ?? "info"
        logLevel = Logger.Level(rawValue: level) ?? .info
        if Logger.Level(rawValue: level) == nil {
            settings.refuse("log_level", "must be one of trace, debug, info, notice, warning, error, critical")
        }
        apiKeysFile = settings.text("api_keys_file")
        sealingKeyFile = settings.text("sealing_key_file")
        paymentsURL = settings.text("payments_url") ?? "http://127.0.0.1:9110"
        paymentsTimeout = settings.milliseconds("payments_timeout_ms", default: .seconds(10), in: 100...60_000)
        let key = settings.text("payments_key")
        paymentsKey = key ?? "test"
        if key == nil, !BaseURL.isLoopback(paymentsURL) {
            settings.refuse("payments_key", "is needed for \(paymentsURL): set FAREMUX_PAYMENTS_KEY")
        }
        if let reason = BaseURL.objection(to: paymentsURL) { settings.refuse("payments_url", reason) }
        holdFor = .seconds(settings.integer("hold_seconds", default: 600, in: 1...86_400))
        quarantine = .seconds(settings.integer("quarantine_seconds", default: 10, in: 0...3600))
        _ = settings.integer("cache_seconds", default: 300, in: 0...3600)
        recovery = .seconds(settings.integer("recovery_seconds", default: 5, in: 1...3600))
        reconciliation = .seconds(settings.integer("reconciliation_seconds", default: 30, in: 1...86_400))
        rates = settings.place("rates").flatMap { $0.isEmpty ? nil : $0 }
        providers = settings.text("providers").map { list in
            Set(list.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }.filter { !$0.isEmpty })
        }
        connections = settings.integer("max_connections", default: 1024, in: 1...100_000)
        bookings = settings.integer("max_bookings", default: 256, in: 1...100_000)
        offers = settings.integer("max_offers", default: 20_000, in: 1...10_000_000)
        metricSeries = settings.integer("max_metric_series", default: 500, in: 1...100_000)
        for key in ["redis", "otlp_endpoint", "tls_cert", "tls_key", "behind_proxy"]
        where settings.text(key) != nil {
            settings.refuse(key, "is not supported by this version")
        }
    }

    private static func path(ofStore store: String, _ settings: inout Settings) -> String {
        let scheme = "sqlite://"
        guard store.hasPrefix(scheme + "/"), store.utf8.count > scheme.utf8.count + 1 else {
            settings.refuse("store", "must be sqlite:///path (a relative path, or with a fourth slash an absolute one)")
            return "faremux.db"
        }
        return String(store.dropFirst(scheme.count + 1))
    }

    /// Open to the network only behind API keys.
    private func checkBinding(_ settings: inout Settings) {
        if !BaseURL.isLoopback(host: host), apiKeysFile == nil {
            settings.refuse("host", "\(host) is not loopback: configure API keys first (FAREMUX_API_KEYS_FILE)")
        }
    }
}

/// Checks of the URLs that are called.
enum BaseURL {
    static func objection(to url: String) -> String? {
        guard let parts = URLComponents(string: url), let scheme = parts.scheme, ["http", "https"].contains(scheme),
            let host = parts.host, !host.isEmpty, parts.user == nil, parts.query == nil, parts.fragment == nil
        else { return "must be an http or https URL without user, query and fragment" }
        return nil
    }

    static func isLoopback(_ url: String) -> Bool {
        URLComponents(string: url)?.host.map { isLoopback(host: $0) } ?? false
    }

    static func isLoopback(host: String) -> Bool {
        host == "localhost" || host == "::1" || host == "[::1]"
            || (host.hasPrefix("127.") && host.split(separator: ".").count == 4)
    }
}
