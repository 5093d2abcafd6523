import FareDomain
import FarePorts
import FareTestSupport
import Resilience

@testable import FareBooking

/// What must hold, checked at every request that is sent, every effect and every commit.
///
/// Guarded by confinement to the thread of its world.
final class Rules: @unchecked Sendable {
    /// What a caller was told.
    struct Told {
        var customer: Int
        var key: IdempotencyKey
        var booking: BookingID?
        /// What became of the booking; nil where nothing was intended.
        var status: BookingStatus?
    }

    unowned let world: World
    private(set) var books: [BookingID: Book] = [:]
    private(set) var bookingsInOrder: [BookingID] = []
    private(set) var told: [Told] = []
    private var keyNumbers = KeyNumbers()
    /// Bookings that may have a ticket too many for a while.
    private var excused: Set<BookingID> = []

    init(world: World) { self.world = world }

    // MARK: What is sent

    /// A process sends a request that changes something.
    func sending(_ request: WireRequest, _ context: CallContext, by process: ServiceProcess) {
        guard !request.isRead else { return }
        if process.clock.now > context.notAfter {
            return world.violated("\(request.operation) was sent after its time, by \(process.name)")
        }
        guard let reference = request.reference, let (id, attempt) = Self.split(reference), let book = books[id]
        else { return world.violated("\(request.operation) belongs to no booking") }
        guard let intent = book.intent(of: process.name), intent.step == request.operation, intent.attempt == attempt
        else {
            if request.operation == "release", givesBackLike(book, attempt, process) { return }
            return world.violated("\(request.operation) of \(reference) was sent, and is not written down")
        }
        check(request.key, of: reference, intent, latest: request.timeout + request.latest)
        // Whoever has the booking now waits for the effect of what its last owner had begun.
        if book.isNext(of: process.name) { checkTicketing(request, book, attempt) }
    }

    private func check(_ key: String?, of reference: String, _ intent: JournalEntry, latest: Duration) {
        guard let key else { return }
        if key != "\(reference)/\(intent.step)/\(intent.number)" {
            return world.violated("the key \(key) is not what is written down")
        }
        let now = world.agenda.now
        if let wrong = keyNumbers.use(key, at: now, arrivesBy: now.advanced(by: latest)) { world.violated(wrong) }
    }

    /// Lost holds of the same people on the same flights look alike where orders carry no reference: somebody gives
    /// back each of them.
    private func givesBackLike(_ book: Book, _ attempt: Int, _ process: ServiceProcess) -> Bool {
        book.attempt(attempt)?.failure != nil
            && books.values.contains { $0.intent(of: process.name)?.step == "release" }
    }

    /// Nothing is ticketed without a hold and money; while that is in doubt, nothing else is tried or undone.
    private func checkTicketing(_ request: WireRequest, _ book: Book, _ attempt: Int) {
        if book.hasBeenInDoubt, let doubtful = book.saga?.attempts.first(where: { $0.ticket == .unknown }) {
            guard doubtful.number == attempt, ["confirm", "release"].contains(request.operation) else {
                return world.violated("\(request.operation) was sent while a ticket is in doubt")
            }
        }
        guard request.operation == "confirm" || request.operation == "order" else { return }
        let entry = world.gateway.payments.first { $0.reference == request.reference }
        // The gateway may have let it go by itself, which nobody has been told.
        let hasEnded = entry?.payment.state == .voided && entry?.changesAt == nil
        guard entry?.payment.state == .authorized || hasEnded else {
            return world.violated("\(request.operation) of \(request.reference ?? "") without money")
        }
        if request.operation == "confirm", book.attempt(attempt)?.hold != .live {
            world.violated("confirm of \(request.reference ?? "") without a live hold")
        }
    }

    /// A request was refused before it reached its peer.
    func notSent(_ request: WireRequest) {
        if let wrong = request.key.flatMap({ keyNumbers.refuse($0, at: world.agenda.now) }) { world.violated(wrong) }
    }

    /// The peer's answer has reached the process, or the certainty that none will.
    func answered(_ request: WireRequest, isDefinite: Bool) {
        if let key = request.key {
            keyNumbers.end(key, isDefinite: isDefinite, arrivesBy: world.agenda.now.advanced(by: request.latest))
        } else if isDefinite, request.peer == "gateway", let reference = request.reference {
            keyNumbers.lookUp(reference)
        }
    }

    // MARK: What happened

    /// For a while the booking may have a ticket too many: what arrives when it has been proven lost.
    func excuse(_ reference: String) {
        if let (id, _) = Self.split(reference) { excused.insert(id) }
    }

