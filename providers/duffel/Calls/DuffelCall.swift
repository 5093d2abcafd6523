import FarePorts
import WireFormats

/// One request to Duffel, before it has a host and headers.
struct DuffelCall {
    let method: HTTPRequest.Method
    /// With its query.
    let path: String
    let body: JSONNode?
    let operation: ProviderOperation
    let effect: Effect
    let context: CallContext

    init(
        _ method: HTTPRequest.Method, _ path: String, body: JSONNode? = nil, operation: ProviderOperation,
        effect: Effect, context: CallContext
    ) {
        self.method = method
        self.path = path
        self.body = body
        self.operation = operation
        self.effect = effect
        self.context = context
    }

    func request(baseURL: String, token: String) -> HTTPRequest {
        var headers = [
            HTTPHeader("Authorization", "Bearer \(token)"), HTTPHeader("Duffel-Version", "v2"),
            HTTPHeader("Accept", "application/json"), HTTPHeader("X-Request-Id", context.requestID),
        ]
        if let traceparent = context.traceparent { headers.append(HTTPHeader("traceparent", traceparent)) }
        if body != nil { headers.append(HTTPHeader("Content-Type", "application/json")) }
        return HTTPRequest(
            method, baseURL + path, headers: headers, body: body?.bytes, operation: operation, effect: effect,
            deadline: context.deadline, notAfter: context.notAfter)
    }
}

/// A call that failed, with Duffel's own word for it where it gave one.
struct DuffelFailure: Error {
    let error: ProviderError
    /// `already_paid`, `offer_expired`, …
    let code: String?

    init(_ error: ProviderError, code: String? = nil) {
        self.error = error
        self.code = code
    }

    /// Duffel understood the request and said no, for a reason of the order's own.
    var isRefusal: Bool {
        switch error.code {
        case .rejected, .notCancellable, .holdExpired, .offerExpired, .quoteExpired: error.outcome == .notApplied
        default: false
        }
    }
}
