import FareDomain
import Synchronization

/// One provider's till: it answers searches from its catalogue, remembers what it quoted, and keeps holds, orders and
/// seats.
///
/// Every dialect sells through a shop and only translates. All of it is synchronous and atomic: a call has happened, in
/// the state file too, when it returns.
final class Shop: Sendable {
    /// An offer as it was quoted to a caller, at today's price.
    struct Quote: Sendable {
        let query: TripQuery
        let offer: SaleOffer
        /// What it costs now: the catalogue's price, unless a fault moved it.
        let total: Money
        let base: Money
        var taxes: Money { Money(minorUnits: total.minorUnits - base.minorUnits, currency: total.currency) }
        /// When it was quoted; nil for an offer that was asked for by its flights, not by its search.
        let createdAt: Timestamp?
        let expiresAt: Timestamp?
        /// What a moved price is remembered by.
        let scope: String
    }

    let catalogue: Catalogue
    let hash: SeededHash
    let now: @Sendable () -> Timestamp
    let offersLive: Duration
    private let journal: Journal<ShopChange>?
    /// Guards all that was quoted, sold and held.
    let state: Mutex<ShopState>

    /// - Parameters:
    ///   - catalogue: what it sells.
    ///   - seed: decides how many seats there are.
    ///   - offersLive: how long a quoted offer can be bought.
    ///   - statePath: the state file; nil to keep nothing.
    ///   - now: the time, for expiries and ids.
    /// - Throws: `JournalError` where the state file can't be opened.
    init(
        catalogue: Catalogue, seed: UInt64, offersLive: Duration = .seconds(1800), statePath: String? = nil,
        now: @escaping @Sendable () -> Timestamp
    ) throws(JournalError) {
        self.catalogue = catalogue
        hash = SeededHash(seed: seed)
        self.now = now
        self.offersLive = offersLive
        var initial = ShopState()
        if let statePath {
            let journal = try Journal<ShopChange>(path: statePath)
            for change in journal.changes() { initial.apply(change) }
            self.journal = journal
        } else {
            journal = nil
        }
        state = Mutex(initial)
    }

    // MARK: Looking, giving back

    /// What an order gives back when it is cancelled: all of it but the fare's penalty, or nothing.
    func refund(of order: Order) -> Money {
        guard order.state == .ticketed, let fare = offer(of: order)?.fare, fare.refundable else {
            return .zero(order.currency)
        }
        let kept = order.totalMinor * Int64(fare.refundPenaltyPercent) / 100
        return Money(minorUnits: order.totalMinor - kept, currency: order.currency)
    }

    /// Ends an order: a held one is released, a paid one cancelled and refunded as far as its fare says.
    ///
    /// - Parameter expected: what the caller takes it for; nil for either. Where it is paid by now, `alreadyPaid`.
    func cancel(orderID: String, expecting expected: OrderState? = nil) throws(ShopFailure) -> Order {
        let time = now()
        return try change { state throws(ShopFailure) in
            guard var order = state.orders[orderID] else { throw .refused(.unknownOrder) }
            guard order.state == .held || order.state == .ticketed else { throw .refused(.alreadyCancelled) }
            if let expected, order.state != expected { throw .refused(.alreadyPaid) }
            order.cancelledAt = time.millisecondsSinceEpoch
            order.refundMinor = refund(of: order).minorUnits
            order.endsAt = nil
            order.become(order.state == .held ? .released : .cancelled, at: time)
            try commit([.order(order)], to: &state)
            return order
        }
    }

    /// An order as it stands now: one past its limit has expired.
    func order(id: String) throws(ShopFailure) -> Order? {
        try change { state in state.orders[id] }
    }

    /// All orders, in the order they were made.
    func orders() throws(ShopFailure) -> [Order] {
        try change { state in state.orderIDs.compactMap { state.orders[$0] } }
    }

    /// The flights and terms of an order. Nil only for an order of another seed's state file.
    func offer(of order: Order) -> SaleOffer? {
        catalogue.offer(key: order.offerKey, for: order.query)
    }

    /// Keeps something of the dialect's own under a kind and an id.
    func remember(kind: String, id: String, text: String) throws(ShopFailure) {
        try change { state throws(ShopFailure) in try commit([.note(kind: kind, id: id, text: text)], to: &state) }
    }

    /// What was remembered of a kind, by id.
    func remembered(kind: String) -> [String: String] {
        state.withLock { $0.notes[kind] ?? [:] }
    }

    /// Back to the seed: nothing quoted, nothing sold.
    func reset() {
        state.withLock { state in
            state = ShopState()
            journal?.clear()
        }
    }

    // MARK: Inside the lock

    /// Runs `body` alone, after what has expired has been marked so.
    func change<Value>(
        _ body: (inout ShopState) throws(ShopFailure) -> Value
    ) throws(ShopFailure) -> Value {
        let time = now()
        let outcome: Result<Value, ShopFailure> = state.withLock { state in
            do throws(ShopFailure) {
                try expire(at: time, in: &state)
                return .success(try body(&state))
            } catch {
                return .failure(error)
            }
        }
        return try outcome.get()
    }

    func expire(at time: Timestamp, in state: inout ShopState) throws(ShopFailure) {
        let overdue = state.orders.values.filter {
            $0.state == .held && $0.endsAt.map { $0 <= time.millisecondsSinceEpoch } ?? false
        }
        for var order in overdue {
            order.become(.expired, at: Timestamp(millisecondsSinceEpoch: order.endsAt ?? time.millisecondsSinceEpoch))
            try commit([.order(order)], to: &state)
        }
    }

    /// The state file first, then memory: what can't be kept has not happened.
    func commit(_ changes: [ShopChange], to state: inout ShopState) throws(ShopFailure) {
        do {
            try journal?.append(changes)
        } catch {
            throw .unusable(String(describing: error))
        }
        for change in changes { state.apply(change) }
    }
}
