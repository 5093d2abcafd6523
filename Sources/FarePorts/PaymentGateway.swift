public import FareDomain

/// Takes money in two steps, and gives it back. One gateway for all providers.
///
/// Every call carries an idempotency key, and may be repeated under it.
public protocol PaymentGateway: Sendable {
    /// Reserves `amount` without taking it.
    ///
    /// - Parameter reference: ours, stored with the payment so that it can be found again.
    func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment

    /// Takes `amount`, at most what is authorized; the rest is let go.
    func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment

    /// Lets an authorization go. "Already voided" is success.
    func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment

    /// Gives `amount` of a captured payment back.
    func refund(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment

    /// The payment as the gateway has it now.
    func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment

    /// Payments that carry `reference`, where no id is known.
    func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment]
}
