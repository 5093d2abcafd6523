import Glibc

/// A port that answers no connection attempt at all, as a black hole on the way would: its queue is full, and nobody
/// accepts from it, so that the kernel drops what comes.
public final class FaultServerFullQueue: Sendable {
    public let port: UInt16
    private let descriptors: [Int32]

    public init() throws {
        let (listener, port) = try FaultServer.listen(backlog: 0)
        self.port = port
        var descriptors = [listener]
        // One fits into a queue of length zero; the others are on the safe side.
        for _ in 0..<4 {
            let client = socket(
                AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
            guard client >= 0 else { continue }
            descriptors.append(client)
            var address = sockaddr_in.loopback(port: port)
            withUnsafePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    _ = connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
        self.descriptors = descriptors
    }

    public var url: String { "http://127.0.0.1:\(port)/" }

    /// Gives the port back.
    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
