import FareDomain
import FarePorts

/// The lines that a step adds to a booking's journal.
enum Journal {
    static func intended(_ command: Command, of saga: Saga, at now: Timestamp) -> JournalEntry {
        line(command, saga, at: now, .intended, "")
    }

    static func ended(_ command: Command, with result: StepResult, of saga: Saga, at now: Timestamp) -> JournalEntry {
        switch result {
        case .failed(let failure): line(command, saga, at: now, .failed, failure.detail)
        case .unknown(let failure): line(command, saga, at: now, .unknown, failure.detail)
        default: line(command, saga, at: now, .succeeded, result.detail)
        }
    }

    private static func line(
        _ command: Command, _ saga: Saga, at now: Timestamp, _ result: JournalEntry.Result, _ detail: String
    ) -> JournalEntry {
        let attempt = saga.attempts[command.attempt]
        let subject = detail.isEmpty ? "\(attempt.offer.provider)" : "\(attempt.offer.provider): \(detail)"
        return JournalEntry(
            at: now, component: 0, attempt: attempt.number, step: command.step.rawValue, number: command.number,
            result: result, detail: subject)
    }
}

extension StepResult {
    /// What a success says, without passengers or tokens.
    var detail: String {
        switch self {
        case .repriced(let offer, _): "\(offer.total)"
        case .order(let order): "order \(order.id) \(order.locator) \(order.state.rawValue), \(order.total)"
        case .found(let orders):
            orders.isEmpty ? "not found" : orders.map { "order \($0.id) \($0.state.rawValue)" }.joined(separator: ", ")
        case .released: "given back"
        case .refund(let refund): "\(refund.id) \(refund.state.rawValue), \(refund.amount)"
        case .payment(let payment): "\(payment.id) \(payment.state.rawValue), \(payment.amount)"
        case .failed(let failure), .unknown(let failure): failure.detail
        }
    }
}
