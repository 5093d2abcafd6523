import FareDomain
import FarePorts
import FareTestSupport

@testable import FareBooking

/// One booking as the store has it.
final class Book {
    private(set) var record: BookingRecord
    private(set) var owner: String
    private var known: Saga?
    /// A ticketing call's outcome was not known once.
    private(set) var hasBeenInDoubt = false
    /// How often it was handed on.
    private var tenure = 0
    /// What each process that had it was about to do, by its own last word, and in which tenure.
    private var intents: [String: (entry: JournalEntry, tenure: Int)] = [:]

    init(_ record: BookingRecord, _ journal: [JournalEntry], by owner: String) {
        self.record = record
        self.owner = owner
        note(journal, by: owner)
    }

    /// Read when it is asked for, which is seldom.
    var saga: Saga? {
        if known == nil { known = try? BookingSnapshot(stored: record).saga }
        return known
    }

    var status: BookingStatus? { BookingStatus(rawValue: record.status) }

    /// What is saved belongs to whoever saved it.
    func keep(_ record: BookingRecord, _ journal: [JournalEntry], by owner: String) {
        self.record = record
        self.owner = owner
        known = nil
        note(journal, by: owner)
    }

    private func note(_ journal: [JournalEntry], by owner: String) {
        guard let last = journal.last else { return }
        intents[owner] = last.result == .intended ? (last, tenure) : nil
        if journal.contains(where: { ["confirm", "order"].contains($0.step) && $0.result == .unknown }) {
            hasBeenInDoubt = true
        }
    }

    func hand(_ record: BookingRecord, to owner: String) {
        self.record = record
        self.owner = owner
        tenure += 1
    }

    /// Whether what a process is about to do is its booking's next step, and not from before it lost that, perhaps to
    /// get it back.
    func isNext(of process: String) -> Bool { process == owner && intents[process]?.tenure == tenure }

    /// What a process has written that it is about to do.
    func intent(of process: String) -> JournalEntry? { intents[process]?.entry }

    func attempt(_ number: Int) -> Attempt? { saga?.attempts.first { $0.number == number } }
}

/// What providers and the gateway have of one booking.
struct Ledger {
    var tickets = 0
    /// At providers that can be asked.
    var held = 0
    var captured: Int64 = 0
    var refunded: Int64 = 0
    /// Refunds that failed.
    var sentBack: Int64 = 0
    var reserved: Int64 = 0

    init(of id: BookingID, in world: World) {
        let prefix = "\(id)/"
        for provider in world.providers {
            for order in provider.orders
            where world.rules.reference(of: order, at: provider)?.hasPrefix(prefix) == true {
                if order.state == .ticketed { tickets += 1 }
                if order.state == .held, provider.capabilities.findsOrders { held += 1 }
            }
        }
        for entry in world.gateway.payments where entry.reference.hasPrefix(prefix) {
            captured += entry.payment.captured.minorUnits
            refunded += entry.payment.refunded.minorUnits
            for refund in entry.refunds where refund.refund.state == .failed {
                sentBack += refund.refund.amount.minorUnits
            }
            if [.authorized, .processing, .actionRequired].contains(entry.payment.state) {
                reserved += entry.payment.amount.minorUnits
            }
        }
    }
}
