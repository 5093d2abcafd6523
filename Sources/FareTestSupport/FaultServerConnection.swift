import Glibc

/// One connection at a `FaultServer`. Only its script's thread uses it.
public final class FaultServerConnection {
    /// A request as it came.
    public struct Request: Sendable {
        public var method: String
        public var path: String
        /// In their order, names in lower case.
        public var headers: [(name: String, value: String)]
        public var body: [UInt8]

        public func header(_ name: String) -> String? { headers.first { $0.name == name }?.value }
    }

    private let descriptor: Int32
    private let server: FaultServer
    /// What has been read, and belongs to no request yet.
    private var pending: [UInt8] = []

    init(_ descriptor: Int32, server: FaultServer) {
        self.descriptor = descriptor
        self.server = server
        // Small writes must go out as they are made.
        var yes: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// The next whole request; nil when the peer has gone, or the server is being stopped.
    public func readRequest() -> Request? {
        let end = Array("\r\n\r\n".utf8)
        var headEnd = pending.firstRange(of: end)
        while headEnd == nil {
            guard readMore() else { return nil }
            headEnd = pending.firstRange(of: end)
        }
        guard let headEnd else { return nil }
        let lines = String(decoding: pending[..<headEnd.lowerBound], as: UTF8.self).split(separator: "\r\n")
        let words = lines.first?.split(separator: " ") ?? []
        guard words.count == 3 else { return nil }
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (line[..<colon].lowercased(), String(line[line.index(after: colon)...].drop { $0 == " " }))
        }
        pending.removeFirst(headEnd.upperBound)
        var request = Request(method: String(words[0]), path: String(words[1]), headers: headers, body: [])
        let length = request.header("content-length").flatMap { Int($0) } ?? 0
        while pending.count < length {
            guard readMore() else { return nil }
        }
        request.body = Array(pending.prefix(length))
        pending.removeFirst(length)
        server.countRequest()
        return request
    }

    /// Writes all of it; false when the peer has gone.
    @discardableResult
    public func write(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { all in
                send(descriptor, all.baseAddress.map { $0 + sent }, all.count - sent, Int32(MSG_NOSIGNAL))
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    @discardableResult
    public func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Answers as a server should.
    @discardableResult
    public func answer(_ status: Int = 200, headers: [String] = [], body: [UInt8] = []) -> Bool {
        let head = ["HTTP/1.1 \(status) Reason"] + headers + ["Content-Length: \(body.count)", "", ""]
        return write(Array(head.joined(separator: "\r\n").utf8) + body)
    }

    /// Says no more, and waits for the peer to go or the server to be stopped.
    public func waitForClose() {
        while readMore() { pending.removeAll() }
    }

    /// Waits as long as it says, unless the peer goes or the server is stopped before: then false.
    public func pause(milliseconds: Int32) -> Bool {
        var question = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&question, 1, milliseconds) > 0 else { return true }
        return readMore()
    }

    /// Has the coming close reset the connection, which throws away what the peer has not read.
    public func resetOnClose() {
        var option = linger(l_onoff: 1, l_linger: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
    }

    private func readMore() -> Bool {
        var chunk = [UInt8](repeating: 0, count: 16_384)
        let size = chunk.count
        while true {
            let count = recv(descriptor, &chunk, size, 0)
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            pending.append(contentsOf: chunk[..<count])
            return true
        }
    }
}
