import FareDomain
import FarePorts
import FareTestSupport
import Resilience

@testable import FareBooking

/// What must hold, checked at every request that is sent, every effect and every commit.
///
/// Guarded by confinement to the thread of its world.
final class Rules: @unchecked Sendable {
    /// One booking as the store has it.
    struct Book {
        var record: BookingRecord
        var journal: [JournalEntry]
        var owner: String
        /// What each process that had it was about to do, by its own last word.
        var intents: [String: JournalEntry] = [:]
    }

    /// What a caller was told.
    struct Told {
        var customer: Int
        var key: IdempotencyKey
        var booking: BookingID?
        /// Ticketed or failed; nil where nothing was intended.
        var status: BookingStatus?
    }

    unowned let world: World
    private(set) var books: [BookingID: Book] = [:]
    private(set) var bookingsInOrder: [BookingID] = []
    private(set) var told: [Told] = []
    private var excused: Set<BookingID> = []
    /// For each attempt's step at the gateway: its last number.
    private var numbers: [String: KeyNumber] = [:]

    private struct KeyNumber {
        var number: Int
        /// Until when a request under it may still arrive.
        var arrivesBy = MonotonicInstant(nanoseconds: .min)
        /// The gateway has heard of it, and answers the same for ever.
        var isSpent = false
        /// It is known what the gateway answers under this number for ever.
        var isAnswered = false
    }

    init(world: World) { self.world = world }

    // MARK: What is sent

    func sending(_ request: WireRequest, _ context: CallContext, by process: ServiceProcess) {
        guard !request.isRead else { return }
        if process.clock.now > context.notAfter {
            return world.violated("\(request.operation) was sent after its time, by \(process.name)")
        }
        guard let reference = request.reference, let (id, attempt) = Self.split(reference) else {
            return world.violated("\(request.operation) belongs to no booking")
        }
        guard let book = books[id] else {
            return world.violated("\(request.operation) of \(reference), which is unknown")
        }
        guard let line = intent(in: book, attempt, request, of: process) else {
            if request.operation == "release", givesBackLike(book, attempt, process) { return }
            return world.violated("\(request.operation) of \(reference) was sent, and is not written down")
        }
        checkKey(request, id, line)
        // Whoever has the booking now waits for the effect of what its last owner had begun.
        if process.name == book.owner { checkTicketing(request, book, attempt) }
    }

    /// The peer's answer has reached the process.
    func answered(_ request: WireRequest, isDefinite: Bool) {
        guard let key = request.key else {
            if isDefinite, request.peer == "gateway", let reference = request.reference { lookedUp(reference) }
            return
        }
        guard let (name, number) = Self.numbered(key), numbers[name]?.number == number else { return }
        if isDefinite { numbers[name]?.isAnswered = true }
        numbers[name]?.arrivesBy = world.agenda.now.advanced(by: request.latest)
    }

    /// Looking at the payment has shown what came of the calls for it.
    private func lookedUp(_ reference: String) {
        for step in ["authorize", "capture", "void", "refund"] where numbers["\(reference)/\(step)"]?.isSpent == true {
            numbers["\(reference)/\(step)"]?.isAnswered = true
        }
    }

    /// A request was refused before it reached its peer.
    func notSent(_ request: WireRequest) {
        guard let key = request.key, let (name, number) = Self.numbered(key), number > numbers[name]?.number ?? 0
        else { return }
        checkNumber(name, number, key)
    }

    private func checkKey(_ request: WireRequest, _ id: BookingID, _ line: JournalEntry) {
        guard let key = request.key else { return }
        guard let (name, number) = Self.numbered(key), number == line.number,
            name == "\(id)/\(line.attempt)/\(line.step)"
        else { return world.violated("the key \(key) is not what is written down") }
        checkNumber(name, number, key)
        numbers[name]?.arrivesBy = world.agenda.now.advanced(by: request.timeout + request.latest)
    }

    /// A new number may come only when nothing can come of the last any more.
    private func checkNumber(_ name: String, _ number: Int, _ key: String) {
        let last = numbers[name] ?? KeyNumber(number: number)
        // Taking and letting go happen once, whatever the key.
        let isFree = name.hasSuffix("/capture") || name.hasSuffix("/void")
        let mayRise = isFree || last.isAnswered || last.arrivesBy < world.agenda.now
        guard number == last.number || (number == last.number + 1 && mayRise) else {
            return world.violated("the key \(key) follows number \(last.number), of which nothing definite is known")
        }
        numbers[name] = number == last.number ? last : KeyNumber(number: number)
    }

