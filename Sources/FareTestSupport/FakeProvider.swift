public import FareDomain
public import FarePorts
public import Resilience
import Synchronization

/// A provider in memory: offers, and orders that are held, ticketed, cancelled or run out, by an injected clock.
///
/// Each call does what its script says, or else what a sound provider would. It keeps the port's promises: what changes
/// something is refused after its `notAfter`, confirming twice tickets once, and giving back what is gone succeeds.
/// Nothing suspends but a hang and the observer.
public final class FakeProvider: FareProvider {
    /// The port's methods, by name.
    public enum Operation: String, Sendable, CaseIterable {
        case search, reprice, hold, order, confirm, release, status, find, list, quote, cancel
    }

    /// What happens to one call.
    public indirect enum Fault: Sendable {
        /// Not done, and said so.
        case refuse(ProviderError.Code)
        /// Not done, and the reply is lost.
        case loseBefore
        /// Done, and the reply is lost.
        case loseAfter
        /// The reply is lost now; the request arrives so much later, and is judged then.
        case applyLate(Duration)
        /// A repriced offer, or a new or confirmed order, costs so much more, in percent, from now on.
        case raise(percent: Int64)
        /// Waits for `resume`, or for cancellation, and goes on as told.
        case hang(then: Fault?)
    }

    /// One call, as it came in.
    public struct Call: Sendable {
        public var operation: Operation
        /// How many calls of the same operation came before it.
        public var index: Int
        /// The order's or the request's reference, where it has one.
        public var reference: String?
        public var context: CallContext
    }

    /// One order, as the ledger has it.
    public struct Order: Hashable, Sendable {
        public enum State: String, Sendable { case held, ticketed, cancelled, expired }

        public var id: String
        public var state: State
        public var reference: String
        public var passengers: [String]
        public var itinerary: Itinerary
        public var total: Money
        public var ticketBy: Timestamp?
        public var createdAt: Timestamp
        /// What cancelling it gives back once it is ticketed, by the offer's terms.
        public var refundable: Money
        /// What cancelling it gave back.
        public var refunded: Money?
        /// Every state it was in, in order.
        public var history: [State]
    }

    public let id: ProviderID
    public let capabilities: ProviderCapabilities
    /// Whether its orders tell our reference.
    public let carriesReferences: Bool
    private let clock: any MonotonicClock & WallClock
    private let state: Mutex<FakeProviderState>

    /// - Parameters:
    ///   - carriesReferences: whether its orders tell our reference.
    ///   - longestHold: a hold is kept no longer than this, whatever was asked for.
    ///   - quoteLives: how long a cancellation can be had as quoted.
    public init(
        id: ProviderID, clock: any MonotonicClock & WallClock,
        capabilities: ProviderCapabilities = ProviderCapabilities(
            findsOrders: true, cancelsTickets: true, listsOrders: true),
        carriesReferences: Bool = true, longestHold: Duration = .seconds(1200),
        quoteLives: Duration = .seconds(1800)
    ) {
        self.id = id
        self.clock = clock
        self.capabilities = capabilities
        self.carriesReferences = carriesReferences
        state = Mutex(FakeProviderState(prefix: id.rawValue, longestHold: longestHold, quoteLives: quoteLives))
    }

    // MARK: Scripting

    /// Offers `offer` from now on, at its total. An offer with the same reference is replaced.
    public func offer(_ offer: ProviderOffer) {
        state.withLock { $0.offers[offer.reference] = offer }
    }

    /// The next calls of `operation` go as told, in order; nil is an ordinary one.
    public func script(_ operation: Operation, _ faults: Fault?...) {
        state.withLock { $0.scripts[operation, default: []] += faults }
    }

    /// Calls that no script is left for ask `fault` what happens to them. It must not call the provider.
    public func inject(_ fault: @escaping @Sendable (Call) -> Fault?) {
        state.withLock { $0.injected = fault }
    }

    /// Told of each call before anything is done about it.
    public func observe(_ observer: @escaping @Sendable (Call) async -> Void) {
        state.withLock { $0.observer = observer }
    }

    /// Lets every call that hangs go on.
    public func resume() {
        let hanging = state.withLock { state in
            defer { state.hanging = [:] }
            return state.hanging.sorted { $0.key < $1.key }.map(\.value)
        }
        for continuation in hanging { continuation.resume(returning: true) }
    }

    // MARK: Reading

    /// Every order so far, as it is now.
    public var orders: [Order] {
        let now = clock.timestamp
        return state.withLock { state in
            state.settle(at: now)
            return state.orders
        }
    }

    /// Every call so far.
    public var calls: [Call] { state.withLock { $0.calls } }

    /// How many calls hang.
    public var hangingCount: Int { state.withLock { $0.hanging.count } }

    // MARK: Calls

    /// Takes a call in, and does with it what its script says.
    func perform(
        _ operation: Operation, _ request: FakeProviderState.Request, reference: String?, context: CallContext
    ) async throws(ProviderError) -> FakeProviderState.Answer {
        let (call, observer) = state.withLock { $0.take(operation, reference: reference, context: context) }
        await observer?(call)
        if Task.isCancelled { throw ProviderError(.cancelled, outcome: .notApplied) }
        if operation.changesSomething, clock.now > context.notAfter {
            throw ProviderError(.timedOut, outcome: .notApplied, detail: "too late to be sent")
        }
        var fault = state.withLock { $0.fault(of: call) }
        while case .hang(let then) = fault {
            guard await hang() else { throw ProviderError(.cancelled, outcome: .unknown) }
            fault = then
        }
        let now = clock.timestamp
        return try state.withLock { state -> Result<FakeProviderState.Answer, ProviderError> in
            state.settle(at: now)
            do throws(ProviderError) {
                return .success(try state.answer(to: request, fault, at: now))
            } catch {
                return .failure(error)
            }
        }.get()
    }

    /// - Returns: false if the task was cancelled first.
    private func hang() async -> Bool {
        let id = state.withLock { state in
            state.hangs += 1
            return state.hangs
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled { return true }
                    state.hanging[id] = continuation
                    return false
                }
                if isOver { continuation.resume(returning: false) }
            }
        } onCancel: {
            state.withLock { $0.hanging.removeValue(forKey: id) }?.resume(returning: false)
        }
    }
}

extension FakeProvider.Operation {
    /// Whether it may make, change or end something at the provider: a quote is a thing of its own at some.
    var changesSomething: Bool {
        switch self {
        case .search, .reprice, .status, .find, .list: false
        case .hold, .order, .confirm, .release, .quote, .cancel: true
        }
    }
}
