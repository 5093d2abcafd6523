import FarePorts
import Resilience

/// One circuit breaker a lane.
struct LaneCircuits: Sendable {
    private let search: CircuitBreaker
    private let booking: CircuitBreaker
    private let aftercare: CircuitBreaker

    init(_ configuration: CircuitConfiguration, now: MonotonicInstant) {
        search = CircuitBreaker(configuration, now: now)
        booking = CircuitBreaker(configuration, now: now)
        aftercare = CircuitBreaker(configuration, now: now)
    }

    subscript(lane: Lane) -> CircuitBreaker {
        switch lane {
        case .search: search
        case .booking: booking
        case .aftercare: aftercare
        }
    }
}
