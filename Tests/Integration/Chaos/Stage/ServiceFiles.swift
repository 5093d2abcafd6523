import Foundation

/// How the service is configured where time is short.
enum ServiceFiles {
    /// Seconds after which "not found" is proof.
    static let quarantine = 2

    /// Writes a `provider.yaml` for each mock, with service times of a second or two.
    ///
    /// - Parameter searchTimeout: of each provider.
    static func write(into folder: URL, searchTimeout: Duration) throws {
        // Accept tokens outlive a process.
        try "a key for one world of a campaign alone".write(
            to: folder.appendingPathComponent("sealing.key"), atomically: true, encoding: .utf8)
        for name in World.providers {
            let place = folder.appendingPathComponent("providers/\(name)")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try provider(name, searchTimeout).write(
                to: place.appendingPathComponent("provider.yaml"), atomically: true, encoding: .utf8)
        }
    }

    /// - Parameter sender: stands in every credential, so that the mocks' logs tell who called.
    static func environment(folder: URL, sender: String) -> [String: String] {
        [
            "FAREMUX_STORE": "sqlite:///\(folder.path)/faremux.db", "FAREMUX_QUARANTINE_SECONDS": "\(quarantine)",
            "FAREMUX_RECOVERY_SECONDS": "1", "FAREMUX_RECONCILIATION_SECONDS": "3",
            "FAREMUX_SEALING_KEY_FILE": "\(folder.path)/sealing.key", "FAREMUX_PAYMENTS_TIMEOUT_MS": "1500",
            "FAREMUX_PAYMENTS_KEY": sender,
            "FAREMUX_DUFFEL_TOKEN": sender, "FAREMUX_NDC_API_KEY": sender, "FAREMUX_AMADEUS_CLIENT_ID": sender,
            "FAREMUX_AMADEUS_CLIENT_SECRET": sender, "FAREMUX_CACHE_SECONDS": "0",
        ]
    }

    /// A connection is waited for longer than any machine stands still: "not connected" is a definite failure, and
    /// should mean that nobody listens.
    private static func provider(_ name: String, _ searchTimeout: Duration) -> String {
        """
        id: \(name)
        dialect: \(name)
        base_url: http://127.0.0.1:9
        timeouts: { connect_ms: 2000, search_ms: \(searchTimeout.milliseconds), reprice_ms: 1000, hold_ms: 1500, confirm_ms: 2000, aftercare_ms: 1500 }
        limits: { in_flight: 64, per_second: 200, body_bytes: 4194304 }
        retry: { attempts: 3, base_ms: 30, cap_ms: 300, budget: 0.2 }
        breaker: { window_s: 5, minimum_calls: 10, failure_rate: 0.8, slow_ms: 1200, slow_rate: 0.9, open_s: 1, probes: 2, probe_ms: 2000 }
        cache_seconds: 0
        """
    }
}
