import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// Giving a ticket back: at the airline first, then the money, once.
struct CancellationTests {
    private static let id = CancellationID("cxl_1")

    /// Ticketed and paid for, with a quote that is confirmed.
    private static func cancelling(refund: Int64 = 7_500) -> Bench {
        var bench = ticketed()
        bench.saga.keep(Sample.quote(refund), as: id, at: bench.now)
        #expect(bench.decision == .settled)
        let confirmed = bench.saga.confirmCancellation(id, at: bench.now)
        #expect(confirmed)
        #expect(bench.saga.status == .cancelling)
        return bench
    }

    private static func ticketed() -> Bench {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.decision == .settled)
        return bench
    }

    @Test func theAirlineComesFirstAndThenTheRefundAsQuoted() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        #expect(bench.attempt.refundDue == Sample.gbp(7_500))
        #expect(bench.saga.status == .cancelling)
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .cancelled)
        #expect(bench.attempt.money == .refunded)
        #expect(!bench.saga.needsAttention)
    }

    @Test func afterACancellationNoOtherCandidateIsTried() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.direction == .booking)
        #expect(bench.decision == .settled)
    }

    @Test func aFareThatGivesNothingBackIsCancelledWithoutARefund() {
        var bench = Self.cancelling(refund: 0)
        bench.expect(.cancel, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .cancelled)
        #expect(bench.attempt.money == .captured)
    }

    @Test func neverMoreIsRefundedThanWasCaptured() {
        var bench = Self.cancelling(refund: 99_000)
        bench.expect(.cancel, .released)
        #expect(bench.attempt.refundDue == Sample.gbp(10_000))
    }

    @Test func aLostCancellationIsAskedAboutAndSaidAgain() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expectWait()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .order(Sample.order(.cancelled)))
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    /// The first call was heard after the second was refused, at a provider that forgets what has ended.
    @Test func anOrderThatIsNotFoundAfterARefusalIsCancelledOnceMore() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expectWait()
        bench.expect(.cancel, .failed(StepFailure(.refused, "422")))
        bench.expect(.status, .failed(StepFailure(.notFound, "1797")))
        bench.expectWait()
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
        #expect(!bench.saga.needsAttention)
    }

    @Test func anOrderThatIsNotFoundAfterARefusalNeedsPeopleWhereCancellingSaysNoMore() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expectWait()
        bench.expect(.cancel, .failed(StepFailure(.notFound, "129")))
        bench.expect(.status, .failed(StepFailure(.notFound, "129")))
        #expect(bench.saga.needsAttention)
        #expect(bench.saga.status == .cancelling)
    }

    @Test func anOrderThatIsNotFoundAfterALostCancellationIsCancelledOnceMore() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .failed(StepFailure(.notFound, "1797")))
        bench.expectWait()
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
        #expect(!bench.saga.needsAttention)
    }

    @Test func anOrderThatCanNeitherBeFoundNorCancelledIsLeftToPeople() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .failed(StepFailure(.notFound, "no such order")))
        bench.expectWait()
        bench.expect(.cancel, .failed(StepFailure(.notFound, "no such order")))
        bench.expect(.status, .failed(StepFailure(.notFound, "no such order")))
        #expect(bench.saga.needsAttention)
        #expect(bench.saga.status == .cancelling)
        #expect(bench.attempt.money == .captured)
    }

    @Test func aRefusedCancellationLeavesTheTicketAsItWas() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .failed(StepFailure(.expired, "the quote ran out")))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
        #expect(bench.saga.cancellation(Self.id)?.status == .refused)
        #expect(bench.saga.cancellation(Self.id)?.refusal?.reason == .expired)
        #expect(bench.attempt.money == .captured)
    }

    @Test func aRefusalAfterALostCallIsBelievedOnlyAfterTheQuarantine() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        let ended = bench.now
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expectWait()
        bench.expect(.cancel, .failed(StepFailure(.expired, "the quote ran out")))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expectWait()
        #expect(bench.saga.status == .cancelling)
        while bench.saga.status == .cancelling {
            bench.expect(.status, .order(Sample.order(.ticketed)))
            if case .wait = bench.decision { bench.expectWait() }
        }
        #expect(ended.duration(to: bench.now) >= .seconds(10))
        #expect(bench.saga.cancellation(Self.id)?.status == .refused)
    }

    @Test func aCancellationThatIsHeardLateIsRefundedAllTheSame() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .unknown(.lost))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expectWait()
        bench.expect(.cancel, .failed(StepFailure(.wrongState, "no")))
        bench.expect(.status, .order(Sample.order(.cancelled)))
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    @Test func whatNeverReachedTheAirlineIsGivenUpAfterAFewTries() {
        var bench = Self.cancelling()
        for _ in 0..<3 {
            bench.expect(.cancel, .failed(.notSent))
            bench.expectWait()
        }
        bench.expect(.cancel, .failed(.notSent))
        #expect(bench.saga.status == .ticketed)
        #expect(bench.saga.cancellation(Self.id)?.refusal?.reason == .notSent)
    }

    @Test func aPendingRefundIsFollowedAndNeverToldAsDone() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.pending, 7_500)))
        for _ in 0..<30 {
            bench.expectWait()
            #expect(bench.saga.status == .cancelling)
            bench.expect(.follow, .refund(Sample.refund(.pending, 7_500)))
        }
        bench.expectWait()
        bench.expect(.follow, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    @Test func aRefundThatFailsIsAskedForAnewUnderANewKey() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.pending, 7_500)))
        bench.expectWait()
        bench.expect(.follow, .refund(Sample.refund(.failed, 7_500)))
        #expect(bench.saga.needsAttention)
        #expect(bench.saga.status == .cancelling)
        #expect(bench.look(at: Sample.payment(.captured)) == 2)
        bench.expect(.refund, number: 2, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    @Test func aLostRefundIsSaidAgainUnderItsKeyAndThenLookedFor() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        bench.loseThrice(.refund)
        bench.expect(.lookup, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    @Test func aRefundThatIsNotFoundIsSentAgainUnderItsKey() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        bench.loseThrice(.refund)
        let none = StepFailure(.notFound, "none")
        let ended = bench.now
        while case .perform(let command) = bench.decision, command.step == .lookup {
            bench.expect(.lookup, .failed(none))
            if case .wait = bench.decision { bench.expectWait() }
        }
        #expect(ended.duration(to: bench.now) >= .seconds(9))
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
    }

    @Test func aRefundThatIsKeptAsFailedComesUnderANewKeyOnceItIsCertainThatThereIsNone() {
        var bench = Self.cancelling()
        bench.expect(.cancel, .released)
        bench.expect(.refund, .unknown(StepFailure(.stored, "kept")))
        let ended = bench.now
        while case .perform(let command) = bench.decision, command.step == .lookup {
            bench.expect(.lookup, .failed(StepFailure(.notFound, "none")))
            if case .wait = bench.decision { bench.expectWait() }
        }
        #expect(ended.duration(to: bench.now) >= .seconds(10))
        bench.expect(.refund, number: 2, .refund(Sample.refund(.succeeded, 7_500)))
    }

    @Test func onlyATicketThatIsPaidForCanBeCancelledAndOnlyOnce() {
        var pending = Bench()
        pending.authorize()
        pending.saga.keep(Sample.quote(), as: Self.id, at: pending.now)
        #expect(pending.saga.cancellation(Self.id) == nil)
        let tooEarly = pending.saga.confirmCancellation(Self.id, at: pending.now)
        #expect(!tooEarly)
        var bench = Self.cancelling()
        let confirmed = bench.saga.confirmCancellation(Self.id, at: bench.now)
        #expect(!confirmed)
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.cancellable == nil)
    }

    @Test func whoeverTakesOverACancellationBringsItToItsEnd() {
        var bench = Self.cancelling()
        bench.saga.begin(Command(attempt: 0, step: .cancel, number: 1), at: bench.now)
        bench.saga.takeOver(at: bench.now) { _ in .seconds(23) }
        #expect(bench.saga.status == .cancelling)
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expect(.cancel, .released)
        bench.saga.begin(Command(attempt: 0, step: .refund, number: 1), at: bench.now)
        bench.saga.takeOver(at: bench.now) { _ in .seconds(23) }
        bench.expectWait()
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    /// What somebody else gave back is not given back again, and the rest is.
    @Test(arguments: [(7_500, 2_500, 5_000), (10_000, 2_500, 7_500), (7_500, 7_500, 0), (7_500, 10_000, 0)])
    func aRefundThatIsRefusedIsOfWhatIsLeft(due: Int64, byHand: Int64, left: Int64) {
        var bench = Self.cancelling(refund: due)
        bench.expect(.cancel, .released)
        let start = bench.now
        bench.expect(.refund, .failed(StepFailure(.refused, "parameter_invalid")))
        var payment = Sample.payment(.captured)
        payment.refunded = Sample.gbp(byHand)
        payment.state = .refunded
        #expect(bench.look(at: payment) == 2)
        #expect(start.duration(to: bench.now) < .seconds(1))
        if left > 0 {
            #expect(bench.attempt.refundToAsk == Sample.gbp(left))
            bench.expect(.refund, number: 2, .refund(Sample.refund(.succeeded, left)))
            #expect(bench.attempt.payment?.refunded == Sample.gbp(due))
        }
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .cancelled && bench.saga.needsAttention)
        // Should the bank send ours back, the same is owed again.
        let found = bench.saga.discover(payment, attempt: 1, at: bench.now)
        #expect(found == (left > 0 ? .repair(.refundFailed) : nil))
        #expect(left == 0 || bench.attempt.refundToAsk == Sample.gbp(left))
    }
}
