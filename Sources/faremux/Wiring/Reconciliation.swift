import FareBooking
import FareDomain
import Logging
import Resilience
import ServiceLifecycle

/// Compares the store with the providers and the gateway, every so often and when an operator asks.
struct Reconciliation: Service {
    private let reconciler: Reconciler
    private let interval: Duration
    private let logger: Logger

    init(_ reconciler: Reconciler, interval: Duration, logger: Logger) {
        self.reconciler = reconciler
        self.interval = interval
        self.logger = logger
    }

    func run() async throws {
        try await cancelWhenGracefulShutdown {
            while (try? await SystemClock().sleep(for: interval)) != nil { _ = await pass() }
        }
    }

    /// One pass, told in the log.
    func pass() async -> ReconciliationReport {
        let report = await reconciler.pass()
        for finding in report.findings {
            logger.warning(
                "reconciliation finding",
                metadata: [
                    "kind": "\(finding.kind.rawValue)", "action": "\(finding.action.rawValue)",
                    "booking": "\(finding.booking?.rawValue ?? "")", "locator": "\(finding.locator ?? "")",
                    "payment": "\(finding.payment ?? "")", "detail": "\(finding.detail)",
                ])
        }
        for peer in report.unreachable {
            logger.warning(
                "not reconciled", metadata: ["peer": "\(peer.peer)", "reason": "\(peer.detail)"])
        }
        return report
    }
}
