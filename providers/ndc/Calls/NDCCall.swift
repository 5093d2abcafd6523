import FarePorts
import WireFormats

/// One message on its way, before it has an address.
struct NDCCall {
    let message: NDCMessage
    let operation: ProviderOperation
    private let effect: Effect
    private let context: CallContext
    private let body: [UInt8]

    /// - Parameter request: writes what is inside `Request`.
    init(
        _ message: NDCMessage, operation: ProviderOperation, effect: Effect, context: CallContext,
        request: (inout XMLWriter) -> Void
    ) {
        self.message = message
        self.operation = operation
        self.effect = effect
        self.context = context
        body = message.document(context: context, request: request)
    }

    func request(endpoint: String, apiKey: String) -> HTTPRequest {
        var headers = [
            HTTPHeader("Accept", "application/xml"), HTTPHeader("Content-Type", "application/xml"),
            HTTPHeader("X-API-Key", apiKey), HTTPHeader("X-Request-Id", context.requestID),
        ]
        if let traceparent = context.traceparent { headers.append(HTTPHeader("traceparent", traceparent)) }
        return HTTPRequest(
            .post, endpoint, headers: headers, body: body, operation: operation, effect: effect,
            deadline: context.deadline, notAfter: context.notAfter)
    }
}

/// A call that failed.
struct NDCFailure: Error {
    var error: ProviderError
    /// Whether the airline understood the message and said no: what was asked for may be the case already.
    var isRefusal = false

    init(_ error: ProviderError, isRefusal: Bool = false) {
        self.error = error
        self.isRefusal = isRefusal
    }
}
