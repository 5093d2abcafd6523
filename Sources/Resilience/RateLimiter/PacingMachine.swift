/// What a rate limiter goes by.
public struct RateLimit: Hashable, Sendable {
    /// Calls a second; below one is possible too.
    public var perSecond: Double
    /// The least time between two calls.
    public var spacing: Duration
    /// The share of the rate, 0…1, that ordinary calls leave free.
    public var reservedShare: Double
    /// How many may wait.
    public var queue: Int

    public init(perSecond: Double, spacing: Duration = .zero, reservedShare: Double = 0, queue: Int = 256) {
        self.perSecond = perSecond
        self.spacing = spacing
        self.reservedShare = reservedShare
        self.queue = queue
    }
}

/// The rate limiter's state machine: a value, without a clock or a lock.
///
/// Whoever is first in line waits for the instant that it was told and asks again; everybody else waits to be first.
struct PacingMachine: Sendable {
    enum Step: Hashable {
        case go
        case wait(until: MonotonicInstant)
        case refused(WaitRefusal)
    }

    private let spacing: Duration
    private var all: CallLog
    private var ordinary: CallLog
    private var lastCall: MonotonicInstant?
    private var pausedUntil: MonotonicInstant?
    private var line: WaitingLine

    init(_ limit: RateLimit) {
        // A log keeps every call of its span: the bound keeps a silly rate from taking silly memory.
        let rate = min(max(limit.perSecond, 0.001), 1_000_000)
        let share = min(max(limit.reservedShare, 0), 0.99)
        let capacity = min(max(1, Int(rate)), 1000)
        let ordinaryCapacity = capacity.withoutShare(share)
        spacing = max(.zero, limit.spacing)
        all = CallLog(capacity: capacity, span: .seconds(Double(capacity) / rate))
        ordinary = CallLog(
            capacity: ordinaryCapacity, span: .seconds(Double(ordinaryCapacity) / (rate * (1 - share))))
        line = WaitingLine(capacity: max(0, limit.queue), reservedShare: share)
    }

    var waiting: Int { line.count }
    /// Whose turn is next: to be woken when it changes, or when a pause does.
    var first: Ticket? { line.first }

    /// Asks to go now, or to wait. The ticket is there only with `wait`.
    mutating func ask(
        _ priority: Priority, now: MonotonicInstant, deadline: MonotonicInstant
    ) -> (Step, Ticket?) {
        let ahead = line.ahead(of: priority)
        let earliest = earliest(for: priority, now: now)
        if ahead == 0, earliest <= now {
            record(priority, now)
            return (.go, nil)
        }
        let pace = max(all.time(for: ahead), spacing * ahead)
        let expected = earliest.advanced(by: priority == .ordinary ? max(pace, ordinary.time(for: ahead)) : pace)
        guard expected <= deadline else {
            return (.refused(.deadline(retryAfter: now.duration(to: expected))), nil)
        }
        guard let ticket = line.join(priority) else { return (.refused(.queueFull), nil) }
        return (.wait(until: line.first == ticket ? earliest : deadline), ticket)
    }

    /// Asks again, as one who waits. After anything but `wait` the ticket has left the line.
    mutating func askAgain(_ ticket: Ticket, now: MonotonicInstant, deadline: MonotonicInstant) -> Step {
        let earliest = earliest(for: ticket.priority, now: now)
        let isFirst = line.first == ticket
        if isFirst, earliest <= now {
            line.leave(ticket)
            record(ticket.priority, now)
            return .go
        }
        guard now < deadline, !isFirst || earliest <= deadline else {
            line.leave(ticket)
            return .refused(.deadline(retryAfter: max(.zero, now.duration(to: earliest))))
        }
        return .wait(until: isFirst ? earliest : deadline)
    }

    mutating func leave(_ ticket: Ticket) { line.leave(ticket) }

    /// Lets nobody go before `instant`; never shortens a pause.
    mutating func pause(until instant: MonotonicInstant) {
        pausedUntil = max(instant, pausedUntil ?? instant)
    }

    /// How many calls could go at `now`.
    func remaining(at now: MonotonicInstant) -> Int {
        if let pausedUntil, pausedUntil > now { return 0 }
        return all.remaining(at: now)
    }

    private func earliest(for priority: Priority, now: MonotonicInstant) -> MonotonicInstant {
        var earliest = now
        if let free = all.earliest { earliest = max(earliest, free) }
        if priority == .ordinary, let free = ordinary.earliest { earliest = max(earliest, free) }
        if let lastCall { earliest = max(earliest, lastCall.advanced(by: spacing)) }
        if let pausedUntil { earliest = max(earliest, pausedUntil) }
        return earliest
    }

    private mutating func record(_ priority: Priority, _ now: MonotonicInstant) {
        all.record(now)
        if priority == .ordinary { ordinary.record(now) }
        lastCall = now
    }
}
