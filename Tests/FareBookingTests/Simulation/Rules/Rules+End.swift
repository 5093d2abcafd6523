import FareDomain
import FarePorts
import FareTestSupport
import Resilience

@testable import FareBooking

/// What must hold when the faults are over.
extension Rules {
    /// Whether every booking has come to its end.
    var areAllSettled: Bool { books.values.allSatisfy(\.record.settled) }

    /// Whether every booking is ticketed, failed or cancelled; but for those where orders that look alike can't be told
    /// apart, so that people must look, or the holds' own time limits pass; and for refunds that a bank keeps pending,
    /// which are asked after ever more seldom.
    var areAllDecided: Bool {
        books.values.allSatisfy { book in
            guard let saga = book.saga else { return false }
            return saga.status.isDecided || saga.needsAttention || saga.openSince == nil
        }
    }

    /// When all is over, and everything on its way has arrived.
    func checkEnd() {
        for id in bookingsInOrder {
            guard let book = books[id] else { continue }
            checkLedger(of: id)
            checkStatus(of: book, isFinal: true)
            let ledger = Ledger(of: id, in: world)
            if ledger.held > 0 { world.violated("\(id) leaves seats held") }
            if ledger.reserved > 0 { world.violated("\(id) leaves money reserved") }
        }
        for provider in world.providers where provider.capabilities.findsOrders {
            for order in provider.orders where reference(of: order, at: provider) == nil {
                if [.held, .ticketed].contains(order.state) { world.violated("\(order.id) is nobody's") }
            }
        }
        for order in world.providers.flatMap(\.orders) {
            if let (id, _) = Self.split(order.reference), books[id] == nil {
                world.violated("\(order.id) belongs to a booking that nobody knows")
            }
        }
        for told in told { check(told) }
        checkDuplicates()
    }

    /// Nobody was told what the books contradict.
    private func check(_ told: Told) {
        guard let id = told.booking else { return }
        let status = books[id]?.status
        let isTrue =
            switch told.status {
            case .ticketed: [.ticketed, .cancelling, .cancelled].contains(status)
            case nil: status == nil || status == .failed
            default: status == told.status
            }
        if !isTrue { world.violated("\(told.summary) was told, and it is \(status?.rawValue ?? "nothing")") }
    }

    /// The same trip is ticketed twice only for whoever allows it.
    private func checkDuplicates() {
        guard !world.faults.haveMovedClocks else { return }
        let ticketed = bookingsInOrder.compactMap { books[$0] }.filter { $0.status == .ticketed }.map(\.record)
        for (index, record) in ticketed.enumerated() where record.trip?.duplicatesSince != nil {
            let isRepeated = ticketed[..<index].contains { earlier in
                earlier.trip?.fingerprint == record.trip?.fingerprint
                    && earlier.createdAt.duration(to: record.createdAt) < .seconds(500)
            }
            if isRepeated { world.violated("\(record.id) repeats an earlier booking") }
        }
    }
}
