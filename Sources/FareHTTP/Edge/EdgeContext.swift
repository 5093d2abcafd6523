import Hummingbird

/// What every handler knows of its request.
struct EdgeContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Echoed as `X-Request-Id`, and part of every log line and outgoing call.
    var requestID = ""
    /// The W3C trace header as the caller sent it, to be passed on.
    var traceparent: String?
    /// Who calls: the name of the API key, or `anonymous`.
    var caller = "anonymous"

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }
}
