import FareDomain
import FarePorts
import FareTestSupport
import Logging
import Testing

@testable import FareHTTP

/// When keys are forgotten.
struct KeyRetentionTests {
    private let clock = ManualClock()
    private let store = InMemoryBookingStore()

    private func claim(_ name: String) async throws -> KeyState {
        let claim = KeyClaim(
            fingerprint: [1], owner: "test", expiresAt: clock.timestamp.advanced(by: .seconds(10)))
        return try await store.claim(IdempotencyKey(caller: "ada", key: name), as: claim, now: clock.timestamp)
    }

    private func finish(_ name: String) async throws {
        let answer = StoredAnswer(status: 404, contentType: "text/plain", location: nil, body: [])
        try await store.finish(IdempotencyKey(caller: "ada", key: name), with: answer, now: clock.timestamp)
    }

    /// Runs the retention around `body`, which is given a way to let hours pass.
    private func running(_ body: (_ pass: (Int) async -> Void) async throws -> Void) async throws {
        let retention = KeyRetention(
            store: store, clock: clock, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await retention.run() }
            defer { group.cancelAll() }
            await clock.sleepers(atLeast: 1)
            try await body { hours in
                for _ in 0..<hours {
                    clock.advance(by: .seconds(3600))
                    await clock.sleepers(atLeast: 1)
                }
            }
        }
    }

    @Test func anAnswerIsKeptForTwoDaysAndForgottenSoonAfterwards() async throws {
        try await running { pass in
            _ = try await claim("k")
            try await finish("k")
            await pass(48)
            guard case .answered = try await claim("k") else {
                Issue.record("forgotten too early")
                return
            }
            await pass(2)
            #expect(try await claim("k") == .claimed)
        }
    }

    @Test func aClockThatIsSetDaysAheadAndRightAgainForgetsNothing() async throws {
        try await running { pass in
            _ = try await claim("k")
            try await finish("k")
            clock.jumpCivilTime(by: .seconds(30 * 86_400))
            await pass(1)
            clock.jumpCivilTime(by: .seconds(-30 * 86_400))
            await pass(2)
            guard case .answered = try await claim("k") else {
                Issue.record("a fresh key was forgotten")
                return
            }
        }
    }
}
