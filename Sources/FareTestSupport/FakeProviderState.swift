import FareDomain
import FarePorts
import Resilience

/// What a `FakeProvider` has, and what a request does to it. A value: no clock, nothing suspends.
struct FakeProviderState {
    /// What a call asks for.
    enum Request {
        case search
        case reprice(ProviderOffer)
        case create(OrderRequest, FakeProvider.Order.State)
        case confirm(String)
        case release(String)
        case status(String)
        case find(OrderSearch)
        case list(ClosedRange<Timestamp>)
        case quote(String)
        case cancel(String, CancellationQuote)
    }

    enum Answer {
        case offers([ProviderOffer])
        case orders([FakeProvider.Order])
        case quote(CancellationQuote)
    }

    let prefix: String
    let longestHold: Duration
    let quoteLives: Duration
    var offers: [String: ProviderOffer] = [:]
    var orders: [FakeProvider.Order] = []
    var calls: [FakeProvider.Call] = []
    var scripts: [FakeProvider.Operation: [FakeProvider.Fault?]] = [:]
    var injected: (@Sendable (FakeProvider.Call) -> FakeProvider.Fault?)?
    var observer: (@Sendable (FakeProvider.Call) async -> Void)?
    var hangs = 0
    var hanging: [Int: CheckedContinuation<Bool, Never>] = [:]
    /// Requests on their way, with when they arrive.
    private var late: [(arrives: Timestamp, request: Request)] = []

    init(prefix: String, longestHold: Duration, quoteLives: Duration) {
        self.prefix = prefix
        self.longestHold = longestHold
        self.quoteLives = quoteLives
    }

    mutating func take(
        _ operation: FakeProvider.Operation, reference: String?, context: CallContext
    ) -> (FakeProvider.Call, (@Sendable (FakeProvider.Call) async -> Void)?) {
        let call = FakeProvider.Call(
            operation: operation, index: calls.count { $0.operation == operation }, reference: reference,
            context: context)
        calls.append(call)
        return (call, observer)
    }

    mutating func fault(of call: FakeProvider.Call) -> FakeProvider.Fault? {
        guard scripts[call.operation]?.isEmpty == false else { return injected?(call) }
        return scripts[call.operation]?.removeFirst()
    }

    /// Lets time do its work: what is late arrives in its order, what is overdue runs out.
    mutating func settle(at now: Timestamp) {
        while let next = late.indices.min(by: { late[$0].arrives < late[$1].arrives }), late[next].arrives <= now {
            let (arrives, request) = late.remove(at: next)
            expire(at: arrives)
            _ = try? apply(request, at: arrives)
        }
        expire(at: now)
    }

    private mutating func expire(at now: Timestamp) {
        for index in orders.indices where orders[index].state == .held {
            if let ends = orders[index].ticketBy, ends <= now { move(index, to: .expired) }
        }
    }

    mutating func answer(
        to request: Request, _ fault: FakeProvider.Fault?, at now: Timestamp
    ) throws(ProviderError) -> Answer {
        let lost = ProviderError(.connectionLost, outcome: .unknown, detail: "reply lost")
        switch fault {
        case nil, .hang: return try apply(request, at: now)
        case .refuse(let code): throw ProviderError(code, outcome: .notApplied, detail: "scripted")
        case .loseBefore: throw lost
        case .loseAfter:
            _ = try? apply(request, at: now)
            throw lost
        case .applyLate(let delay):
            late.append((now.advanced(by: delay), request))
            throw lost
        case .raise(let percent):
            raise(request, by: percent)
            return try apply(request, at: now)
        }
    }

    private mutating func raise(_ request: Request, by percent: Int64) {
        switch request {
        case .reprice(let offer): raise(offer, by: percent)
        case .create(let request, _): raise(request.offer, by: percent)
        case .confirm(let id):
            guard let index = orders.firstIndex(where: { $0.id == id }) else { return }
            orders[index].total = orders[index].total.raised(by: percent)
            orders[index].refundable = orders[index].refundable.raised(by: percent)
        default: break
        }
    }

    private mutating func raise(_ offer: ProviderOffer, by percent: Int64) {
        guard let total = offers[offer.reference]?.total else { return }
        offers[offer.reference]?.total = total.raised(by: percent)
    }

