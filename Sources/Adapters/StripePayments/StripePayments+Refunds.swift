public import FareDomain
public import FarePorts
import WireFormats

extension StripePayments {
    /// Pages of a hundred of one payment's refunds.
    private static let refundPages = 10

    public func refund(
        _ payment: String, amount: Money, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Refund {
        let form = [
            FormField("payment_intent", payment),
            FormField("amount", String(try StripeUnits.units(of: amount))),
            FormField(["metadata", PaymentIntent.referenceKey], reference),
        ]
        let call = StripeCall.change("/v1/refunds", form: form, operation: .refund, key: key, context: context)
        return try await change(payment, call) { value throws(WireError) in try StripeRefund(value).refund }
    }

    public func status(ofRefund refund: String, context: CallContext) async throws(PaymentError) -> Refund {
        let call = StripeCall.look("/v1/refunds/\(FormEncoding.percentEncode(refund))", context: context)
        return try await client.answer(to: call) { value throws(WireError) in try StripeRefund(value).refund }
    }

    public func refunds(of payment: String, context: CallContext) async throws(PaymentError) -> [Refund] {
        try await pages(
            "/v1/refunds", query: [FormField("payment_intent", payment)], atMost: Self.refundPages, context: context
        ) { value throws(WireError) in try StripeRefund(value).refund }
    }

    /// From the account's events, which Stripe keeps for 30 days. Leaves out what can't be read and is not ours.
    public func refunds(
        failedAfter: Timestamp, failedBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Refund] {
        let query = [FormField("type", "refund.failed")] + Self.span(from: failedAfter, to: failedBefore)
        return try await pages("/v1/events", query: query, atMost: Self.spanPages, context: context) {
            value throws(WireError) -> Refund? in
            let refund = try value.require("data").require("object")
            guard refund.reference == nil else { return try StripeRefund(refund).refund }
            return try? StripeRefund(refund).refund
        }
    }
}