    /// Nothing is ticketed without a hold and money; while that is in doubt, nothing else is tried or undone.
    private func checkTicketing(_ request: WireRequest, _ book: Book, _ attempt: Int) {
        let isTicketing = request.operation == "confirm" || request.operation == "order"
        let mayBeInDoubt = book.journal.contains {
            ($0.step == "confirm" || $0.step == "order") && $0.result == .unknown
        }
        guard isTicketing || mayBeInDoubt, let saga = try? BookingSnapshot(stored: book.record).saga else { return }
        if let doubtful = saga.attempts.first(where: { $0.ticket == .unknown }) {
            guard doubtful.number == attempt, ["confirm", "release"].contains(request.operation) else {
                return world.violated("\(request.operation) was sent while a ticket is in doubt")
            }
        }
        guard isTicketing else { return }
        let reference = "\(book.record.id)/\(attempt)"
        let payment = world.gateway.payments.first { $0.reference == reference }
        // The gateway may have let it go by itself, which nobody has been told.
        let hasEnded = payment?.payment.state == .voided && (payment?.changesAt.map { $0 <= world.now } ?? false)
        guard payment?.payment.state == .authorized || hasEnded else {
            return world.violated("\(request.operation) of \(reference) without money")
        }
        if request.operation == "confirm", saga.attempts.first(where: { $0.number == attempt })?.hold != .live {
            world.violated("confirm of \(reference) without a live hold")
        }
    }

    /// For a while the booking may have a ticket too many: what arrives when it has been proven lost.
    func excuse(_ reference: String) {
        if let (id, _) = Self.split(reference) { excused.insert(id) }
    }

    // MARK: What happened

    /// A request has had its effect.
    func effect(of request: WireRequest) {
        guard !request.isRead, let reference = request.reference, let (id, _) = Self.split(reference) else { return }
        defer { if !excused.contains(id) { checkLedgers(of: id) } }
        if let key = request.key, let (name, number) = Self.numbered(key), numbers[name]?.number == number {
            numbers[name]?.isSpent = true
        }
    }

    /// A process has the booking now: whoever had it may write nothing more.
    func takenOver(_ record: BookingRecord, by owner: String) {
        world.log("  \(record.id) v\(record.version) is \(owner)'s")
        books[record.id]?.owner = owner
        books[record.id]?.record = record
    }

    func committed(_ record: BookingRecord, _ journal: [JournalEntry], by owner: String?) {
        let lines = journal.map { "\($0.attempt) \($0.step)#\($0.number) \($0.result) \($0.detail)" }
        world.log("  \(record.id) v\(record.version) \(record.status)\(record.settled ? " settled" : "") \(lines)")
        if books[record.id] == nil {
            bookingsInOrder.append(record.id)
            books[record.id] = Book(record: record, journal: journal, owner: owner ?? "")
            if let key = record.key, books.values.count(where: { $0.record.key == key }) > 1 {
                world.violated("two bookings under the key \(key.key)")
            }
        } else {
            checkOwner(of: record, owner)
            // What is settled belongs to whoever writes next.
            if let owner { books[record.id]?.owner = owner }
            books[record.id]?.record = record
            books[record.id]?.journal += journal
        }
        if let owner, let last = journal.last {
            books[record.id]?.intents[owner] = last.result == .intended ? last : nil
        }
        if !excused.contains(record.id) { checkStatus(of: record) }
    }

    private func checkOwner(of record: BookingRecord, _ owner: String?) {
        guard let book = books[record.id] else { return }
        if record.version != book.record.version + 1 {
            world.violated("\(record.id) was saved as version \(record.version) over \(book.record.version)")
        }
        if let owner, owner != book.owner, !book.record.settled {
            world.violated("\(record.id) is \(book.owner)'s, and \(owner) saved it")
        }
    }

    /// What the outside is told as the status must be so.
    private func checkStatus(of record: BookingRecord, isFinal: Bool = false) {
        let ledger = ledger(of: record.id)
        switch record.status {
        case BookingStatus.ticketed.rawValue:
            if ledger.tickets != 1 || ledger.captured == 0 {
                world.violated("\(record.id) is told as ticketed: \(ledger)")
            }
        case BookingStatus.failed.rawValue:
            if ledger.tickets != 0 || ledger.captured != ledger.refunded || ledger.reserved != 0 {
                world.violated("\(record.id) is told as failed: \(ledger)")
            }
        case BookingStatus.cancelled.rawValue:
            let quoted = (try? BookingSnapshot(stored: record).saga.cancellation?.quote.refund.minorUnits) ?? -1
            // A bank may send a refund back: that is found when the books are compared.
            let given = ledger.refunded + (isFinal ? 0 : ledger.sentBack)
            if ledger.tickets != 0 || given < quoted || ledger.refunded > quoted {
                world.violated("\(record.id) is told as cancelled with a refund of \(quoted): \(ledger)")
            }
        case BookingStatus.cancelling.rawValue: break
        default:
            if record.settled { world.violated("\(record.id) is settled as \(record.status)") }
        }
    }

    private func checkLedgers(of id: BookingID) {
        let ledger = ledger(of: id)
        if ledger.tickets > 1 { world.violated("\(id) has \(ledger.tickets) tickets") }
        if ledger.captured > Sample.accepted.minorUnits { world.violated("\(id) captured \(ledger.captured)") }
        guard ledger.refunded > 0, let record = books[id]?.record,
            let saga = try? BookingSnapshot(stored: record).saga
        else { return }
        let due = saga.attempts.reduce(0) { $0 + ($1.refundDue?.minorUnits ?? 0) }
        if ledger.refunded > due { world.violated("\(id) refunded more than \(due): \(ledger)") }
    }

