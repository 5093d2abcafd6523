import CCurl
import FarePorts

extension EasyHandle {
    /// What a finished transfer came to.
    func outcome(_ code: CURLcode, of call: Call) -> Result<HTTPResponse, TransportError> {
        guard code == CURLE_OK else { return .failure(failure(code, of: call)) }
        let headers = reception.headers()
        let response = HTTPResponse(
            status: long(CURLINFO_RESPONSE_CODE), headers: headers, body: reception.takeBody(), timings: timings())
        return .success(response)
    }

    /// An error of our own making, in the same words.
    func error(_ code: TransportError.Code, of call: Call, because reason: String = "") -> TransportError {
        let host = call.request.host.map(String.init) ?? ""
        let phase = call.gate.hasOpened ? "after sending" : "before sending"
        let detail = [host, phase, reason].filter { !$0.isEmpty }.joined(separator: ": ")
        return TransportError(code, maybeSent: call.gate.hasOpened, detail: detail)
    }

    private func failure(_ code: CURLcode, of call: Call) -> TransportError {
        let meaning = reception.refusal ?? call.gate.refusal ?? self.meaning(of: code, call)
        return error(meaning, of: call, because: String(cString: curl_easy_strerror(code)))
    }

    private func meaning(of code: CURLcode, _ call: Call) -> TransportError.Code {
        let isSent = call.gate.hasOpened
        switch code {
        case CURLE_OPERATION_TIMEDOUT: return isSent ? .timedOut : call.limits.connectMeaning
        case CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT: return .couldNotConnect
        case CURLE_SSL_CONNECT_ERROR, CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_CERTPROBLEM, CURLE_SSL_CIPHER,
            CURLE_SSL_CACERT_BADFILE, CURLE_SSL_ISSUER_ERROR, CURLE_SSL_INVALIDCERTSTATUS, CURLE_USE_SSL_FAILED:
            return .untrusted
        case CURLE_URL_MALFORMAT: return .badRequest
        // After sending it is an answer in HTTP/0.9, which is none.
        case CURLE_UNSUPPORTED_PROTOCOL: return isSent ? .malformedAnswer : .badRequest
        case CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING: return .malformedAnswer
        case CURLE_FILESIZE_EXCEEDED: return .bodyTooLarge
        default: return isSent ? .connectionLost : .couldNotConnect
        }
    }

    private func timings() -> HTTPTimings {
        var timings = HTTPTimings()
        timings.reusedConnection = long(CURLINFO_NUM_CONNECTS) == 0
        if !timings.reusedConnection {
            timings.nameLookup = duration(CURLINFO_NAMELOOKUP_TIME_T)
            timings.connect = duration(CURLINFO_CONNECT_TIME_T)
            timings.tlsHandshake = duration(CURLINFO_APPCONNECT_TIME_T)
        }
        timings.firstByte = duration(CURLINFO_STARTTRANSFER_TIME_T)
        timings.total = duration(CURLINFO_TOTAL_TIME_T)
        return timings
    }

    private func long(_ info: CURLINFO) -> Int {
        var value = 0
        // Zero where libcurl has no answer.
        _ = ccurl_get_long(curl, info, &value)
        return value
    }

    private func duration(_ info: CURLINFO) -> Duration {
        var microseconds: curl_off_t = 0
        _ = ccurl_get_offset(curl, info, &microseconds)
        return .microseconds(microseconds)
    }
}
