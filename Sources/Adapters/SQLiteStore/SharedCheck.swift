import Dispatch
import FarePorts
import Synchronization

/// One look at the store at a time, shared by all who ask, each of whom waits no longer than a limit.
///
/// A disk that hangs can't be interrupted: so the look goes on alone, and no second one queues up behind it.
final class SharedCheck: Sendable {
    typealias Outcome = Result<Void, StoreError>

    private struct State {
        var runs = false
        var nextID = 0
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
    }

    private let state = Mutex(State())

    /// Waits for the look that runs, or else starts one.
    ///
    /// - Parameter start: begins a look, on another thread, and calls what it is given once.
    func join(
        waitingAtMost limit: Duration, start: (_ end: @escaping @Sendable (Outcome) -> Void) -> Void
    ) async throws(StoreError) {
        let outcome = await withCheckedContinuation { continuation in
            let (id, starts) = state.withLock { state in
                let starts = !state.runs
                state.runs = true
                state.nextID += 1
                state.waiters[state.nextID] = continuation
                return (state.nextID, starts)
            }
            let seconds = Double(limit.components.seconds) + Double(limit.components.attoseconds) / 1e18
            DispatchQueue.global().asyncAfter(deadline: .now() + seconds) { [weak self] in self?.giveUp(id) }
            if starts { start { self.end($0) } }
        }
        try outcome.get()
    }

    private func giveUp(_ id: Int) {
        let waiter = state.withLock { $0.waiters.removeValue(forKey: id) }
        waiter?.resume(returning: .failure(StoreError(.busy, detail: "the store did not answer in time")))
    }

    private func end(_ outcome: Outcome) {
        let waiters = state.withLock { state in
            let waiters = state.waiters
            state.runs = false
            state.waiters = [:]
            return waiters
        }
        for waiter in waiters.values { waiter.resume(returning: outcome) }
    }
}
