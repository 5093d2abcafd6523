import FareDomain
import FarePorts

extension FakeGateway {
    /// What changes something, as it came in.
    enum Request: Hashable {
        case authorize(Money, token: String, reference: String)
        case capture(String, Money)
        case void(String)
        case refund(String, Money, reference: String)

        var operation: Operation {
            switch self {
            case .authorize: .authorize
            case .capture: .capture
            case .void: .void
            case .refund: .refund
            }
        }

        var subject: String {
            switch self {
            case .authorize(_, _, let reference): reference
            case .capture(let id, _), .void(let id), .refund(let id, _, _): id
            }
        }

        var amount: Money? {
            switch self {
            case .authorize(let amount, _, _), .capture(_, let amount), .refund(_, let amount, _): amount
            case .void: nil
            }
        }
    }

    /// What came of it.
    struct Answer {
        var payment: Payment
        var refund: Refund?
    }
}