    /// A request has had its effect.
    func effect(of request: WireRequest) {
        guard !request.isRead, let reference = request.reference, let (id, _) = Self.split(reference) else { return }
        if let key = request.key { keyNumbers.arrive(key) }
        if !excused.contains(id) { checkLedger(of: id) }
    }

    /// A process has the booking now: whoever had it may write nothing more.
    func takenOver(_ record: BookingRecord, by owner: String) {
        world.log("  \(record.id) v\(record.version) is \(owner)'s")
        books[record.id]?.hand(record, to: owner)
    }

    func committed(_ record: BookingRecord, _ journal: [JournalEntry], by owner: String) {
        world.log(
            """
              \(record.id) v\(record.version) \(record.status)\(record.settled ? " settled" : "") \
            \(journal.map { "\($0.attempt) \($0.step)#\($0.number) \($0.result) \($0.detail)" })
            """)
        if let book = books[record.id] {
            checkOwner(of: record, after: book, owner)
            books[record.id]?.keep(record, journal, by: owner)
        } else {
            bookingsInOrder.append(record.id)
            books[record.id] = Book(record, journal, by: owner)
            if let key = record.key, books.values.count(where: { $0.record.key == key }) > 1 {
                world.violated("two bookings under the key \(key.key)")
            }
        }
        // Bookings that are not settled are left alone by reconciliation.
        if record.settled { world.lastArrival = max(world.lastArrival, world.agenda.now) }
        if let book = books[record.id], !excused.contains(record.id) { checkStatus(of: book) }
    }

    private func checkOwner(of record: BookingRecord, after book: Book, _ owner: String) {
        if record.version != book.record.version + 1 {
            world.violated("\(record.id) was saved as version \(record.version) over \(book.record.version)")
        }
        if owner != book.owner, !book.record.settled {
            world.violated("\(record.id) is \(book.owner)'s, and \(owner) saved it")
        }
    }

    /// What the outside is told as the status must be so.
    func checkStatus(of book: Book, isFinal: Bool = false) {
        let id = book.record.id
        let ledger = Ledger(of: id, in: world)
        switch book.status {
        case .ticketed:
            if ledger.tickets != 1 || ledger.captured == 0 { world.violated("\(id) is told as ticketed: \(ledger)") }
        case .failed:
            if ledger.tickets != 0 || ledger.captured != ledger.refunded || ledger.reserved != 0 {
                world.violated("\(id) is told as failed: \(ledger)")
            }
        case .cancelled:
            let quoted = book.saga?.cancellation?.quote.refund.minorUnits ?? -1
            // A bank may send a refund back: that is found when the books are compared.
            let given = ledger.refunded + (isFinal ? 0 : ledger.sentBack)
            if ledger.tickets != 0 || given < quoted || ledger.refunded > quoted {
                world.violated("\(id) is told as cancelled with a refund of \(quoted): \(ledger)")
            }
        case .pending, .cancelling, nil:
            if book.record.settled { world.violated("\(id) is settled as \(book.record.status)") }
        }
    }

    func checkLedger(of id: BookingID) {
        let ledger = Ledger(of: id, in: world)
        if ledger.tickets > 1 { world.violated("\(id) has \(ledger.tickets) tickets") }
        if ledger.captured > Sample.accepted.minorUnits { world.violated("\(id) captured \(ledger.captured)") }
        guard ledger.refunded > 0, let saga = books[id]?.saga else { return }
        let due = saga.attempts.reduce(0) { $0 + ($1.refundDue?.minorUnits ?? 0) }
        if ledger.refunded > due { world.violated("\(id) refunded more than \(due): \(ledger)") }
    }

    func tell(_ told: Told) { self.told.append(told) }

    /// What an order is known by: its own reference, or, where it carries none, the booking that took it for its own.
    /// Nothing tells those apart that look alike, so one may have another's.
    ///
    /// - Returns: nil for one that nobody took, and whose maker took another.
    func reference(of order: FakeProvider.Order, at provider: FakeProvider) -> String? {
        guard !provider.carriesReferences else { return order.reference }
        for id in bookingsInOrder {
            let attempt = books[id]?.saga?.attempts.first {
                $0.offer.provider == provider.id && $0.order?.id == order.id
            }
            if let attempt { return "\(id)/\(attempt.number)" }
        }
        let maker = Self.split(order.reference).flatMap { id, number in books[id]?.attempt(number) }
        return maker?.order == nil ? order.reference : nil
    }

    /// The booking and the attempt that an order or a payment is known by.
    static func split(_ reference: String) -> (BookingID, Int)? {
        let parts = reference.split(separator: "/")
        guard parts.count == 2, let attempt = Int(parts[1]) else { return nil }
        return (BookingID(String(parts[0])), attempt)
    }
}
