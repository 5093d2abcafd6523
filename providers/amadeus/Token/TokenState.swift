import FarePorts
import Resilience

/// Who has the token, who renews it, who waits: a value, decided under the keeper's lock.
struct TokenState: Sendable {
    /// What a caller is to do.
    enum Claim {
        case use(AccessToken)
        /// Renew it; `present` is still good, should that fail.
        case renew(present: AccessToken?)
        case wait
    }

    /// What a caller that waited is told.
    enum Word: Sendable {
        case token(AccessToken)
        case failed(ProviderError)
        /// Whoever renewed it gave up: it is this caller's turn.
        case renew
        /// Its own task was cancelled, or its own deadline passed.
        case gaveUp
    }

    typealias Waiter = CheckedContinuation<Word, Never>

    /// After a renewal ahead of time failed, how long the present token is used before the next try.
    private static let pause = Duration.seconds(10)

    private var token: AccessToken?
    private var isRenewing = false
    /// In the order they came.
    private var waiters: [(id: Int, waiter: Waiter)] = []
    private var nextID = 0

    mutating func claim(at now: MonotonicInstant) -> Claim {
        if let token, now < token.usableUntil {
            guard now >= token.renewAt, !isRenewing else { return .use(token) }
            isRenewing = true
            return .renew(present: token)
        }
        guard !isRenewing else { return .wait }
        isRenewing = true
        return .renew(present: nil)
    }

    mutating func newID() -> Int {
        nextID += 1
        return nextID
    }

    /// Lists a waiter; where there is nothing to wait for any more, it is told at once what to do.
    mutating func add(_ waiter: Waiter, id: Int, at now: MonotonicInstant) -> Word? {
        switch claim(at: now) {
        case .use(let token): return .token(token)
        case .renew: return .renew
        case .wait:
            waiters.append((id, waiter))
            return nil
        }
    }

    /// Takes a waiter that gave up out of the list; nil if it has been told something already.
    mutating func remove(_ id: Int) -> Waiter? {
        guard let index = waiters.firstIndex(where: { $0.id == id }) else { return nil }
        return waiters.remove(at: index).waiter
    }

    /// The renewal brought a token: for everybody who waits.
    mutating func renewed(_ token: AccessToken) -> [Waiter] {
        self.token = token
        isRenewing = false
        return takeAll()
    }

    /// The renewal failed: for everybody who waits, and nobody who comes later.
    mutating func failed(at now: MonotonicInstant) -> [Waiter] {
        isRenewing = false
        token?.renewAt = now.advanced(by: TokenState.pause)
        return takeAll()
    }

    /// Whoever renewed it went away: the next in line takes over. Nil where nobody waits.
    mutating func handOver() -> Waiter? {
        guard !waiters.isEmpty else {
            isRenewing = false
            return nil
        }
        return waiters.removeFirst().waiter
    }

    /// Forgets `refused`, unless there is a newer one already.
    mutating func invalidate(_ refused: AccessToken) {
        if token?.value == refused.value { token = nil }
    }

    private mutating func takeAll() -> [Waiter] {
        defer { waiters = [] }
        return waiters.map(\.waiter)
    }
}
