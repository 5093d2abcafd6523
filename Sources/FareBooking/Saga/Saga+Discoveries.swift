import FareDomain
import FarePorts

/// What a look at a provider's or the gateway's books showed, that a booking at rest did not expect.
enum Discovery: Hashable, Sendable {
    /// Mended by the booking itself, which has work to do again.
    case repair(ReconciliationKind)
    /// For people to look at.
    case report(ReconciliationKind)
}

/// What can be wrong between the store, the providers and the gateway.
public enum ReconciliationKind: String, Sendable, Codable, CaseIterable {
    /// Seats are held that no booking wants.
    case orphanHold = "orphan_hold"
    /// Money is reserved that no booking wants.
    case orphanAuthorization = "orphan_authorization"
    /// A ticket that no booking wants: its booking failed, or has another.
    case strayTicket = "stray_ticket"
    /// A refund that was told as done, and failed later.
    case refundFailed = "refund_failed"
    /// A ticketed booking whose order is cancelled at the provider.
    case ticketGone = "ticket_gone"
    /// A ticketed booking whose order the provider does not know.
    case orderMissing = "order_missing"
    /// A cancelled booking whose order is still ticketed.
    case stillTicketed = "still_ticketed"
    /// Money was taken, and there is no ticket for it.
    case moneyWithoutTicket = "money_without_ticket"
    /// A ticketed booking whose payment is not captured.
    case ticketWithoutMoney = "ticket_without_money"
    /// What was captured is not what the order costs, or not what the store says.
    case amountDiffers = "amount_differs"
    /// An order or a payment with a reference like ours, of a booking that the store does not have.
    case unknownBooking = "unknown_booking"
    /// A booking that needs a person, by its own account.
    case needsAttention = "needs_attention"
    /// A booking that has not come to its end for long.
    case stuck
}

extension Saga {
    /// Compares an order of this booking's, as the provider has it, with what the booking knows. For bookings at rest.
    ///
    /// - Parameter number: the attempt that the order's reference names, from 1.
    /// - Returns: nil where all is well. After a `.repair` the booking has something to do.
    mutating func discover(_ order: ProviderOrder, attempt number: Int, at now: Timestamp) -> Discovery? {
        guard attempts.indices.contains(number - 1) else {
            return order.state == .cancelled ? nil : .report(.unknownBooking)
        }
        let index = number - 1
        let attempt = attempts[index]
        guard let known = attempt.order else { return adopt(order, index, at: now) }
        guard known.id == order.id else { return addStray(order, like: attempt, at: now) }
        switch (attempt.ticket, order.state) {
        case (.ticketed, .ticketed), (.cancelled, .cancelled): return nil
        case (.ticketed, _): return .report(.ticketGone)
        case (.cancelled, .ticketed): return .report(.stillTicketed)
        case (_, .cancelled): return nil
        default: return adopt(order, index, at: now)
        }
    }

    /// Compares a payment of this booking's, as the gateway has it, with what the booking knows. For bookings at rest.
    mutating func discover(_ payment: Payment, attempt number: Int, at now: Timestamp) -> Discovery? {
        guard attempts.indices.contains(number - 1) else {
            return [.authorized, .captured].contains(payment.state) ? .report(.unknownBooking) : nil
        }
        let index = number - 1
        let attempt = attempts[index]
        if let known = attempt.payment, known.id != payment.id { return stray(payment, like: attempt, at: now) }
        switch (attempt.money, payment.state) {
        case (.captured, .captured):
            guard attempt.failure == nil else { return .report(.moneyWithoutTicket) }
            return payment.captured == attempt.payment?.captured ? nil : .report(.amountDiffers)
        case (.captured, _): return .report(.ticketWithoutMoney)
        case (.refunded, _): return discoverRefund(payment, index, at: now)
        case (_, .authorized), (_, .processing):
            guard attempts[index].failure != nil else { return .report(.ticketWithoutMoney) }
            if status == .failed { hasFailed = true }
            attempts[index].payment = payment
            attempts[index].money = .authorized
            changed(at: now)
            return .repair(.orphanAuthorization)
        case (_, .captured): return .report(.moneyWithoutTicket)
        default: return nil
        }
    }

    /// The money went out, and came back: the bank would not have it.
    private mutating func discoverRefund(_ payment: Payment, _ index: Int, at now: Timestamp) -> Discovery? {
        guard let due = attempts[index].refundDue, payment.refunded.minorUnits < due.minorUnits else { return nil }
        if status == .failed { hasFailed = true }
        attempts[index].money = .captured
        attempts[index].refund = nil
        attempts[index].payment = payment
        // One that comes back every time is not sent every few seconds for ever.
        pause(.refund, index, at: now, answered: true)
        pauseLonger(.refund, index, at: now)
        lookBeforeRefund(index, at: now)
        if let done = cancellations?.lastIndex(where: { $0.status == .cancelled && $0.attempt == index }) {
            cancellations?[done].status = .cancelling
            cancellations?[done].confirmedAt = now
        }
        needsAttention = true
        changed(at: now)
        return .repair(.refundFailed)
    }

    private mutating func adopt(_ order: ProviderOrder, _ index: Int, at now: Timestamp) -> Discovery? {
        let isOver = order.ticketBy.map { $0 <= now } ?? false
        guard order.state == .ticketed || (order.state == .held && !isOver) else { return nil }
        guard attempts[index].failure != nil else { return .report(.stillTicketed) }
        if status == .failed { hasFailed = true }
        attempts[index].order = keeping(order, index)
        attempts[index].hold = .live
        changed(at: now)
        return .repair(order.state == .ticketed ? .strayTicket : .orphanHold)
    }

    /// A second order under one reference: an attempt of its own, which is only undone.
    private mutating func addStray(_ order: ProviderOrder, like attempt: Attempt, at now: Timestamp) -> Discovery? {
        let isKnown = attempts.contains { $0.order?.id == order.id && $0.hold == .gone }
        let isOver = order.ticketBy.map { $0 <= now } ?? false
        guard order.state == .ticketed || (order.state == .held && !isOver && !isKnown) else { return nil }
        if status == .failed { hasFailed = true }
        var stray = strayAttempt(like: attempt)
        stray.order = order
        stray.hold = .live
        attempts.append(stray)
        changed(at: now)
        return .repair(order.state == .ticketed ? .strayTicket : .orphanHold)
    }

    private mutating func stray(_ payment: Payment, like attempt: Attempt, at now: Timestamp) -> Discovery? {
        guard payment.state == .authorized else {
            return payment.state == .captured ? .report(.moneyWithoutTicket) : nil
        }
        if status == .failed { hasFailed = true }
        var stray = strayAttempt(like: attempt)
        stray.payment = payment
        stray.money = .authorized
        attempts.append(stray)
        changed(at: now)
        return .repair(.orphanAuthorization)
    }

    private func strayAttempt(like attempt: Attempt) -> Attempt {
        var stray = Attempt(
            number: attempts.count + 1, offerID: attempt.offerID, offer: attempt.offer, limit: attempt.limit,
            quarantine: attempt.quarantine, amountStep: attempt.amountStep)
        stray.failure = Attempt.Failure(outcome: .error, step: .find, detail: "made twice")
        return stray
    }
}
