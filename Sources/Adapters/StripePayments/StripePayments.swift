public import FareDomain
public import FarePorts
import WireFormats

/// Stripe's PaymentIntents (docs.stripe.com/api/payment_intents). `README.md` tells which call is which request.
public struct StripePayments: PaymentGateway {
    private let client: StripeClient

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

    public func refund(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        let form = [
            FormField("payment_intent", payment),
            FormField("amount", String(try StripeUnits.units(of: amount))),
            FormField("expand[]", "payment_intent.latest_charge"),
        ]
        let call = StripeCall.change("/v1/refunds", form: form, operation: .refund, key: key, context: context)
        let refund = try await change(payment, call) { value throws(WireError) in try StripeRefund(value) }
        guard !refund.failed else {
            throw PaymentError(
                .rejected, outcome: .notApplied, payment: refund.payment, detail: refund.failureReason ?? "failed")
        }
        return refund.payment
    }

    public func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment {
        let call = StripeCall.look(
            Self.path(payment), query: [FormField("expand[]", "latest_charge")], context: context)
        return try await client.answer(to: call) { value throws(WireError) in try PaymentIntent(value).payment }
    }

    private static func path(_ payment: String) -> String {
        "/v1/payment_intents/\(FormEncoding.percentEncode(payment))"
    }

    /// Makes a change to a known payment.
    ///
    /// Where Stripe finds the payment in no state for it, that state is the answer, so the error always carries it: from
    /// the problem itself, or, where that lacks it or its refunds, by asking. If asking fails nothing is known yet.
    private func change<Result>(
        _ payment: String, _ call: StripeCall, _ read: (JSONValue) throws(WireError) -> Result
    ) async throws(PaymentError) -> Result {
        do throws(PaymentError) {
            return try await client.answer(to: call, read)
        } catch {
            guard error.code == .wrongState, error.payment == nil else { throw error }
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

// MARK: Finding

extension StripePayments {
    /// Pages of a hundred that are looked through for payments that the search index may not have yet.
    private static let newestPages = 5
    /// How far behind Stripe says that its search may be, in an outage of its own (docs.stripe.com/search): seconds.
    private static let searchLag: Int64 = 3600

    public func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        var found = try await newest(reference: reference, context: context)
        let known = Set(found.map(\.id))
        found += try await indexed(reference: reference, context: context).filter { !known.contains($0.id) }
        return found
    }

    /// Looks through the newest payments, which are listed from the moment that they exist.
    private func newest(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        var found: [Payment] = []
        var newestCreated: Int64?
        var cursor: String?
        for _ in 0..<Self.newestPages {
            var query = [FormField("limit", "100"), FormField("expand[]", "data.latest_charge")]
            if let cursor { query.append(FormField("starting_after", cursor)) }
            let call = StripeCall.look("/v1/payment_intents", query: query, context: context)
            let page = try await client.answer(to: call) { value throws(WireError) in
                try PaymentPage(value, reference: reference)
            }
            found += page.payments
            newestCreated = newestCreated ?? page.firstCreated
            guard page.hasMore, let last = page.lastID, let oldest = page.lastCreated, let newest = newestCreated,
                Self.isWithinLag(oldest, of: newest)
            else { break }
            cursor = last
        }
        return found
    }

    /// Both are the peer's, so that their difference may be none that fits: that one is no reason to look further.
    private static func isWithinLag(_ oldest: Int64, of newest: Int64) -> Bool {
        let (age, overflow) = newest.subtractingReportingOverflow(oldest)
        return !overflow && age < searchLag
    }

    private func indexed(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        let quoted = reference.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        let query = [
            FormField("query", "metadata['\(PaymentIntent.referenceKey)']:'\(quoted)'"), FormField("limit", "100"),
            FormField("expand[]", "data.latest_charge"),
        ]
        let call = StripeCall.look("/v1/payment_intents/search", query: query, context: context)
        return try await client.answer(to: call) { value throws(WireError) in
            try PaymentPage(value, reference: reference).payments
        }
    }
}
