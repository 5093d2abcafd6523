import Dispatch
import Glibc
import Synchronization

/// A small HTTP/1.1 server on loopback that misbehaves on demand: each connection is a thread that runs a script.
///
/// It trusts its peer, and serves tests alone. `stop` ends every connection and waits for every thread.
public final class FaultServer: Sendable {
    /// What to do with one connection, which is closed when the script returns.
    public typealias Script = @Sendable (FaultServerConnection) -> Void

    private struct State {
        var isStopped = false
        var open: Set<Int32> = []
        var connectionCount = 0
        var requestCount = 0
    }

    public let port: UInt16
    private let listener: Int32
    private let script: Script
    private let state = Mutex(State())
    private let threads = DispatchGroup()

    /// Starts to listen on a free port.
    public init(_ script: @escaping Script) throws {
        (listener, port) = try FaultServer.listen(backlog: 1024)
        self.script = script
        start { $0.acceptAll() }
    }

    deinit { close(listener) }

    /// `http://127.0.0.1:port` and the path.
    public func url(_ path: String = "/") -> String { "http://127.0.0.1:\(port)\(path)" }

    public var connectionCount: Int { state.withLock { $0.connectionCount } }
    /// Whole requests that scripts have read.
    public var requestCount: Int { state.withLock { $0.requestCount } }

    /// Ends every connection, and waits until nothing of the server runs any more.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        // Ends the thread that accepts.
        shutdown(listener, Int32(SHUT_RDWR))
        threads.wait()
    }

    /// A listening socket on loopback with a port of the system's choice.
    static func listen(backlog: Int32) throws -> (descriptor: Int32, port: UInt16) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw FaultServerError(call: "socket", number: errno) }
        var address = sockaddr_in.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isListening = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && Glibc.listen(descriptor, backlog) == 0
                    && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard isListening else {
            let number = errno
            close(descriptor)
            throw FaultServerError(call: "listen", number: number)
        }
        return (descriptor, UInt16(bigEndian: address.sin_port))
    }

    func countRequest() { state.withLock { $0.requestCount += 1 } }

    private func acceptAll() {
        while true {
            let descriptor = accept(listener, nil, nil)
            if descriptor < 0 {
                if errno == EINTR || errno == ECONNABORTED { continue }
                return
            }
            let isWelcome = state.withLock { state in
                guard !state.isStopped else { return false }
                state.open.insert(descriptor)
                state.connectionCount += 1
                return true
            }
            guard isWelcome else {
                close(descriptor)
                continue
            }
            start { $0.serve(descriptor) }
        }
    }

    private func serve(_ descriptor: Int32) {
        let connection = FaultServerConnection(descriptor, server: self)
        script(connection)
        // In this order: a closed descriptor's number may be another's before it is forgotten here.
        state.withLock { _ = $0.open.remove(descriptor) }
        close(descriptor)
    }

    /// Runs `body` on a thread of its own; blocking calls don't belong on a shared pool.
    private func start(_ body: @escaping @Sendable (FaultServer) -> Void) {
        final class Work {
            let server: FaultServer
            let body: @Sendable (FaultServer) -> Void

            init(_ server: FaultServer, _ body: @escaping @Sendable (FaultServer) -> Void) {
                self.server = server
                self.body = body
            }
        }
        threads.enter()
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(self, body))
        let failure = pthread_create(
            &thread, nil,
            { context in
                guard let context else { return nil }
                let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
                let threads = work.server.threads
                work.body(work.server)
                threads.leave()
                return nil
            }, work.toOpaque())
        if failure == 0 {
            pthread_detach(thread)
        } else {
            work.release()
            threads.leave()
        }
    }
}

/// The system would not give what a server needs.
public struct FaultServerError: Error {
    public var call: String
    public var number: Int32
}

extension sockaddr_in {
    static func loopback(port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = INADDR_LOOPBACK.bigEndian
        return address
    }
}
