public import CoreMetrics
import FareDomain
import FarePorts
import Resilience

/// Counts and times the attempts at calls to providers and the gateway. `docs/metrics.md` has the metrics.
public struct CallMetrics: CallObserver {
    private let factory: any MetricsFactory

    /// - Parameter factory: keeps the numbers.
    public init(factory: any MetricsFactory = MetricsSystem.factory) { self.factory = factory }

    public func attemptEnded(_ attempt: CallAttempt) {
        let provider = ("provider", attempt.provider.rawValue)
        let operation = ("operation", attempt.operation.rawValue)
        if attempt.number > 1 {
            Counter(
                label: "faremux_provider_retries_total", dimensions: [provider, operation], factory: factory
            ).increment()
        }
        let outcome: String
        switch attempt.outcome {
        case .answered(let status): outcome = Self.outcome(status: status)
        case .failed(let code): outcome = code.rawValue
        case .refused(let code):
            Counter(
                label: "faremux_provider_calls_refused_total",
                dimensions: [provider, ("lane", attempt.lane.rawValue), ("reason", code.rawValue)], factory: factory
            ).increment()
            return
        }
        Timer(
            label: "faremux_provider_call_duration_seconds",
            dimensions: [provider, operation, ("outcome", outcome)], factory: factory
        ).recordNanoseconds(attempt.duration.nanoseconds)
    }

    /// 429 apart from the other refusals: it is about us, not about what was asked.
    private static func outcome(status: Int) -> String {
        switch status {
        case 429: "429"
        case 200...299: "2xx"
        case 300...399: "3xx"
        case 400...499: "4xx"
        case 500...599: "5xx"
        default: "other"
        }
    }
}
