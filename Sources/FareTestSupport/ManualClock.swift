public import FareDomain
public import FarePorts
public import Resilience
import Synchronization

/// A clock that stands still until a test moves it: monotonic time and civil time in one.
///
/// Moving the clock resumes, in the order of their instants, the tasks that sleep on it. Civil time runs along, and can
/// jump by itself, as a machine's does.
public final class ManualClock: MonotonicClock, WallClock {
    private struct Sleeper {
        let instant: MonotonicInstant
        let continuation: CheckedContinuation<Bool, Never>
    }

    private struct Watcher {
        let count: Int
        let continuation: CheckedContinuation<Void, Never>
    }

    private struct State {
        var now: MonotonicInstant
        var timestamp: Timestamp
        var nextID = 0
        var sleepers: [Int: Sleeper] = [:]
        var watchers: [Watcher] = []

        /// Takes out what waits for as many sleepers as there are now.
        mutating func takeSatisfiedWatchers() -> [Watcher] {
            let satisfied = watchers.filter { $0.count <= sleepers.count }
            watchers.removeAll { $0.count <= sleepers.count }
            return satisfied
        }

        mutating func takeDueSleepers() -> [Sleeper] {
            let due = sleepers.filter { $0.value.instant <= now }
            for id in due.keys { sleepers[id] = nil }
            return due.sorted { ($0.value.instant, $0.key) < ($1.value.instant, $1.key) }.map(\.value)
        }
    }

    private let state: Mutex<State>

    /// - Parameter timestamp: the civil time at the start; 2026-06-01T12:00:00Z unless told otherwise.
    public init(
        now: MonotonicInstant = MonotonicInstant(nanoseconds: 1_000_000_000_000),
        timestamp: Timestamp = Timestamp(secondsSinceEpoch: 1_780_315_200)
    ) {
        state = Mutex(State(now: now, timestamp: timestamp))
    }

    public var now: MonotonicInstant { state.withLock { $0.now } }

    public var timestamp: Timestamp { state.withLock { $0.timestamp } }

    /// How many tasks sleep on this clock.
    public var sleeperCount: Int { state.withLock { $0.sleepers.count } }

    /// When the next sleeper is due.
    public var nextWake: MonotonicInstant? { state.withLock { $0.sleepers.values.map(\.instant).min() } }

    /// Moves both times on, and wakes whoever is due.
    public func advance(by duration: Duration) {
        let due = state.withLock { state in
            state.now = state.now.advanced(by: duration)
            state.timestamp = state.timestamp.advanced(by: duration)
            return state.takeDueSleepers()
        }
        for sleeper in due { sleeper.continuation.resume(returning: true) }
    }

    /// Moves both times to `instant`; does nothing if it has passed.
    public func advance(to instant: MonotonicInstant) {
        let left = now.duration(to: instant)
        if left > .zero { advance(by: left) }
    }

    /// Moves civil time alone, either way, as when somebody sets the machine's clock.
    public func jumpCivilTime(by duration: Duration) {
        state.withLock { $0.timestamp = $0.timestamp.advanced(by: duration) }
    }

    /// Suspends until at least `count` tasks sleep on this clock.
    public func sleepers(atLeast count: Int) async {
        await withCheckedContinuation { continuation in
            let satisfied = state.withLock { state in
                state.watchers.append(Watcher(count: count, continuation: continuation))
                return state.takeSatisfiedWatchers()
            }
            for watcher in satisfied { watcher.continuation.resume() }
        }
    }

    /// Runs `body`, and moves time to the next sleeper whenever everybody seems to sleep, until `body` has ended.
    ///
    /// For tests of what holds under any interleaving: which of two tasks runs first is not determined.
    public func runAdvancing<Result: Sendable>(
        _ body: @escaping @Sendable () async -> Result
    ) async -> Result {
        await withTaskGroup(of: Result?.self) { group in
            group.addTask { await body() }
            group.addTask {
                while !Task.isCancelled {
                    // Gives the others a chance to reach their next sleep.
                    for _ in 0..<20 { await Task.yield() }
                    if let next = self.nextWake { self.advance(to: next) }
                }
                return nil
            }
            var result: Result?
            while result == nil, let ended = await group.next() { result = ended }
            group.cancelAll()
            // The second child ends only when cancelled, so the first has brought its result by now.
            guard let result else { preconditionFailure("the driver ended before the body") }
            return result
        }
    }

    public func sleep(until instant: MonotonicInstant) async throws(CancellationError) {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let slept = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                add(Sleeper(instant: instant, continuation: continuation), id: id)
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(returning: false)
        }
        if !slept { throw CancellationError() }
    }

    private func add(_ sleeper: Sleeper, id: Int) {
        enum Action {
            case wake(Bool)
            case tell([Watcher])
        }
        let action: Action = state.withLock { state in
            // A cancellation that came before the sleeper was listed has found nobody: so it is looked for here.
            if Task.isCancelled { return .wake(false) }
            if sleeper.instant <= state.now { return .wake(true) }
            state.sleepers[id] = sleeper
            return .tell(state.takeSatisfiedWatchers())
        }
        switch action {
        case .wake(let slept): sleeper.continuation.resume(returning: slept)
        case .tell(let watchers): for watcher in watchers { watcher.continuation.resume() }
        }
    }
}
