public import CoreMetrics
import FareDomain
import FarePorts
import Resilience

/// Counts what becomes of bookings. `docs/metrics.md` has the metrics.
///
/// No booking, passenger or order is ever a label: the number of series doesn't grow with the bookings.
public struct BookingMetrics: Sendable {
    private let factory: any MetricsFactory

    /// - Parameter factory: keeps the numbers.
    public init(factory: any MetricsFactory = MetricsSystem.factory) { self.factory = factory }

    /// A step was tried and its result is known, or known not to be. `intended` is no end, and isn't counted.
    ///
    /// - Parameter provider: whose order the step belongs to; for a payment's step, too.
    func stepEnded(_ step: Step, result: JournalEntry.Result, provider: ProviderID) {
        guard result != .intended else { return }
        Counter(
            label: "faremux_booking_steps_total",
            dimensions: [("provider", provider.rawValue), ("step", step.rawValue), ("result", result.rawValue)],
            factory: factory
        ).increment()
    }

    /// A booking came to its end.
    ///
    /// - Parameter took: since it was created.
    func bookingEnded(status: BookingStatus, took: Duration) {
        Timer(
            label: "faremux_booking_duration_seconds", dimensions: [("status", status.rawValue)], factory: factory
        ).recordNanoseconds(took.nanoseconds)
    }

    /// Recovery took over bookings that nobody worked on.
    func takenOver(count: Int) {
        Counter(label: "faremux_bookings_taken_over_total", factory: factory).increment(by: count)
    }

    /// - Parameter count: bookings that this process works on now.
    func atWork(count: Int) {
        Meter(label: "faremux_bookings_at_work", factory: factory).set(count)
    }

    /// What the last reconciliation found. Tell each kind every time, zero too: a gauge keeps what it was told last.
    ///
    /// - Parameter kind: one of a few fixed words.
    func finding(kind: String, count: Int) {
        Meter(label: "faremux_reconciliation_findings", dimensions: [("kind", kind)], factory: factory).set(count)
    }

    /// Reconciliation repaired something.
    ///
    /// - Parameter kind: as of the finding.
    func repaired(kind: String) {
        Counter(label: "faremux_reconciliation_repairs_total", dimensions: [("kind", kind)], factory: factory)
            .increment()
    }

    /// A reconciliation ran to its end.
    func reconciled(at time: Timestamp) {
        Meter(label: "faremux_reconciliation_last_run_timestamp_seconds", factory: factory)
            .set(Double(time.millisecondsSinceEpoch) / 1000)
    }
}
