import Foundation
import Glibc

/// What came back on a connection, as bytes: a client that forgives nothing and hides nothing.
struct RawAnswer: Sendable {
    enum End: Sendable, Equatable {
        /// The peer closed in order, or the body was as long as promised.
        case closed
        /// A RST.
        case reset
        /// Nothing more came in time.
        case silent
    }

    var status = 0
    /// Names in lower case.
    var headers: [String: String] = [:]
    var body: [UInt8] = []
    var end: End
    /// Of the body, as promised in the head.
    var promised: Int?

    var text: String { String(decoding: body, as: UTF8.self) }
}

/// One HTTP request on one connection of its own, over a blocking socket on a thread of its own.
enum RawClient {
    static let headers = ["Authorization: Bearer test", "Duffel-Version: v2", "Accept: application/json"]

    /// - Parameters:
    ///   - extra: header lines besides those that every request has.
    ///   - patience: seconds without a byte after which it gives up.
    ///   - most: bytes after which it has seen enough.
    static func send(
        _ method: String, _ path: String, _ body: String = "", extra: [String] = [], port: Int, patience: Int = 10,
        most: Int = .max
    ) async -> RawAnswer {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                continuation.resume(
                    returning: exchange(
                        method, path, body, headers + extra, port: port, patience: patience, most: most))
            }
        }
    }

    private static func exchange(
        _ method: String, _ path: String, _ body: String, _ headers: [String], port: Int, patience: Int, most: Int
    ) -> RawAnswer {
        let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var limit = timeval(tv_sec: patience, tv_usec: 0)
        setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        let connected = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard connected == 0 else { return RawAnswer(end: .reset) }
        let head = ["\(method) \(path) HTTP/1.1", "Host: 127.0.0.1", "Content-Length: \(body.utf8.count)"] + headers
        let message = Array((head.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        guard Glibc.send(socket, message, message.count, Int32(MSG_NOSIGNAL)) == message.count else {
            return RawAnswer(end: .reset)
        }
        return receive(socket, most: most)
    }

    private static func receive(_ socket: Int32, most: Int) -> RawAnswer {
        var answer = RawAnswer(end: .closed)
        var bytes: [UInt8] = []
        var bodyStart: Int?
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(socket, &chunk, chunk.count, 0)
            if count < 0 { answer.end = errno == ECONNRESET ? .reset : .silent }
            if count > 0 { bytes.append(contentsOf: chunk[..<count]) }
            if bodyStart == nil, let end = bytes.firstRange(of: Array("\r\n\r\n".utf8))?.upperBound {
                bodyStart = end
                readHead(String(decoding: bytes[..<end], as: UTF8.self), into: &answer)
            }
            let received = bodyStart.map { bytes.count - $0 } ?? 0
            let complete = bodyStart != nil && answer.promised.map { received >= $0 } ?? false
            if count <= 0 || complete || received >= most {
                answer.body = bodyStart.map { Array(bytes[$0...]) } ?? bytes
                return answer
            }
        }
    }

    private static func readHead(_ head: String, into answer: inout RawAnswer) {
        let lines = head.components(separatedBy: "\r\n")
        answer.status = Int(lines[0].split(separator: " ").dropFirst().first ?? "") ?? 0
        for line in lines.dropFirst() where line.contains(":") {
            let parts = line.split(separator: ":", maxSplits: 1)
            answer.headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
        }
        answer.promised = answer.headers["content-length"].flatMap { Int($0) }
    }
}
