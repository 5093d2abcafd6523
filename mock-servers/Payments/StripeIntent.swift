/// A PaymentIntent with its charge and its refunds. A plain record: it is what the state file keeps.
struct StripeIntent: Codable, Sendable {
    enum Status: String, Codable, Sendable {
        case requiresPaymentMethod = "requires_payment_method"
        case requiresConfirmation = "requires_confirmation"
        case requiresAction = "requires_action"
        case requiresCapture = "requires_capture"
        case succeeded, canceled
    }

    struct Charge: Codable, Sendable {
        let id: String
        /// Seconds since 1970.
        let created: Int64
        /// False for one that the card refused.
        let succeeded: Bool
    }

    struct LastError: Codable, Sendable, Hashable {
        let code: String
        let declineCode: String
        let message: String
    }

    let id: String
    let clientSecret: String
    /// In Stripe's units.
    let amount: Int64
    /// In lower case.
    let currency: String
    let capturesManually: Bool
    let methodTypes: [String]
    let description: String?
    let metadata: [String: String]
    /// Seconds since 1970.
    let created: Int64
    var status: Status
    /// The id that the token was turned into.
    var method: String?
    /// Taken: `amount_received`.
    var received: Int64 = 0
    var charge: Charge?
    var lastError: LastError?
    var refunds: [Refund] = []
    var canceledAt: Int64?
    var cancellationReason: String?

    var capturable: Int64 { status == .requiresCapture ? amount : 0 }
    /// Given back or on its way: what failed is ours again.
    var refunded: Int64 { refunds.reduce(0) { $0 + ($1.status == .failed ? 0 : $1.amount) } }
    /// Ours, as Faremux writes it into the metadata.
    var reference: String? { metadata["faremux_reference"] }

    /// Where the payment stands, in the words of the ledger. Nothing is reserved on one that a card refused, that waits
    /// for a customer or was never confirmed: all three are `declined` until they are cancelled.
    var ledgerState: String {
        switch status {
        case .requiresCapture: "authorized"
        case .succeeded: refunded == 0 ? "captured" : "refunded"
        case .canceled: "voided"
        case .requiresPaymentMethod, .requiresConfirmation, .requiresAction: "declined"
        }
    }
}

extension StripeIntent {
    /// Asks the card.
    mutating func confirm(_ card: StripeCard, now: Int64) {
        lastError = nil
        switch card {
        case .wantsAction:
            status = .requiresAction
        case .declines(let error):
            status = .requiresPaymentMethod
            lastError = error
            method = nil
            charge = Charge(id: "ch_" + RandomText.letters(24), created: now, succeeded: false)
        case .works, .refundsLate, .failsRefunds:
            charge = Charge(id: "ch_" + RandomText.letters(24), created: now, succeeded: true)
            status = capturesManually ? .requiresCapture : .succeeded
            received = capturesManually ? 0 : amount
        }
    }
}
