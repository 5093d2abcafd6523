import FareBooking
import FareDomain
import Logging
import Resilience
import ServiceLifecycle
import Synchronization

/// Compares the store with the providers and the gateway, every so often and when an operator asks: one pass at a time.
final class Reconciliation: Service {
    private typealias Asking = CheckedContinuation<ReconciliationReport?, Never>

    private let reconciler: Reconciler
    private let interval: Duration
    private let logger: Logger
    /// Who waits for the next pass; nil once there is none.
    private let asking = Mutex<[Asking]?>([])
    private let (wakes, wake) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))

    init(_ reconciler: Reconciler, interval: Duration, logger: Logger) {
        self.reconciler = reconciler
        self.interval = interval
        self.logger = logger
    }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while (try? await SystemClock().sleep(for: self.interval)) != nil { self.wake.yield() }
                }
                group.addTask {
                    for await _ in self.wakes {
                        let served = self.asking.withLock { asking in
                            defer { asking = [] }
                            return asking ?? []
                        }
                        let report = await self.pass()
                        for one in served { one.resume(returning: report) }
                    }
                }
            }
        }
        let left = asking.withLock { asking in
            defer { asking = nil }
            return asking ?? []
        }
        for one in left { one.resume(returning: nil) }
    }

    /// A pass that begins after this call; those who ask while one runs share the next. Nil once the service stops.
    func report() async -> ReconciliationReport? {
        await withCheckedContinuation { one in
            let isServed = asking.withLock { asking in
                asking?.append(one)
                return asking != nil
            }
            if isServed { wake.yield() } else { one.resume(returning: nil) }
        }
    }

    /// One pass, told in the log.
    private func pass() async -> ReconciliationReport {
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
