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
        case quote(String)
        case cancel(String)
    }

    enum Answer {
        case offers([ProviderOffer])
        case orders([FakeProvider.Order])
    }

    let prefix: String
    let longestHold: Duration
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

    init(prefix: String, longestHold: Duration) {
        self.prefix = prefix
        self.longestHold = longestHold
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
        case .quote(let id):
            let index = try index(of: id)
            guard orders[index].state == .ticketed else { throw ProviderError(.notCancellable, outcome: .notApplied) }
            return .orders([orders[index]])
        case .cancel(let id):
            let index = try index(of: id)
            if orders[index].state == .ticketed { move(index, to: .cancelled) }
            return .orders([orders[index]])
        }
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
            history: [state])
        orders.append(order)
        return .orders([order])
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
