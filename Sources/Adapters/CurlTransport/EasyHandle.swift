import CCurl
import FarePorts
import Resilience

/// One of libcurl's easy handles, with what arrives on it. Used for one transfer after another, on the loop's thread
/// only.
final class EasyHandle {
    let curl: UnsafeMutableRawPointer
    let clock: any MonotonicClock
    var reception = Reception()
    private(set) var call: Call?
    private var headerList: UnsafeMutablePointer<curl_slist>?

    /// The transfer that the handle is busy with.
    struct Call {
        let token: Token
        let continuation: Reply
        let request: HTTPRequest
        let limits: TransferLimits
        var gate: SendGate
    }

    init?(clock: any MonotonicClock, sessions: OpaqueShare) {
        guard let curl = curl_easy_init() else { return nil }
        self.curl = curl
        self.clock = clock
        _ = ccurl_set_pointer(curl, CURLOPT_SHARE, sessions)
    }

    /// Sets everything for a call. The handle is in no multi handle yet.
    ///
    /// - Throws: why the call can't go out; the handle can then be reset.
    func prepare(_ arrival: Arrival, _ configuration: CurlConfiguration) throws(TransportError) {
        let request = arrival.request
        let limits = try TransferLimits(request, configuration, at: clock.now)
        let bodyLimit = max(0, request.bodyLimit ?? configuration.bodyLimit)
        var options = TransferOptions(curl)
        options.setPolicy(configuration)
        options.setLimits(limits, bodyLimit: bodyLimit)
        options.setRequest(request)
        headerList = options.setHeaders(request)
        options.setCallbacks(to: self, token: arrival.token)
        guard options.failure == CURLE_OK else {
            throw TransportError(
                .badRequest, maybeSent: false, detail: String(cString: curl_easy_strerror(options.failure)))
        }
        reception.begin(headLimit: configuration.headerLimit, bodyLimit: bodyLimit)
        call = Call(
            token: arrival.token, continuation: arrival.continuation, request: request, limits: limits,
            gate: SendGate(request))
    }

    /// The last word before a request's first byte goes out.
    func mayOpenGate() -> Bool { call?.gate.open(at: clock.now) ?? false }

    /// Takes the call out and readies the handle for the next. The handle must have left its multi handle.
    func reset() -> Call? {
        defer { call = nil }
        curl_easy_reset(curl)
        curl_slist_free_all(headerList)
        headerList = nil
        reception.begin(headLimit: 0, bodyLimit: 0)
        return call
    }

    /// The handle must have left its multi handle, and is of no use any more.
    func discard() {
        curl_easy_cleanup(curl)
        curl_slist_free_all(headerList)
        headerList = nil
    }
}

/// libcurl's own untyped pointer to a share handle.
typealias OpaqueShare = UnsafeMutableRawPointer
