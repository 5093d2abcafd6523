import FareDomain
import FarePorts
import GuardedTransport
import Resilience
import Telemetry

/// How the providers and the gateway stand, for `/metrics`: the same that `/health` tells.
struct GuardMetrics: MetricsCollector {
    let guards: [GuardedTransport]

    func collect() -> [MetricFamily] {
        let snapshots = guards.map { $0.snapshot() }
        return [
            MetricFamily(
                "faremux_circuit_state", .gauge, help: "1 for the state that a lane's circuit is in, 0 for the others.",
                snapshots.flatMap(states)),
            MetricFamily(
                "faremux_provider_calls_in_flight", .gauge, help: "Calls that hold a slot of the provider's bulkhead.",
                snapshots.map { ([("provider", $0.provider.rawValue)], Double($0.inFlight)) }),
            MetricFamily(
                "faremux_provider_quota_remaining", .gauge,
                help: "Calls that could go at once by our own pacing; 0 while the provider wants a pause.",
                snapshots.map { ([("provider", $0.provider.rawValue)], Double($0.quotaRemaining)) }),
        ]
    }

    private func states(of snapshot: GuardSnapshot) -> [(labels: [(String, String)], value: Double)] {
        snapshot.circuits.flatMap { circuit in
            CircuitState.allCases.map { state in
                let labels = [
                    ("provider", snapshot.provider.rawValue), ("lane", circuit.lane.rawValue),
                    ("state", state.rawValue),
                ]
                return (labels, circuit.state == state ? 1 : 0)
            }
        }
    }
}
