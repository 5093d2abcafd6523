/// A place in a `WaitingLine`.
struct Ticket: Hashable, Sendable {
    let number: UInt64
    let priority: Priority
}

/// Two bounded queues, first come first served: the preferred go before the ordinary.
struct WaitingLine: Sendable {
    private let capacity: Int
    /// Ordinary waiters leave room for preferred ones here too.
    private let ordinaryCapacity: Int
    private var preferred: [Ticket] = []
    private var ordinary: [Ticket] = []
    private var lastNumber: UInt64 = 0

    init(capacity: Int, reservedShare: Double) {
        self.capacity = capacity
        ordinaryCapacity = min(capacity, capacity.withoutShare(reservedShare))
    }

    var count: Int { preferred.count + ordinary.count }
    /// Whose turn is next.
    var first: Ticket? { preferred.first ?? ordinary.first }

    /// How many would go before a newcomer.
    func ahead(of priority: Priority) -> Int {
        priority == .preferred ? preferred.count : count
    }

    /// Nil if there is no room.
    mutating func join(_ priority: Priority) -> Ticket? {
        guard count < capacity else { return nil }
        guard priority == .preferred || ordinary.count < ordinaryCapacity else { return nil }
        lastNumber += 1
        let ticket = Ticket(number: lastNumber, priority: priority)
        switch priority {
        case .preferred: preferred.append(ticket)
        case .ordinary: ordinary.append(ticket)
        }
        return ticket
    }

    /// Does nothing for a ticket that is not in the line.
    mutating func leave(_ ticket: Ticket) {
        switch ticket.priority {
        case .preferred: preferred.removeAll { $0 == ticket }
        case .ordinary: ordinary.removeAll { $0 == ticket }
        }
    }
}
