/// Stripe's cards for tests (docs.stripe.com/testing), as far as the mock has them.
enum StripeCard: Hashable {
    case works
    case declines(StripeIntent.LastError)
    case wantsAction
    /// Works; its refunds are pending, and then succeed.
    case refundsLate
    /// Works; its refunds look like a success, and then fail.
    case failsRefunds

    static let refusal = StripeIntent.LastError(
        code: "card_declined", declineCode: "generic_decline", message: "Your card was declined.")

    /// - Returns: nil for a token that doesn't exist.
    init?(token: String) {
        switch token {
        case "pm_card_visa", "pm_card_mastercard", "pm_card_amex": self = .works
        case "pm_card_visa_chargeDeclined", "pm_card_chargeDeclined": self = .declines(StripeCard.refusal)
        case "pm_card_visa_chargeDeclinedInsufficientFunds", "pm_card_chargeDeclinedInsufficientFunds":
            self = .declines(
                StripeIntent.LastError(
                    code: "card_declined", declineCode: "insufficient_funds",
                    message: "Your card has insufficient funds."))
        case "pm_card_authenticationRequired": self = .wantsAction
        case "pm_card_pendingRefund": self = .refundsLate
        case "pm_card_refundFail": self = .failsRefunds
        default: return nil
        }
    }
}
