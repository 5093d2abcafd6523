import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// Each promise broken on purpose, by something in front of a port: the simulation must find it, and not without it.
@Suite(.serialized) struct MutantTests {
    private static let seeds: ClosedRange<UInt64> = 1...10_000

    private func find(
        _ mutation: Mutation, _ name: String, _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let campaign = await Campaign.run(Self.seeds, mutation: mutation, limit: 1)
        let failure = try #require(
            campaign.failures.first, "not found in \(campaign.worlds) worlds", sourceLocation: location)
        print("\(name): found at seed \(failure.seed), after \(campaign.worlds) worlds: \(failure.violation)")
        #expect(World(seed: failure.seed).run() == nil, "that world breaks a rule anyway", sourceLocation: location)
    }

    @Test func aStepThatIsWrittenDownTooLateIsFound() async throws {
        try await find(Mutation(store: { ForgetfulStore($0) }), "a journal write is skipped")
    }

    @Test func anUnknownOutcomeTakenForAFailureIsFound() async throws {
        try await find(Mutation(view: { SureProvider(behind: $0) }), "unknown is taken for failed")
    }

    @Test func aStoreWithoutAFenceIsFound() async throws {
        try await find(Mutation(store: { FencelessStore($0) }), "the fence is dropped")
    }

    @Test func aSecondRefundIsFound() async throws {
        try await find(Mutation(gateway: { BrokenGateway($0, .refundsTwice) }), "refunds are given twice")
    }

    @Test func idempotencyKeysThatAreIgnoredAreFound() async throws {
        try await find(Mutation(gateway: { BrokenGateway($0, .ignoresKeys) }), "every call has a key of its own")
    }

    @Test func notFoundTakenForProofAtOnceIsFound() async throws {
        try await find(Mutation(policy: { $0.quarantine = .zero }), "no quarantine")
    }

    @Test func aCallThatIsSentAfterItsTimeIsFound() async throws {
        try await find(Mutation(sendsLate: true), "calls are sent late")
    }
}