    private mutating func apply(_ request: Request, at now: Timestamp) throws(ProviderError) -> Answer {
        switch request {
        case .search: return .offers(offers.values.sorted { $0.reference < $1.reference })
        case .reprice(let offer): return .offers([try live(offer)])
        case .create(let request, let state): return try create(request, state, at: now)
        case .confirm(let id):
            let index = try index(of: id)
            switch orders[index].state {
            case .held: move(index, to: .ticketed)
            case .ticketed: break
            case .cancelled, .expired: throw ProviderError(.holdExpired, outcome: .notApplied)
            }
            return .orders([orders[index]])
        case .release(let id):
            let index = try index(of: id)
            if orders[index].state == .ticketed { throw ProviderError(.notCancellable, outcome: .notApplied) }
            if orders[index].state == .held { move(index, to: .cancelled) }
            return .orders([])
        case .status(let id): return .orders([orders[try index(of: id)]])
        case .find(let search): return .orders(orders.filter { Self.fits($0, search) })
        case .list(let span): return .orders(orders.filter { span.contains($0.createdAt) })
        case .quote(let id):
            let index = try index(of: id)
            guard orders[index].state == .ticketed else { throw ProviderError(.notCancellable, outcome: .notApplied) }
            return .quote(quote(orders[index], refund: orders[index].refundable, at: now))
        case .cancel(let id, let quote): return .quote(try cancel(try index(of: id), as: quote, at: now))
        }
    }

    /// Once: the second time it tells what the first gave back.
    private mutating func cancel(
        _ index: Int, as quote: CancellationQuote, at now: Timestamp
    ) throws(ProviderError) -> CancellationQuote {
        if let refunded = orders[index].refunded { return self.quote(orders[index], refund: refunded, at: now) }
        guard orders[index].state == .ticketed else { throw ProviderError(.notCancellable, outcome: .notApplied) }
        guard quote.refund == orders[index].refundable, quote.expiresAt.map({ now < $0 }) ?? true else {
            throw ProviderError(.quoteExpired, outcome: .notApplied)
        }
        orders[index].refunded = quote.refund
        move(index, to: .cancelled)
        return quote
    }

    private func quote(_ order: FakeProvider.Order, refund: Money, at now: Timestamp) -> CancellationQuote {
        CancellationQuote(
            id: "\(order.id)-quote", refund: refund,
            penalty: Money(minorUnits: order.total.minorUnits - refund.minorUnits, currency: refund.currency),
            expiresAt: now.advanced(by: quoteLives))
    }

    private func live(_ offer: ProviderOffer) throws(ProviderError) -> ProviderOffer {
        guard let live = offers[offer.reference] else { throw ProviderError(.soldOut, outcome: .notApplied) }
        return live
    }

    private mutating func create(
        _ request: OrderRequest, _ state: FakeProvider.Order.State, at now: Timestamp
    ) throws(ProviderError) -> Answer {
        let offer = try live(request.offer)
        let order = FakeProvider.Order(
            id: "\(prefix)-\(orders.count + 1)", state: state, reference: request.reference,
            passengers: request.passengers.map(\.reservationName), itinerary: offer.itinerary, total: offer.total,
            ticketBy: state == .held ? now.advanced(by: min(request.holdFor, longestHold)) : nil, createdAt: now,
            refundable: Self.refundable(offer), history: [state])
        orders.append(order)
        return .orders([order])
    }

    private static func refundable(_ offer: ProviderOffer) -> Money {
        guard offer.terms.refundable != .no else { return .zero(offer.total.currency) }
        let kept = min(offer.terms.refundPenalty?.minorUnits ?? 0, offer.total.minorUnits)
        return Money(minorUnits: offer.total.minorUnits - kept, currency: offer.total.currency)
    }

    private func index(of id: String) throws(ProviderError) -> Int {
        guard let index = orders.firstIndex(where: { $0.id == id }) else {
            throw ProviderError(.orderNotFound, outcome: .notApplied)
        }
        return index
    }

    private mutating func move(_ index: Int, to state: FakeProvider.Order.State) {
        orders[index].state = state
        orders[index].history.append(state)
    }

    private static func fits(_ order: FakeProvider.Order, _ search: OrderSearch) -> Bool {
        order.passengers.sorted() == search.passengers.map(\.reservationName).sorted()
            && order.itinerary == search.itinerary && order.createdAt >= search.createdAfter
    }
}

extension Money {
    fileprivate func raised(by percent: Int64) -> Money {
        Money(minorUnits: minorUnits + minorUnits * percent / 100, currency: currency)
    }
}
