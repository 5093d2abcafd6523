import FareDomain

/// A search that was answered: what its offers are looked up by.
struct SearchRecord: Codable, Sendable {
    /// Sixteen letters and digits, for a dialect to make ids of.
    let id: String
    let query: TripQuery
    /// Milliseconds since 1970.
    let createdAt: Int64
    /// When its offers can no longer be bought.
    let expiresAt: Int64
    /// The keys of the offers it was answered with, in order.
    let offerKeys: [String]
}

/// One step of a shop's history, as its state file keeps it.
enum ShopChange: Codable, Sendable {
    case search(SearchRecord)
    /// Made, or changed: the whole of it.
    case order(Order)
    /// The fare of an offer is now `permille` thousandths of the catalogue's.
    case moved(offer: String, permille: Int64)
    /// Something of the dialect's own.
    case note(kind: String, id: String, text: String)
}

/// Everything a shop remembers. A plain value: the shop guards it.
struct ShopState: Sendable {
    var searches = BoundedMemory<String, SearchRecord>(limit: 20_000)
    var orders: [String: Order] = [:]
    /// Ids in the order they were made.
    var orderIDs: [String] = []
    var moves: [String: Int64] = [:]
    var notes: [String: [String: String]] = [:]
    /// Seats taken by live orders, by flight and cabin.
    var taken: [String: Int] = [:]

    mutating func apply(_ change: ShopChange) {
        switch change {
        case .search(let search): searches[search.id] = search
        case .moved(let offer, let permille): moves[offer] = permille
        case .note(let kind, let id, let text): notes[kind, default: [:]][id] = text
        case .order(let order):
            if let before = orders[order.id] { count(before, by: -1) } else { orderIDs.append(order.id) }
            orders[order.id] = order
            count(order, by: 1)
        }
    }

    private mutating func count(_ order: Order, by sign: Int) {
        guard order.state == .held || order.state == .ticketed else { return }
        for seat in ShopState.seatKeys(of: order) { taken[seat, default: 0] += sign * order.query.seats }
    }

    private static func seatKeys(of order: Order) -> [String] {
        let flights = order.offerKey.split(separator: "#")[0].split { $0 == "_" || $0 == "+" }
        return flights.map { "\($0)#\(order.query.cabinName)" }
    }
}
