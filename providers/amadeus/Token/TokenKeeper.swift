import FarePorts
import Resilience
import Synchronization

/// The one access token of a provider, shared by all its calls.
///
/// At most one renewal is in flight, whatever asks; the others wait for it, each no longer than its own deadline. The
/// renewal runs in the task of the first who needs it: if that task is cancelled or out of time, the next in line
/// does it.
final class TokenKeeper: Sendable {
    private let source: TokenSource
    private let clock: any MonotonicClock
    private let state = Mutex(TokenState())

    init(source: TokenSource, clock: any MonotonicClock) {
        self.source = source
        self.clock = clock
    }

    /// A token that is good for a request now.
    ///
    /// - Parameter lane: of the call it is for.
    /// - Throws: why there is none: the renewal's own error, `timedOut` at the context's deadline, `cancelled`.
    ///   Always with `notApplied`.
    func token(lane: Lane, context: CallContext) async throws(ProviderError) -> AccessToken {
        switch state.withLock({ $0.claim(at: clock.now) }) {
        case .use(let token): return token
        case .renew(let present): return try await renew(present: present, lane, context)
        case .wait: break
        }
        switch await wait(until: context.deadline) {
        case .token(let token): return token
        case .failed(let error): throw error
        case .renew: return try await renew(present: nil, lane, context)
        case .gaveUp:
            throw ProviderError(
                Task.isCancelled ? .cancelled : .timedOut, outcome: .notApplied, detail: "waited for an access token")
        }
    }

    /// Forgets a token that Amadeus refused.
    func invalidate(_ token: AccessToken) {
        state.withLock { $0.invalidate(token) }
    }

    private func renew(
        present: AccessToken?, _ lane: Lane, _ context: CallContext
    ) async throws(ProviderError) -> AccessToken {
        do throws(TokenFailure) {
            let token = try await source.token(lane: lane, context: context)
            for waiter in state.withLock({ $0.renewed(token) }) { waiter.resume(returning: .token(token)) }
            return token
        } catch {
            pass(on: error, context)
            guard let present, error.error.code != .cancelled else { throw error.error }
            return present
        }
    }

    /// Our own end is no verdict for the others: the next in line tries. Anything else is, for all who wait.
    private func pass(on failure: TokenFailure, _ context: CallContext) {
        if failure.concernsCallerOnly || clock.now >= context.deadline {
            state.withLock { $0.handOver() }?.resume(returning: .renew)
        } else {
            for waiter in state.withLock({ $0.failed(at: clock.now) }) {
                waiter.resume(returning: .failed(failure.error))
            }
        }
    }

    private func wait(until deadline: MonotonicInstant) async -> TokenState.Word {
        await withTaskGroup(of: TokenState.Word.self) { group in
            group.addTask { await self.word() }
            group.addTask {
                // Cancelled means that the word came first, or that nobody waits any more.
                try? await self.clock.sleep(until: deadline)
                return .gaveUp
            }
            var word = await group.next() ?? .gaveUp
            group.cancelAll()
            // The word may have come at the very moment of giving up; a turn to renew must not be lost.
            if case .gaveUp = word { word = await group.next() ?? .gaveUp }
            return word
        }
    }

    private func word() async -> TokenState.Word {
        let id = state.withLock { $0.newID() }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let word: TokenState.Word? = state.withLock { state in
                    // A cancellation that came before the waiter was listed has found nobody: so it is looked for here.
                    Task.isCancelled ? .gaveUp : state.add(waiter, id: id, at: clock.now)
                }
                if let word { waiter.resume(returning: word) }
            }
        } onCancel: {
            state.withLock { $0.remove(id) }?.resume(returning: .gaveUp)
        }
    }
}
