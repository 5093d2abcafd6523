public import FareDomain
public import WireFormats

/// How the service is, from the parts that it is wired of.
public struct HealthReport: Sendable {
    /// The words of `application/health+json`; `warn` still works.
    public enum Status: String, Sendable {
        case pass, warn, fail
    }

    /// One provider and its circuits.
    public struct Provider: Sendable {
        public var id: ProviderID
        public var status: Status
        public var circuits: [Circuit]
        public var inFlight: Int
        public var quotaRemaining: Int?
        public var p50: Duration?
        public var p95: Duration?

        public init(
            id: ProviderID, status: Status, circuits: [Circuit], inFlight: Int, quotaRemaining: Int?, p50: Duration?,
            p95: Duration?
        ) {
            self.id = id
            self.status = status
            self.circuits = circuits
            self.inFlight = inFlight
            self.quotaRemaining = quotaRemaining
            self.p50 = p50
            self.p95 = p95
        }
    }

    /// One lane's circuit breaker.
    public struct Circuit: Sendable {
        public var lane: String
        public var state: String
        public var since: Timestamp
        public var failureRate: Double
        public var slowRate: Double
        public var calls: Int
        public var rejected: Int
        public var nextProbeAt: Timestamp?

        public init(
            lane: String, state: String, since: Timestamp, failureRate: Double, slowRate: Double, calls: Int,
            rejected: Int, nextProbeAt: Timestamp?
        ) {
            self.lane = lane
            self.state = state
            self.since = since
            self.failureRate = failureRate
            self.slowRate = slowRate
            self.calls = calls
            self.rejected = rejected
            self.nextProbeAt = nextProbeAt
        }
    }

    /// One thing that the service stands on.
    public struct Check: Sendable {
        public var name: String
        public var status: Status
        public var kind: String?
        public var detail: String?

        public init(name: String, status: Status, kind: String? = nil, detail: String? = nil) {
            self.name = name
            self.status = status
            self.kind = kind
            self.detail = detail
        }
    }

    public var version: String
    public var serverTime: Timestamp
    public var providers: [Provider]
    public var checks: [Check]

    public init(version: String, serverTime: Timestamp, providers: [Provider], checks: [Check]) {
        self.version = version
        self.serverTime = serverTime
        self.providers = providers
        self.checks = checks
    }

    /// `fail` if the store can't be used or no provider is left; `warn` if anything else is amiss.
    public var status: Status {
        let storeFailed = checks.contains { $0.name == "store" && $0.status == .fail }
        if storeFailed || providers.allSatisfy({ $0.status == .fail }) { return .fail }
        let amiss = checks.contains { $0.status != .pass } || providers.contains { $0.status != .pass }
        return amiss ? .warn : .pass
    }
}

extension HealthReport: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status.rawValue)
            writer.member("version", version)
            writer.member("server_time", serverTime.description)
            writer.array("providers") { writer in
                for provider in providers { writer.value(provider) }
            }
            writer.object("checks") { writer in
                for check in checks {
                    writer.object(check.name) { writer in
                        writer.member("status", check.status.rawValue)
                        writer.memberIfPresent("kind", check.kind)
                        writer.memberIfPresent("detail", check.detail)
                    }
                }
            }
        }
    }
}

extension HealthReport.Provider: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id.rawValue)
            writer.member("status", status.rawValue)
            writer.array("circuits") { writer in
                for circuit in circuits { writer.value(circuit) }
            }
            writer.member("in_flight", inFlight)
            writer.memberOrNull("quota_remaining", quotaRemaining)
            writer.object("latency_ms") { writer in
                writer.memberOrNull("p50", p50?.milliseconds)
                writer.memberOrNull("p95", p95?.milliseconds)
            }
        }
    }
}

extension HealthReport.Circuit: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("lane", lane)
            writer.member("state", state)
            writer.member("since", since.description)
            writer.member("failure_rate", raw: rate(failureRate))
            writer.member("slow_rate", raw: rate(slowRate))
            writer.member("calls", calls)
            writer.member("rejected", rejected)
            writer.memberOrNull("next_probe_at", nextProbeAt.map(\.description))
        }
    }

    /// Three digits after the point, as a JSON number.
    private func rate(_ value: Double) -> [UInt8] {
        guard value.isFinite else { return Array("0.0".utf8) }
        return Array(String((value * 1000).rounded() / 1000).utf8)
    }
}
