import FareDomain
import Foundation

/// Holds what the service said against what the ledgers say. Pure: the same evidence, the same violations.
struct Auditor {
    let evidence: Evidence
    var violations: [Violation] = []

    /// Everything that is wrong, in the order in which it was looked for.
    static func violations(in evidence: Evidence) -> [Violation] {
        var auditor = Auditor(evidence: evidence)
        for booking in evidence.bookings.values.sorted(by: { $0.id < $1.id }) {
            auditor.auditBooking(booking)
        }
        auditor.auditStrangers()
        auditor.auditTrips()
        for asked in evidence.asked { auditor.auditAnswers(asked) }
        auditor.auditCalls()
        auditor.auditPauses()
        for death in evidence.deaths { auditor.report(.processDied, death, "see its log") }
        return auditor.violations
    }

    init(evidence: Evidence) { self.evidence = evidence }

    mutating func report(_ kind: Violation.Kind, _ subject: String, _ detail: String) {
        violations.append(Violation(kind: kind, subject: subject, detail: detail))
    }

    // MARK: Whose is it

    /// The keys whose answers named a booking.
    func asked(for booking: BookingView) -> [Asked] {
        evidence.asked.filter { $0.bookingIDs.contains(booking.id) }
    }

    func parties(of booking: BookingView) -> Set<String> { Set(asked(for: booking).map(\.party)) }

    func party(of order: LedgerOrder) -> String? {
        let names = Set(order.passengers)
        return evidence.asked.first { !names.isDisjoint(with: $0.passengers) }?.party
    }

    /// The orders of a booking: by reference, or where the provider has no place for one, by the locator that is shown.
    func orders(of booking: BookingView) -> [LedgerOrder] {
        evidence.orders.filter { order in
            if let id = order.bookingID { return id == booking.id }
            return order.provider == booking.provider && order.locator == booking.pnr
                && party(of: order).map { parties(of: booking).contains($0) } ?? false
        }
    }

    func payments(of booking: BookingView) -> [LedgerPayment] {
        evidence.payments.filter { $0.bookingID == booking.id }
    }

    /// Orders that carry no reference, and that no booking shows as its own.
    var nameless: [LedgerOrder] {
        let shown = Set(evidence.bookings.values.map { "\($0.provider ?? "") \($0.pnr ?? "")" })
        return evidence.orders.filter { $0.bookingID == nil && !shown.contains("\($0.provider) \($0.locator)") }
    }

    // MARK: Strangers

    /// Live entries of ledgers that no booking accounts for.
    private mutating func auditStrangers() {
        for order in evidence.orders {
            if let id = order.bookingID, evidence.bookings[id] == nil, order.isLive {
                report(.stranger, id, order.text)
            }
        }
        for payment in evidence.payments where payment.state != "declined" && payment.state != "voided" {
            let id = payment.bookingID ?? ""
            if evidence.bookings[id] == nil { report(.stranger, id, payment.text) }
        }
        for order in nameless where order.isLive {
            guard let party = party(of: order) else {
                report(.stranger, "nobody", order.text)
                continue
            }
            let others = evidence.bookings.values.filter { parties(of: $0).contains(party) }
            if order.state == "held" {
                report(.orphanHold, party, order.text)
            } else if others.contains(where: { $0.status == "ticketed" }) {
                report(.doubleTicket, party, order.text)
            } else {
                report(.ticketWithoutMoney, party, order.text)
            }
        }
    }

    /// Whether a booking was for its trip before another was, so that the other repeats it.
    ///
    /// Where neither may be repeated it is enough that one came first, whichever. What allows it may come second at any
    /// time, so that it must certainly have been stored by the time that the other took the trip.
    private func isEarlier(_ booking: BookingView, than other: BookingView) -> Bool {
        guard asked(for: booking).contains(where: \.allowsDuplicate) else {
            return (booking.createdAt, booking.id) < (other.createdAt, other.id)
        }
        return (booking.tripStored ?? booking.createdAt) < (other.tripTaken ?? other.createdAt)
    }

    /// The same passengers on the same flights within minutes, under two keys.
    private mutating func auditTrips() {
        for asked in evidence.asked where !asked.allowsDuplicate {
            for id in asked.bookingIDs.sorted() {
                guard let booking = evidence.bookings[id], booking.status == "ticketed" else { continue }
                let earlier = evidence.bookings.values.first { other in
                    other.id != id && other.status == "ticketed" && other.flights == booking.flights
                        && abs(booking.createdAt.timeIntervalSince(other.createdAt)) < 600
                        && parties(of: other).contains(asked.party) && isEarlier(other, than: booking)
                }
                if let earlier { report(.duplicateTrip, asked.party, "\(earlier.id) and \(id): \(booking.flights)") }
            }
        }
    }
}

extension BookingView {
    /// The first step of the candidate that was ticketed, as it was written down.
    private var firstStep: Int? {
        let priced = timeline.lastIndex { $0.step == "reprice" && $0.result == "succeeded" }
        return priced.flatMap { priced in timeline[priced...].firstIndex { $0.result == "intended" } }
    }

    /// When the booking may have become one for its flights: earlier candidates may be for the same.
    fileprivate var tripTaken: Date? {
        timeline.first { $0.step != "reprice" && $0.result == "intended" }.flatMap { Instant.date($0.at) }
    }

    /// By when that was certainly stored: the first step was made.
    fileprivate var tripStored: Date? {
        guard let first = firstStep else { return nil }
        let end = timeline[first...].first { $0.step == timeline[first].step && $0.result != "intended" }
        return end.flatMap { Instant.date($0.at) }
    }
}

extension LedgerOrder {
    var isLive: Bool { state == "held" || state == "ticketed" }

    var text: String {
        let history = events.map { "\($0.at.suffix(13)) \($0.event)" }.joined(separator: ", ")
        return "\(provider) \(locator) \(state) \(total) of \(reference ?? "no reference"), "
            + "\(passengers.joined(separator: " ")) (\(history))"
    }
}

extension LedgerPayment {
    var text: String {
        "\(id) \(state) \(amount) of \(reference ?? "no reference"), captured \(captured), refunded \(refunded)"
    }
}
