import FareDomain
import Hummingbird
import Logging
import NIOCore

/// One mock, listening on loopback.
public struct MockServer: Sendable {
    private let dialect: any Dialect
    private let port: Int
    private let seed: UInt64
    private let now: @Sendable () -> Timestamp

    /// - Parameters:
    ///   - dialect: who answers.
    ///   - port: to listen on; 0 for any free one.
    ///   - seed: of the draws of fault rules.
    ///   - now: stamps the request log.
    init(dialect: any Dialect, port: Int, seed: UInt64, now: @escaping @Sendable () -> Timestamp) {
        self.dialect = dialect
        self.port = port
        self.seed = seed
        self.now = now
    }

    /// Serves until the task is cancelled, which closes every connection.
    ///
    /// - Parameter onListening: called once, with the port, when connections are accepted.
    /// - Throws: where the port can't be had.
    public func run(onListening: @escaping @Sendable (Int) -> Void) async throws {
        let lateWork = LateWork()
        let responder = MockResponder(
            dialect: dialect, engine: FaultEngine(seed: seed), lateWork: lateWork, now: now)
        // Faults make errors all the time; none of them is news.
        var logger = Logger(label: "mock.\(dialect.name)")
        logger.logLevel = .critical
        let application = Application(
            responder: responder,
            configuration: ApplicationConfiguration(address: .hostname("127.0.0.1", port: port), serverName: nil),
            onServerRunning: { channel in onListening(channel.localAddress?.port ?? port) },
            logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await lateWork.run() }
            group.addTask { try await application.run() }
            defer { group.cancelAll() }
            while try await group.next() != nil {}
        }
    }
}
