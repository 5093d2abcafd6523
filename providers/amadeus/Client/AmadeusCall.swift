import FareDomain
import FarePorts

/// One call of the API, before it has a token.
struct AmadeusCall {
    let method: HTTPRequest.Method
    /// From the host on, the query included.
    let path: String
    let operation: ProviderOperation
    let effect: Effect
    let body: [UInt8]?
    /// Sends `X-HTTP-Method-Override: GET`, which Amadeus wants on searches that are POSTed.
    let overridesMethod: Bool
    /// What amounts in an error's text are in.
    let currency: Currency?

    init(
        _ method: HTTPRequest.Method, _ path: String, operation: ProviderOperation, effect: Effect,
        body: [UInt8]? = nil, overridesMethod: Bool = false, currency: Currency? = nil
    ) {
        self.method = method
        self.path = path
        self.operation = operation
        self.effect = effect
        self.body = body
        self.overridesMethod = overridesMethod
        self.currency = currency
    }

    /// What a missing or broken answer means: reads have no outcome to doubt.
    var outcomeInDoubt: ProviderError.Outcome { effect == .read ? .notApplied : .unknown }
}
