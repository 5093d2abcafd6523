public import FareDomain
public import FarePorts
import WireFormats

/// Stripe's PaymentIntents (docs.stripe.com/api/payment_intents). `README.md` tells which call is which request.
public struct StripePayments: PaymentGateway {
    let client: StripeClient

    public func step(of currency: Currency) -> Int64 { StripeUnits.step(of: currency) }

    /// - Parameters:
    ///   - baseURL: `https://api.stripe.com`, or a mock's.
    ///   - secretKey: sent as a bearer token; never logged.
    ///   - transport: has the retries and the timeouts.
    public init(baseURL: String, secretKey: String, transport: any HTTPTransport) {
        client = StripeClient(baseURL: baseURL, secretKey: secretKey, transport: transport)
    }

    public func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        let form = [
            FormField("amount", String(try StripeUnits.units(of: amount))),
            FormField("currency", amount.currency.code.lowercased()),
            FormField("capture_method", "manual"),
            FormField("confirm", "true"),
            FormField("payment_method", token),
            FormField("payment_method_types[]", "card"),
            FormField("description", "Flights \(reference)"),
            FormField(["metadata", PaymentIntent.referenceKey], reference),
            FormField("expand[]", "latest_charge"),
        ]
        let call = StripeCall.change(
            "/v1/payment_intents", form: form, operation: .authorize, key: key, context: context)
        return try await client.answer(to: call) { value throws(WireError) in try PaymentIntent(value).payment }
    }

    public func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        let form = [
            FormField("amount_to_capture", String(try StripeUnits.units(of: amount))),
            FormField("expand[]", "latest_charge"),
        ]
        let call = StripeCall.change(
            Self.path(payment) + "/capture", form: form, operation: .capture, key: key, context: context)
        return try await change(payment, call) { value throws(WireError) in try PaymentIntent(value).payment }
    }

    public func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment {
        let call = StripeCall.change(
            Self.path(payment) + "/cancel", form: [FormField("expand[]", "latest_charge")], operation: .void, key: key,
            context: context)
        do throws(PaymentError) {
            return try await change(payment, call) { value throws(WireError) in try PaymentIntent(value).payment }
        } catch {
            if error.code == .wrongState, let payment = error.payment, payment.state == .voided { return payment }
            throw error
        }
    }

    public func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment {
        let call = StripeCall.look(
            Self.path(payment), query: [FormField("expand[]", "latest_charge")], context: context)
        return try await client.answer(to: call) { value throws(WireError) in try PaymentIntent(value).payment }
    }

    static func path(_ payment: String) -> String {
        "/v1/payment_intents/\(FormEncoding.percentEncode(payment))"
    }

    /// Makes a change to a known payment.
    ///
    /// Where Stripe finds the payment in no state for it, that state is the answer, so the error always carries it:
    /// from the problem itself, or by asking, where that lacks it or its refunds, or is a repetition, which shows the
    /// payment as it was at first. If asking fails nothing is known yet.
    func change<Result>(
        _ payment: String, _ call: StripeCall, _ read: (JSONValue) throws(WireError) -> Result
    ) async throws(PaymentError) -> Result {
        do throws(PaymentError) {
            return try await client.answer(to: call, read)
        } catch {
            guard error.code == .wrongState, error.payment == nil || error.isStored else { throw error }
            var complete = error
            do throws(PaymentError) {
                complete.payment = try await status(of: payment, context: call.context)
            } catch {
                throw PaymentError(
                    error.code, outcome: .unknown, retryAfter: error.retryAfter, detail: error.detail)
            }
            throw complete
        }
    }
}
