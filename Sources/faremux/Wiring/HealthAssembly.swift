import FareDomain
import FareHTTP
import FarePorts
import GuardedTransport
import Resilience

/// Puts the health of the parts together.
struct HealthAssembly: Sendable {
    let guards: [GuardedTransport]
    let payments: GuardedTransport
    let store: any BookingStore
    let clock: any WallClock

    func report() async -> HealthReport {
        let objection = await storeObjection()
        let payments = provider(payments.snapshot())
        return HealthReport(
            version: faremuxVersion, serverTime: clock.timestamp, providers: guards.map { provider($0.snapshot()) },
            checks: [
                HealthReport.Check(
                    name: "store", status: objection == nil ? .pass : .fail, kind: store.kind, detail: objection),
                HealthReport.Check(name: "payments", status: payments.status),
            ])
    }

    /// Why the store can't be used; nil if it can.
    func storeObjection() async -> String? {
        do throws(StoreError) {
            try await store.check()
            return nil
        } catch {
            return "store: \(error.code.rawValue)"
        }
    }

    private func provider(_ snapshot: GuardSnapshot) -> HealthReport.Provider {
        let circuits = snapshot.circuits.map { circuit in
            HealthReport.Circuit(
                lane: circuit.lane.rawValue, state: circuit.state.rawValue, since: circuit.since,
                failureRate: circuit.failureRate, slowRate: circuit.slowRate, calls: circuit.calls,
                rejected: circuit.rejected, nextProbeAt: circuit.nextProbeAt)
        }
        return HealthReport.Provider(
            id: snapshot.provider, status: status(of: snapshot), circuits: circuits, inFlight: snapshot.inFlight,
            quotaRemaining: snapshot.quotaRemaining, p50: snapshot.latencyP50, p95: snapshot.latencyP95)
    }

    /// A provider that can't be searched or booked is of no use; a circuit that is probing, or only aftercare's, is a
    /// warning.
    private func status(of snapshot: GuardSnapshot) -> HealthReport.Status {
        func isOpen(_ lane: Lane) -> Bool {
            snapshot.circuits.contains { $0.lane == lane && ($0.state == .open || $0.state == .forcedOpen) }
        }
        if isOpen(.search) || isOpen(.booking) { return .fail }
        return snapshot.circuits.allSatisfy { $0.state == .closed || $0.state == .forcedClosed } ? .pass : .warn
    }
}
