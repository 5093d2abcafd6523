public import FareDomain
public import FarePorts
public import Logging
import Resilience

/// Compares the store, the providers and the gateway, both ways: gives bookings that left something behind back to
/// recovery, and reports the rest.
///
/// What a look shows is asked about once more before anything follows from it, and nothing is ever undone because
/// something was "not found".
public struct Reconciler: Sendable {
    /// The bounds of a pass.
    struct Bounds: Sendable {
        /// How far back it looks, unless told otherwise.
        var span = Duration.seconds(2 * 3600)
        /// How far back it looks for refunds that failed: a bank may send money back after days. No longer than the
        /// gateway tells of them.
        var failedRefunds = Duration.seconds(30 * 86_400)
        /// Bookings that it looks at, at most.
        var bookings = 2000
        /// Orders and payments that are asked for one by one, at most.
        var questions = 200
        /// Every call to a provider or the gateway ends within.
        var call = Duration.seconds(30)
        /// A pass asks nobody after so long, and names whom it could not ask.
        var pass = Duration.seconds(300)
        /// A booking that is still at work after so long is told as stuck.
        var stuckAfter = Duration.seconds(600)
    }

    let providers: [any FareProvider]
    let gateway: any PaymentGateway
    let store: any BookingStore
    let clock: any MonotonicClock & WallClock
    let caller: StepCaller
    let ownership: Ownership
    let bounds: Bounds
    private let metrics: BookingMetrics

    /// - Parameter engine: whose bookings, providers and gateway are compared. What is repaired becomes its work.
    public init(_ engine: BookingEngine) { self.init(engine, bounds: Bounds()) }

    init(_ engine: BookingEngine, bounds: Bounds) {
        caller = engine.tools.caller
        providers = caller.providers.values.sorted { $0.id.rawValue < $1.id.rawValue }
        gateway = caller.gateway
        store = engine.store
        clock = engine.clock
        ownership = engine.tools.ownership
        self.bounds = bounds
        metrics = engine.tools.metrics
    }

    /// One pass over what changed within the span, or within `span` where that is given.
    public func pass(span: Duration? = nil) async -> ReconciliationReport {
        var pass = ReconciliationPass(self, since: clock.timestamp.advanced(by: .zero - (span ?? bounds.span)))
        await pass.run()
        count(pass.report)
        return pass.report
    }

    private func count(_ report: ReconciliationReport) {
        for kind in ReconciliationKind.allCases {
            let findings = report.findings.filter { $0.kind == kind }
            metrics.finding(kind: kind.rawValue, count: findings.count)
            for finding in findings where finding.action == .repairing { metrics.repaired(kind: finding.kind.rawValue) }
        }
        metrics.reconciled(at: report.finishedAt)
    }

    func context(until deadline: MonotonicInstant) -> CallContext {
        let now = clock.now
        return CallContext(
            deadline: min(deadline, now.advanced(by: bounds.call)), notAfter: now, requestID: "reconciliation")
    }
}
