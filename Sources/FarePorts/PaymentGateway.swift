public import FareDomain

/// Takes money in two steps, and gives it back. One gateway for all providers.
///
/// Every call that changes something carries an idempotency key, and may be repeated under it for 24 hours at least,
/// from the first request under it. Past that the same key may be a new one: what may have been done under it is looked
/// up, and never sent again.
public protocol PaymentGateway: Sendable {
    /// What every amount of a currency must be a multiple of, in its minor units: 1, but where the gateway takes no
    /// amount as fine as the currency has. What is charged is rounded down to it, what is given back is rounded up, and
    /// never above what was captured.
    func step(of currency: Currency) -> Int64

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
    ///
    /// A refund of which the answer says that it failed is an answer, not an error.
    ///
    /// - Parameter reference: ours, stored with the refund so that it can be found again.
    /// - Throws: `wrongState` with the payment where all of it is given back already: `refunds(of:)` tells by whom.
    func refund(
        _ payment: String, amount: Money, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Refund

    /// A refund as the gateway has it now: it may be pending for days, and may fail after it succeeded.
    func status(ofRefund refund: String, context: CallContext) async throws(PaymentError) -> Refund

    /// Every refund of a payment, newest first.
    func refunds(of payment: String, context: CallContext) async throws(PaymentError) -> [Refund]

    /// The payment as the gateway has it now.
    func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment

    /// Payments that carry `reference`, where no id is known.
    func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment]

    /// Every payment created in a span of time, newest first, for reconciliation: with its reference where it has one
    /// of ours. Where the gateway counts whole seconds, those that the span only touches belong to it.
    ///
    /// - Throws: `rejected` where there are more than the adapter's bound: a shorter span has fewer.
    func payments(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Payment]

    /// Every refund that failed in a span of time, whenever it was made, newest failure first, for reconciliation: a
    /// bank may send money back days after it was told as given back. With its reference where it has one of ours.
    ///
    /// - Throws: `rejected` where there are more than the adapter's bound: a shorter span has fewer.
    func refunds(
        failedAfter: Timestamp, failedBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Refund]
}

extension PaymentGateway {
    /// Any amount.
    public func step(of currency: Currency) -> Int64 { 1 }
}
