import Synchronization

/// Lets new work in under idempotency keys until the service is told to stop, and knows when the last of it is
/// answered.
public final class Drain: Sendable {
    private struct State {
        var isBegun = false
        var atWork = 0

        var isDone: Bool { isBegun && atWork == 0 }
    }

    private let state = Mutex(State())
    private let (done, doneSignal) = AsyncStream.makeStream(of: Void.self)

    public init() {}

    /// Whether the service is on its way out.
    public var isBegun: Bool { state.withLock { $0.isBegun } }

    /// From now on nothing new is begun. Returns when what was begun is answered.
    ///
    /// Call it once. Cancelling ends the waiting.
    public func run() async {
        change { $0.isBegun = true }
        for await _ in done {}
    }

    /// - Returns: false for what came too late.
    func enter() -> Bool {
        state.withLock { state in
            if !state.isBegun { state.atWork += 1 }
            return !state.isBegun
        }
    }

    /// What was let in leaves once.
    func leave() { change { $0.atWork -= 1 } }

    private func change(_ body: (inout State) -> Void) {
        let isDone = state.withLock { state in
            body(&state)
            return state.isDone
        }
        if isDone { doneSignal.finish() }
    }
}
