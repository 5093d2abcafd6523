import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// Why a booking came to nothing.
struct VerdictTests {
    private static func verdict(_ failures: [StepFailure.Reason]) -> BookingVerdict? {
        var saga = Sample.saga()
        for (index, reason) in failures.enumerated() {
            saga.open(Sample.offer("\(index)"), id: OfferID("ofr_\(index)"), limit: Sample.accepted, at: Sample.start)
            let command = Command(attempt: index, step: .reprice, number: 1)
            saga.finish(command, with: .failed(StepFailure(reason, "no")), at: Sample.start)
        }
        #expect(saga.verdict == nil)
        saga.exhaust(at: Sample.start)
        #expect(saga.status == .failed)
        return saga.verdict
    }

    @Test func anErrorOutweighsADearerFareAndThatASoldOutOne() {
        #expect(Self.verdict([.soldOut, .refused, .fareChanged]) == .allCandidatesFailed)
        #expect(Self.verdict([.soldOut, .fareChanged, .expired]) == .fareChanged)
        #expect(Self.verdict([.soldOut, .expired]) == .soldOut)
        #expect(Self.verdict([.notSent]) == .allCandidatesFailed)
    }

    @Test func anOfferThatCameBackIsJudgedByItsLastAttempt() {
        var bench = Bench()
        bench.expect(.reprice, .repriced(Sample.offer("one", 12_000), stillCheapest: false))
        bench.open(Sample.offer("one", 12_000))
        bench.expect(.reprice, .failed(StepFailure(.soldOut, "gone")))
        bench.saga.exhaust(at: bench.now)
        #expect(bench.saga.verdict == .soldOut)
    }

    @Test func aLostHoldIsAnError() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.saga.exhaust(at: bench.now)
        #expect(bench.saga.verdict == .allCandidatesFailed)
    }

    @Test func aRefusedCardOutweighsEverything() {
        var bench = Bench()
        bench.expect(.reprice, .failed(.refused))
        bench.open(Sample.offer("two"))
        bench.hold()
        bench.expect(.authorize, .failed(StepFailure(.declined, "no")))
        bench.expect(.release, .released)
        #expect(bench.saga.verdict == .declined)
    }
}
