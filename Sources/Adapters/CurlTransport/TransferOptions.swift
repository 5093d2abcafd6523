import CCurl
import FarePorts

/// Writes the options of one transfer. Remembers the first failure, so that no option is left out unnoticed.
struct TransferOptions {
    private let curl: UnsafeMutableRawPointer
    private(set) var failure = CURLE_OK

    init(_ curl: UnsafeMutableRawPointer) { self.curl = curl }

    /// What holds for every transfer, whatever the request.
    mutating func setPolicy(_ configuration: CurlConfiguration) {
        // Signals would interrupt other threads. SIGPIPE is blocked on the loop's thread.
        set(CURLOPT_NOSIGNAL, 1)
        // Without it, ending a transfer waits for a name lookup that stalls, and with it the whole loop.
        set(CURLOPT_QUICK_EXIT, 1)
        set(CURLOPT_PROTOCOLS_STR, "http,https")
        set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        set(CURLOPT_FOLLOWLOCATION, 0)
        // Keeps libcurl from reading http_proxy and its like.
        set(CURLOPT_PROXY, "")
        set(CURLOPT_ACCEPT_ENCODING, "")
        set(CURLOPT_USERAGENT, configuration.userAgent)
        set(CURLOPT_SSL_VERIFYPEER, 1)
        set(CURLOPT_SSL_VERIFYHOST, 2)
        set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let file = configuration.certificateAuthorities { set(CURLOPT_CAINFO, file) }
        set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_2TLS))
        // Fewer, larger reads: an ordinary answer fits into one or two. The result is not checked, because a handle
        // that left a shared HTTP/2 connection keeps its buffer of this size, and libcurl 7.88 then refuses to be told
        // again.
        _ = ccurl_set_long(curl, CURLOPT_BUFFERSIZE, 64 * 1024)
        set(CURLOPT_TCP_NODELAY, 1)
        set(CURLOPT_TCP_KEEPALIVE, 1)
        set(CURLOPT_TCP_KEEPIDLE, seconds(configuration.keepAliveInterval))
        set(CURLOPT_TCP_KEEPINTVL, seconds(configuration.keepAliveInterval))
        set(CURLOPT_MAXAGE_CONN, seconds(configuration.idleConnectionAge))
        set(CURLOPT_MAXLIFETIME_CONN, seconds(configuration.connectionLifetime))
        setUnacknowledgedLimit(configuration.unacknowledgedLimit)
    }

    mutating func setLimits(_ limits: TransferLimits, bodyLimit: Int) {
        set(CURLOPT_TIMEOUT_MS, limits.totalMilliseconds)
        set(CURLOPT_CONNECTTIMEOUT_MS, limits.connectMilliseconds)
        // For lengths that are announced; what arrives is counted as it comes.
        check(ccurl_set_offset(curl, CURLOPT_MAXFILESIZE_LARGE, curl_off_t(bodyLimit)))
    }

    mutating func setRequest(_ request: HTTPRequest) {
        set(CURLOPT_URL, request.url)
        if request.effect == .once {
            // On a reused connection that turns out dead, libcurl would send the request again.
            set(CURLOPT_FRESH_CONNECT, 1)
        }
        switch (request.method, request.body) {
        case (.get, nil): set(CURLOPT_HTTPGET, 1)
        case (.delete, nil): set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
        case (_, let body):
            setBody(body ?? [])
            if request.method != .post { set(CURLOPT_CUSTOMREQUEST, request.method.rawValue) }
        }
    }

    private mutating func setBody(_ body: [UInt8]) {
        set(CURLOPT_POST, 1)
        check(ccurl_set_offset(curl, CURLOPT_POSTFIELDSIZE_LARGE, curl_off_t(body.count)))
        let code = body.withUnsafeBytes { bytes in
            // libcurl copies as many bytes as it was just told, and takes a null pointer for "nothing set".
            bytes.isEmpty
                ? ccurl_set_string(curl, CURLOPT_COPYPOSTFIELDS, "")
                : ccurl_set_pointer(curl, CURLOPT_COPYPOSTFIELDS, UnsafeMutableRawPointer(mutating: bytes.baseAddress))
        }
        check(code)
    }

    /// - Returns: the list, which must live as long as the transfer.
    mutating func setHeaders(_ request: HTTPRequest) -> UnsafeMutablePointer<curl_slist>? {
        var list: UnsafeMutablePointer<curl_slist>?
        // libcurl waits a second for a "100 Continue" that most servers never send.
        append("Expect:", to: &list)
        var hasContentType = false
        for header in request.headers {
            // A name with nothing behind its colon would take the header out; a semicolon sends it empty.
            let isBlank = header.value.utf8.allSatisfy { $0 == 0x20 || $0 == 0x09 }
            append(isBlank ? "\(header.name);" : "\(header.name): \(header.value)", to: &list)
            hasContentType = hasContentType || header.name.lowercased() == "content-type"
        }
        // Else libcurl declares any body a form.
        if request.body != nil, !hasContentType { append("Content-Type:", to: &list) }
        check(ccurl_set_pointer(curl, CURLOPT_HTTPHEADER, list))
        return list
    }

    private mutating func append(_ line: String, to list: inout UnsafeMutablePointer<curl_slist>?) {
        if let longer = curl_slist_append(list, line) {
            list = longer
        } else {
            check(CURLE_OUT_OF_MEMORY)
        }
    }

    mutating func set(_ option: CURLoption, _ value: Int) { check(ccurl_set_long(curl, option, value)) }
    mutating func set(_ option: CURLoption, _ value: String) { check(ccurl_set_string(curl, option, value)) }
    mutating func set(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) {
        check(ccurl_set_pointer(curl, option, value))
    }

    mutating func check(_ code: CURLcode) {
        if failure == CURLE_OK { failure = code }
    }

    mutating func setReceiver(_ option: CURLoption, _ receive: curl_write_callback) {
        check(ccurl_set_receiver(curl, option, receive))
    }

    mutating func setGate(_ ask: curl_prereq_callback) { check(ccurl_set_before_request(curl, ask)) }

    mutating func setSocketOpened(_ opened: curl_sockopt_callback) { check(ccurl_set_socket_opened(curl, opened)) }

    /// At least one, and no more than libcurl takes.
    private func seconds(_ duration: Duration) -> Int {
        Int(min(max(duration.components.seconds, 1), Int64(Int32.max)))
    }
}
