import FareDomain
import Foundation

/// Every answer against the ledgers.
extension Auditor {
    /// What the contract lets an endpoint that books answer. 0: the connection was lost, or the caller hung up.
    private static let possible: [String: Set<Int>] = [
        "/cheapest-booking": [0, 201, 202, 402, 404, 409, 500, 502, 503, 504],
        "/bookings": [0, 201, 202, 402, 409, 410, 500, 502, 503, 504],
    ]
    private static let possibleCancellations: Set<Int> = [0, 200, 201, 202, 409, 500, 503]

    mutating func auditAnswers(_ asked: Asked) {
        for answer in asked.answers where Self.possible[asked.path]?.contains(answer.status) != true {
            report(.unexpectedAnswer, asked.key, "\(answer.status) \(answer.text)")
        }
        for answer in asked.cancellations where !Self.possibleCancellations.contains(answer.status) {
            report(.unexpectedAnswer, asked.key, "cancelling: \(answer.status) \(answer.text)")
        }
        auditReplays(asked)
        for answer in asked.answers {
            if answer.status == 201 { auditSuccess(answer, asked) }
            if answer.outcome == "none" { auditFailure(answer, asked) }
        }
        for answer in asked.cancellations { auditCancellation(answer, asked) }
        auditRefusals(asked)
    }

    private mutating func auditReplays(_ asked: Asked) {
        guard let final = asked.answers.first(where: \.isFinal) else {
            let last = asked.answers.last
            return report(.noFinalAnswer, asked.key, "\(last?.status ?? 0) \(last?.text ?? "")")
        }
        for answers in [asked.answers] + Dictionary(grouping: asked.cancellations, by: \.key).values {
            guard let first = answers.first(where: \.isFinal), let other = answers.first(where: first.isContradicted)
            else { continue }
            report(.replayDiffers, asked.key, "\(first.status) \(first.text) and \(other.status) \(other.text)")
        }
        let ids = asked.bookingIDs.subtracting(abandoned(asked))
        if ids.count > 1 { report(.keySplit, asked.key, ids.sorted().joined(separator: " and ")) }
        let open = asked.cancellations.last.map { !$0.isFinal } ?? false
        if open, !asked.refundsFail {
            report(.noFinalAnswer, asked.key, "the cancellation: \(asked.cancellations.last?.text ?? "")")
        }
    }

    /// A 409 for a duplicate names the booking that it is a duplicate of.
    private func abandoned(_ asked: Asked) -> Set<String> {
        Set(asked.answers.filter { $0.code == "duplicate-booking" }.compactMap(\.bookingID))
    }

    private mutating func auditSuccess(_ answer: Reply, _ asked: Asked) {
        guard let id = answer.bookingID, let booking = evidence.bookings[id] else {
            return report(.falseSuccess, asked.key, "201, and no such booking: \(answer.text)")
        }
        let tickets = orders(of: booking).filter { order in
            order.events.contains { $0.event == "ticketed" } || order.state == "ticketed"
        }
        if tickets.isEmpty { report(.falseSuccess, asked.key, "201, and \(id) has no ticket") }
        let wasCancelled = asked.cancellations.contains { $0.status == 200 || $0.status == 202 || $0.status == 0 }
        if booking.status != "ticketed", !wasCancelled {
            report(.falseSuccess, asked.key, "201, and \(id) is \(booking.status)")
        }
    }

    /// "Nothing was done" is told: then nothing that was done before may remain.
    private mutating func auditFailure(_ answer: Reply, _ asked: Asked) {
        guard answer.status != 409 || answer.code != "duplicate-booking" else { return }
        let own = asked.bookingIDs
        for order in evidence.orders where order.state == "ticketed" && order.createdAt <= answer.at {
            let isOwn: Bool
            if let id = order.bookingID {
                isOwn = own.contains(id)
            } else {
                isOwn = !Set(order.passengers).isDisjoint(with: asked.passengers) && !isShown(order, exceptBy: asked)
            }
            if isOwn { report(.falseFailure, asked.key, "\(answer.status) with outcome none, and \(order.text)") }
        }
        // Under this key something had begun by then, and it came to something.
        for id in own.sorted() {
            guard let booking = evidence.bookings[id], booking.createdAt <= answer.at,
                ["ticketed", "cancelling", "cancelled"].contains(booking.status)
            else { continue }
            report(.falseFailure, asked.key, "\(answer.status) with outcome none, and \(id) is \(booking.status)")
        }
        guard let id = answer.bookingID else { return }
        for payment in evidence.payments where payment.bookingID == id && payment.kept > 0 {
            report(.falseFailure, asked.key, "\(answer.status) with outcome none, and \(payment.text)")
        }
    }

    /// Whether an order without a reference is the ticket of another key of the same party.
    private func isShown(_ order: LedgerOrder, exceptBy asked: Asked) -> Bool {
        evidence.bookings.values.contains { booking in
            booking.provider == order.provider && booking.pnr == order.locator
                && !asked.bookingIDs.contains(booking.id)
        }
    }

    private mutating func auditCancellation(_ answer: Reply, _ asked: Asked) {
        if let expected = [200: "cancelled", 201: "quoted", 202: "cancelling"][answer.status],
            answer.cancellation != expected
        {
            report(.falseCancellation, asked.key, "\(answer.status), and it is \(answer.cancellation ?? "none")")
        }
        guard answer.status == 200 else { return }
        guard let id = asked.answers.first(where: { $0.status == 201 })?.bookingID,
            let booking = evidence.bookings[id]
        else { return report(.falseCancellation, asked.key, "200, and no such booking") }
        for order in orders(of: booking) where order.state == "ticketed" {
            report(.falseCancellation, asked.key, "200, and \(order.text)")
        }
        // What was given back by then may come back later.
        guard !isBouncing(booking) else { return }
        if booking.status != "cancelled" {
            report(.falseCancellation, asked.key, "200, and \(id) is \(booking.status)")
        }
        let refunded = payments(of: booking).reduce(0) { $0 + $1.refunded.minorUnits }
        if answer.refund?.minorUnits != Int64(refunded) {
            let told = answer.refund.map { "\($0)" } ?? "nothing"
            report(.falseCancellation, asked.key, "a refund of \(told) is told, and \(refunded) was given back")
        }
    }

    /// Everybody who wanted it cancelled was told that nothing was done: then nothing was.
    private mutating func auditRefusals(_ asked: Asked) {
        let answers = asked.cancellations.filter { $0.status != 201 }
        guard !answers.isEmpty, answers.allSatisfy({ $0.outcome == "none" }),
            let id = asked.answers.first(where: { $0.status == 201 })?.bookingID, let booking = evidence.bookings[id],
            booking.status != "ticketed"
        else { return }
        report(.falseCancellation, asked.key, "nothing was done, and \(id) is \(booking.status)")
    }
}

extension Reply {
    /// Whether another answer under the same key is final too, and not the same.
    fileprivate func isContradicted(by other: Reply) -> Bool {
        other.isFinal && (other.status, other.body) != (status, body)
    }

    var text: String { String(decoding: body.prefix(400), as: UTF8.self) }
}
