/// The bulkhead's state machine: a value, without a lock.
struct BulkheadMachine: Sendable {
    enum Admission {
        case go
        case wait(Ticket)
        case full
    }

    private let limit: Int
    private let ordinaryLimit: Int
    private var line: WaitingLine
    /// Given a slot, and not yet come for it.
    private var granted: Set<Ticket> = []
    private(set) var inFlight = 0
    private var ordinaryInFlight = 0

    init(limit: Int, reservedShare: Double, queue: Int) {
        self.limit = max(1, limit)
        ordinaryLimit = self.limit.withoutShare(reservedShare)
        line = WaitingLine(capacity: max(0, queue), reservedShare: reservedShare)
    }

    var waiting: Int { line.count }

    mutating func acquire(_ priority: Priority) -> Admission {
        if line.ahead(of: priority) == 0, hasRoom(for: priority) {
            take(priority)
            return .go
        }
        return line.join(priority).map(Admission.wait) ?? .full
    }

    /// Returns those who have a slot now, to be woken.
    mutating func release(_ priority: Priority) -> [Ticket] {
        inFlight -= 1
        if priority == .ordinary { ordinaryInFlight -= 1 }
        return grant()
    }

    /// Ends a wait: true if a slot was given, which is the waiter's from now on. Also returns who is to be woken.
    mutating func settle(_ ticket: Ticket) -> (granted: Bool, woken: [Ticket]) {
        if granted.remove(ticket) != nil { return (true, []) }
        line.leave(ticket)
        return (false, grant())
    }

    private mutating func grant() -> [Ticket] {
        var tickets: [Ticket] = []
        while let first = line.first, hasRoom(for: first.priority) {
            line.leave(first)
            take(first.priority)
            granted.insert(first)
            tickets.append(first)
        }
        return tickets
    }

    private func hasRoom(for priority: Priority) -> Bool {
        inFlight < limit && (priority == .preferred || ordinaryInFlight < ordinaryLimit)
    }

    private mutating func take(_ priority: Priority) {
        inFlight += 1
        if priority == .ordinary { ordinaryInFlight += 1 }
    }
}
