/// Whether the machine had time for us.
enum Stall {
    /// From here on, what is told at once and what is told later is the machine's doing, and no more the service's.
    static let tolerable = Duration.milliseconds(400)
    typealias Ping = @Sendable () async throws -> Void
    private static let beat = Duration.milliseconds(100)

    /// Does `work`, and tells for how long at most this process got no turn meanwhile, or a server did not answer what
    /// takes no time.
    static func longest<Value: Sendable>(
        pinging servers: [Ping], during work: @Sendable () async throws -> Value
    ) async -> (result: Result<Value, any Error>, stall: Duration) {
        await withTaskGroup(of: Duration.self) { group in
            group.addTask { await longest {} }
            for server in servers { group.addTask { await longest(server) } }
            let result: Result<Value, any Error>
            do { result = .success(try await work()) } catch { result = .failure(error) }
            group.cancelAll()
            return (result, await group.reduce(.zero, max))
        }
    }

    /// Pings until it is cancelled, and tells how long the slowest took.
    private static func longest(_ ping: Ping) async -> Duration {
        var longest = Duration.zero
        while true {
            let start = ContinuousClock.now
            // Whether it is there at all is another's to say.
            try? await ping()
            let isOver = (try? await Task.sleep(for: beat)) == nil
            longest = max(longest, start.duration(to: .now) - beat)
            if isOver { return longest }
        }
    }
}