    /// What providers and the gateway have of one booking.
    struct Ledger {
        var tickets = 0
        var held = 0
        var captured: Int64 = 0
        var refunded: Int64 = 0
        /// Refunds that failed.
        var sentBack: Int64 = 0
        var reserved: Int64 = 0
    }

    func ledger(of id: BookingID) -> Ledger {
        var ledger = Ledger()
        let prefix = "\(id)/"
        for provider in world.providers {
            for order in provider.orders where order.reference.hasPrefix(prefix) {
                if order.state == .ticketed { ledger.tickets += 1 }
                if order.state == .held, provider.capabilities.findsOrders { ledger.held += 1 }
            }
        }
        for entry in world.gateway.payments where entry.reference.hasPrefix(prefix) {
            ledger.captured += entry.payment.captured.minorUnits
            ledger.refunded += entry.payment.refunded.minorUnits
            for refund in entry.refunds where refund.refund.state == .failed {
                ledger.sentBack += refund.refund.amount.minorUnits
            }
            if [.authorized, .processing, .actionRequired].contains(entry.payment.state) {
                ledger.reserved += entry.payment.amount.minorUnits
            }
        }
        return ledger
    }

    // MARK: The end

    func tell(_ told: Told) { self.told.append(told) }

    /// Whether every booking has come to its end.
    var areAllSettled: Bool { books.values.allSatisfy(\.record.settled) }

    var areAllDecided: Bool {
        books.values.allSatisfy { book in
            BookingStatus(rawValue: book.record.status)?.isDecided ?? false || needsAttention(book)
        }
    }

    /// Where orders that look alike can't be told apart, people must look, or the holds' own time limits pass.
    private func needsAttention(_ book: Book) -> Bool {
        (try? BookingSnapshot(stored: book.record).saga.needsAttention) ?? false
    }

    /// When all is over, and everything on its way has arrived.
    func checkEnd() {
        for id in bookingsInOrder {
            guard let record = books[id]?.record else { continue }
            checkLedgers(of: id)
            checkStatus(of: record, isFinal: true)
            let ledger = ledger(of: id)
            if ledger.held > 0 { world.violated("\(id) leaves seats held") }
            if ledger.reserved > 0 { world.violated("\(id) leaves money reserved") }
        }
        for order in world.providers.flatMap(\.orders) {
            if let (id, _) = Self.split(order.reference), books[id] == nil {
                world.violated("\(order.id) belongs to a booking that nobody knows")
            }
        }
        for told in told { check(told) }
        checkDuplicates()
    }

    /// The same trip is ticketed twice only for whoever allows it.
    private func checkDuplicates() {
        let ticketed = bookingsInOrder.compactMap { books[$0]?.record }.filter { $0.status == "ticketed" }
        for (index, record) in ticketed.enumerated() where record.trip?.duplicatesSince != nil {
            let earlier = ticketed[..<index].first { $0.trip?.fingerprint == record.trip?.fingerprint }
            guard let earlier, !world.faults.haveMovedClocks,
                earlier.createdAt.duration(to: record.createdAt) < .seconds(500)
            else { continue }
            world.violated("\(record.id) repeats \(earlier.id)")
        }
    }

    private func check(_ told: Told) {
        guard let id = told.booking else { return }
        let status = books[id]?.record.status
        switch told.status {
        case .ticketed? where !["ticketed", "cancelling", "cancelled"].contains(status ?? ""),
            .failed? where status != "failed", .cancelled? where status != "cancelled":
            world.violated("\(id) was told as \(String(describing: told.status)), and is \(status ?? "nothing")")
        case nil where status != nil && status != "failed":
            world.violated("\(id) was told as never begun, and is \(status ?? "")")
        default: break
        }
    }

    // MARK: Names

    static func split(_ reference: String) -> (BookingID, Int)? {
        let parts = reference.split(separator: "/")
        guard parts.count == 2, let attempt = Int(parts[1]) else { return nil }
        return (BookingID(String(parts[0])), attempt)
    }

    private static func numbered(_ key: String) -> (name: String, number: Int)? {
        guard let slash = key.lastIndex(of: "/"), let number = Int(key[key.index(after: slash)...]) else { return nil }
        return (String(key[..<slash]), number)
    }

    /// The line that the process has written of what it is about to do.
    private func intent(
        in book: Book, _ attempt: Int, _ request: WireRequest, of process: ServiceProcess
    ) -> JournalEntry? {
        guard let last = book.intents[process.name], last.step == request.operation else { return nil }
        return last.attempt == attempt ? last : nil
    }

    /// Lost holds of the same people on the same flights look alike where orders carry no reference: somebody gives back
    /// each of them.
    private func givesBackLike(_ book: Book, _ attempt: Int, _ process: ServiceProcess) -> Bool {
        let saga = try? BookingSnapshot(stored: book.record).saga
        let isGivenUp = saga?.attempts.first { $0.number == attempt }?.failure != nil
        return isGivenUp && books.values.contains { $0.intents[process.name]?.step == "release" }
    }
}
