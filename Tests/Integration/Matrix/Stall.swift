import Synchronization

/// Whether the machine had time for us.
enum Stall {
    /// From here on, what is told at once and what is told later is the machine's doing, and no more the service's.
    static let tolerable = Duration.milliseconds(400)
    private static let beat = Duration.milliseconds(50)

    /// Does `work`, and tells for how long at most this process got no turn meanwhile.
    static func longest<Value: Sendable>(
        during work: @Sendable () async throws -> Value
    ) async rethrows -> (value: Value, stall: Duration) {
        let longest = Mutex(Duration.zero)
        async let beating: Void = {
            var last = ContinuousClock.now
            while (try? await Task.sleep(for: beat)) != nil {
                let late = last.duration(to: .now) - beat
                longest.withLock { $0 = max($0, late) }
                last = .now
            }
        }()
        let value = try await work()
        return (value, longest.withLock { $0 })
    }
}
