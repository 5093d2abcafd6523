import FarePorts
import WireFormats

/// One request to Stripe, before it has a host and credentials.
struct StripeCall {
    /// Its answers mean one thing for ever: partial captures and cancellations count as refunds in older ones
    /// (docs.stripe.com/changelog/basil/2025-03-31/remove-refund-from-partial-capture-and-payment-cancellation-flow).
    static let version = "2025-03-31.basil"

    let method: HTTPRequest.Method
    /// With its query.
    let path: String
    let body: [UInt8]?
    let operation: ProviderOperation
    let effect: Effect
    let context: CallContext

    /// A POST that Stripe does once a key, however often it is sent.
    static func change(
        _ path: String, form: [FormField], operation: ProviderOperation, key: String, context: CallContext
    ) -> StripeCall {
        StripeCall(
            method: .post, path: path, body: Array(FormEncoding.encode(form).utf8), operation: operation,
            effect: .idempotent(key: key), context: context)
    }

    static func look(_ path: String, query: [FormField] = [], context: CallContext) -> StripeCall {
        let query = query.isEmpty ? "" : "?" + FormEncoding.encode(query)
        return StripeCall(
            method: .get, path: path + query, body: nil, operation: .status, effect: .read, context: context)
    }

    func request(baseURL: String, secretKey: String) -> HTTPRequest {
        var headers = [
            HTTPHeader("Authorization", "Bearer \(secretKey)"), HTTPHeader("Stripe-Version", Self.version),
            HTTPHeader("Accept", "application/json"), HTTPHeader("X-Request-Id", context.requestID),
        ]
        if let traceparent = context.traceparent { headers.append(HTTPHeader("traceparent", traceparent)) }
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/x-www-form-urlencoded")) }
        if case .idempotent(let key) = effect { headers.append(HTTPHeader("Idempotency-Key", key)) }
        return HTTPRequest(
            method, baseURL + path, headers: headers, body: body, operation: operation, effect: effect,
            deadline: context.deadline, notAfter: context.notAfter)
    }
}
