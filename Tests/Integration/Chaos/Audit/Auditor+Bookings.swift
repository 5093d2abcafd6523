import FareDomain
import Foundation

/// One booking against the ledgers: tickets, money, holds.
extension Auditor {
    mutating func auditBooking(_ booking: BookingView) {
        guard booking.isTerminal || isBouncing(booking) else {
            return report(.notTerminal, booking.id, "\(booking.status), \(booking.timeline.last?.step ?? "nothing")")
        }
        let orders = orders(of: booking)
        let payments = payments(of: booking)
        auditTickets(booking, orders.filter { $0.state == "ticketed" }, payments)
        auditMoney(booking, orders, payments)
        auditView(booking, orders, payments)
        for order in orders where order.state == "held" && !isLeftToItsLimit(order, of: booking) {
            report(.orphanHold, booking.id, order.text)
        }
        for payment in payments where payment.state == "authorized" {
            report(.authorizationLeft, booking.id, payment.text)
        }
    }

    /// Whether the money is given back and comes back, again and again: that is told, and left to people.
    func isBouncing(_ booking: BookingView) -> Bool {
        booking.needsAttention && asked(for: booking).contains(where: \.refundsFail)
    }

    private mutating func auditTickets(
        _ booking: BookingView, _ tickets: [LedgerOrder], _ payments: [LedgerPayment]
    ) {
        if tickets.count > 1 {
            report(.doubleTicket, booking.id, tickets.map(\.text).joined(separator: " and "))
        }
        let kept = payments.reduce(0) { $0 + $1.kept }
        if let ticket = tickets.first, kept <= 0 { report(.ticketWithoutMoney, booking.id, ticket.text) }
    }

    private mutating func auditMoney(
        _ booking: BookingView, _ orders: [LedgerOrder], _ payments: [LedgerPayment]
    ) {
        let captured = payments.filter { $0.captured.minorUnits > 0 }
        let tickets = orders.filter { $0.state == "ticketed" }
        for payment in captured {
            for accepted in asked(for: booking).compactMap(\.accepted)
            where !isAllowed(payment.captured, by: accepted, booking) {
                report(.overcharged, booking.id, "\(payment.text), accepted \(accepted)")
            }
        }
        if captured.count > 1 {
            report(.overcharged, booking.id, captured.map(\.text).joined(separator: " and "))
        }
        if let ticket = tickets.first, let payment = captured.first,
            payment.captured.currency != ticket.total.currency || payment.captured.minorUnits > ticket.total.minorUnits
        {
            report(.overcharged, booking.id, "\(payment.text) for \(ticket.text)")
        }
        guard tickets.isEmpty else { return }
        let cancelled = orders.filter { $0.state == "cancelled" }
        for payment in captured where !isBouncing(booking) {
            if booking.status == "cancelled", let order = cancelled.first(where: { $0.locator == booking.pnr }) {
                // What the airline gives back of its price is given back of ours, which may have been less.
                let refund = min(order.refund?.minorUnits ?? 0, payment.captured.minorUnits)
                if !(0...slack(of: order)).contains(refund - payment.refunded.minorUnits) {
                    report(.wrongRefund, booking.id, "\(payment.text) for \(order.text), refund \(refund)")
                }
                if let quoted = booking.quoted, payment.refunded != quoted {
                    report(.wrongRefund, booking.id, "\(payment.text), quoted \(quoted)")
                }
            } else if payment.kept > 0 {
                report(.moneyWithoutTicket, booking.id, payment.text)
            }
        }
    }

    /// By how much less may have been given back than the airline gave. Amadeus tells no refund: all that is known is
    /// the most that is kept of each ticket, rounded up.
    private func slack(of order: LedgerOrder) -> Int64 {
        order.provider == "amadeus" ? 2 * Int64(order.passengers.count) : 0
    }

    /// Whether an amount is within what was accepted, at the rate that the booking pinned.
    private func isAllowed(_ amount: Money, by accepted: Money, _ booking: BookingView) -> Bool {
        if amount.currency == accepted.currency { return amount.minorUnits <= accepted.minorUnits }
        let pinned = booking.rates.first { $0.from == amount.currency.code && $0.to == accepted.currency.code }
        guard let pinned, let rate = Decimal(string: pinned.rate) else { return false }
        return amount.decimal * rate <= accepted.decimal
    }

    /// Amadeus can't be asked for an order whose id was lost with the reply: it stays until its own limit. Had the
    /// reply come, the timeline would name the order.
    private func isLeftToItsLimit(_ order: LedgerOrder, of booking: BookingView) -> Bool {
        order.provider == "amadeus" && !booking.timeline.contains { $0.detail.contains(order.locator) }
    }

    private mutating func auditView(
        _ booking: BookingView, _ orders: [LedgerOrder], _ payments: [LedgerPayment]
    ) {
        let own = orders.first { $0.provider == booking.provider && $0.locator == booking.pnr }
        let expected = ["ticketed": "ticketed", "cancelling": "cancelled", "cancelled": "cancelled"][booking.status]
        if let expected, own?.state != expected {
            report(.viewDisagrees, booking.id, "\(booking.status), and \(own?.text ?? "there is no such order")")
        }
        if booking.status == "failed", let ticket = orders.first(where: { $0.state == "ticketed" }) {
            report(.viewDisagrees, booking.id, "failed, and \(ticket.text)")
        }
        guard ["captured", "refunded"].contains(booking.paymentStatus) || booking.status != "failed" else { return }
        guard let payment = payments.first(where: { $0.id == booking.paymentReference }) else {
            return report(.viewDisagrees, booking.id, "there is no payment \(booking.paymentReference ?? "at all")")
        }
        if payment.state != booking.paymentStatus, !isBouncing(booking) {
            report(.viewDisagrees, booking.id, "payment \(booking.paymentStatus), and \(payment.text)")
        }
        if booking.status == "ticketed", let shown = booking.paymentAmount, shown != payment.captured {
            report(.viewDisagrees, booking.id, "shows \(shown), and \(payment.text)")
        }
    }
}

extension Money {
    /// The amount as a number, exactly.
    var decimal: Decimal { Decimal(string: amount) ?? .nan }
}
