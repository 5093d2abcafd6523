import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// Authorizing, capturing and letting go.
struct MoneyTests {
    @Test func aDeclinedCardStopsTheBookingAndGivesTheSeatsBack() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .failed(StepFailure(.declined, "card_declined")))
        bench.expect(.release, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
        #expect(bench.saga.verdict == .declined)
        #expect(bench.saga.terms.paymentToken.isEmpty)
    }

    @Test func aPaymentThatWantsAnActionIsVoidedAndStopsTheBooking() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .payment(Sample.payment(.actionRequired)))
        #expect(bench.saga.status == .pending)
        bench.expectUndoing()
        #expect(bench.decision == .settled)
        #expect(bench.saga.verdict == .actionRequired)
    }

    @Test func aLostAuthorizationIsRepeatedUnderTheSameKeyAndThenLookedUp() {
        var bench = Bench()
        bench.hold()
        bench.loseThrice(.authorize)
        bench.expect(.lookup, .unknown(.lost))
        bench.expectWait()
        bench.expect(.lookup, .payment(Sample.payment(.authorized)))
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
    }

    @Test func anAuthorizationThatNeverWasIsSentAgainUnderItsKeyAfterTheQuarantine() {
        var bench = Bench()
        bench.hold()
        bench.loseThrice(.authorize)
        let ended = bench.now
        let none = StepFailure(.notFound, "none")
        var looks = 0
        while case .perform(let command) = bench.decision, command.step == .lookup {
            bench.expect(.lookup, .failed(none))
            looks += 1
            if case .wait = bench.decision { bench.expectWait() }
        }
        #expect(looks >= 2)
        #expect(ended.duration(to: bench.now) >= .seconds(9))
        bench.expect(.authorize, .payment(Sample.payment(.authorized)))
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
    }

    /// The call of an owner that is gone may be heard after the one that was sent again.
    @Test func whatAFormerOwnerSentIsWaitedForToo() {
        var bench = Bench()
        bench.hold()
        bench.saga.begin(Command(attempt: 0, step: .authorize, number: 1), at: bench.now)
        bench.saga.takeOver(at: bench.now) { _ in .seconds(18) }
        let over = bench.now.advanced(by: .seconds(18))
        while bench.decision != .settled {
            guard case .perform(let command) = bench.decision else {
                bench.expectWait()
                continue
            }
            switch command.step {
            case .release: bench.expect(.release, of: 0, .released)
            case .authorize: bench.expect(.authorize, of: 0, .unknown(.lost))
            default: bench.expect(.lookup, of: 0, .failed(StepFailure(.notFound, "none")))
            }
        }
        #expect(over.duration(to: bench.now) >= .seconds(10))
    }

    @Test func anAuthorizationThatNeverWasIsNothingToVoidWhenUndoing() {
        var bench = Bench()
        bench.hold()
        bench.loseThrice(.authorize)
        bench.saga.turnBack("late", at: bench.now)
        bench.pass(.seconds(20))
        bench.expect(.lookup, .failed(StepFailure(.notFound, "none")))
        bench.expect(.release, .released)
        #expect(bench.saga.status == .pending)
        bench.expectWait()
        bench.expect(.lookup, .failed(StepFailure(.notFound, "none")))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
        #expect(bench.saga.terms.paymentToken.isEmpty)
    }

    @Test func pastTheLifeOfItsKeyNothingIsSentAgain() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .unknown(.lost))
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.release, .released)
        bench.pass(.seconds(23 * 3600))
        bench.expect(.lookup, .payment(Sample.payment(.authorized)))
        bench.expect(.void, .unknown(.lost))
        bench.pass(.seconds(23 * 3600))
        bench.expect(.lookup, .payment(Sample.payment(.authorized)))
        bench.expectWait()
        bench.expect(.void, number: 2, .payment(Sample.payment(.voided)))
        #expect(bench.decision == .settled)
    }

    @Test func aLostAuthorizationIsFoundOutAndVoidedWhenUndoing() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .unknown(.lost))
        bench.saga.turnBack("late", at: bench.now)
        #expect(bench.saga.status == .pending)
        #expect(!bench.saga.terms.paymentToken.isEmpty)
        bench.expect(.release, .released)
        bench.expectWait()
        bench.expect(.authorize, .payment(Sample.payment(.authorized)))
        #expect(bench.saga.terms.paymentToken.isEmpty)
        bench.expect(.void, .payment(Sample.payment(.voided)))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
    }

    @Test func aRefusalDoesNotSettleAnAuthorizationInDoubtAtOnce() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .unknown(.lost))
        bench.expectWait()
        bench.expect(.authorize, .failed(.refused))
        #expect(bench.attempt.money == .unknown)
        bench.expectWait()
        bench.expect(.authorize, .failed(StepFailure(.declined, "no")))
        #expect(bench.attempt.money == .refused)
    }

    @Test func anAuthorizationThatIsNeverSentIsGivenUpAfterAFewTries() {
        var bench = Bench()
        bench.hold()
        for _ in 0..<3 {
            bench.expect(.authorize, .failed(.notSent))
            bench.expectWait()
        }
        bench.expect(.authorize, .failed(.notSent))
        #expect(bench.attempt.outcome == .error)
        bench.expect(.release, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.verdict == .allCandidatesFailed)
    }

    @Test func aRefusedAuthorizationStopsTheBooking() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .failed(.refused))
        bench.expect(.release, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.verdict == .allCandidatesFailed)
    }

    @Test func aProcessingPaymentIsAskedAboutUntilItIsDecided() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .payment(Sample.payment(.processing)))
        bench.expectWait()
        bench.expect(.lookup, .payment(Sample.payment(.processing)))
        bench.expectWait()
        bench.expect(.lookup, .payment(Sample.payment(.authorized)))
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
    }

    @Test func lessThanWasAskedForIsNoAuthorization() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .payment(Sample.payment(.authorized, 9_999)))
        bench.expectUndoing()
        #expect(bench.saga.verdict == .allCandidatesFailed)
    }

    @Test func aPaymentCapturedBeforeTheTicketIsRefundedBeforeItIsToldAsFailed() {
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, .payment(Sample.payment(.captured)))
        #expect(bench.saga.needsAttention)
        #expect(bench.saga.status == .pending)
        bench.expect(.refund, .refund(Sample.refund(.failed)))
        bench.expect(.release, .released)
        #expect(bench.saga.status == .pending)
        bench.look(at: Sample.payment(.captured))
        bench.expect(.refund, number: 2, .refund(Sample.refund(.succeeded)))
        #expect(bench.saga.status == .failed)
        #expect(bench.decision == .settled)
    }

    @Test func aCaptureThatWasHeardAfterAllIsRefundedInPlaceOfAVoid() {
        var bench = Bench()
        bench.authorize()
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.void, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .pending)
        bench.expect(.refund, .refund(Sample.refund(.succeeded)))
        bench.expect(.release, .released)
        #expect(bench.saga.status == .failed)
    }

    @Test func aCaptureThatIsNeverClearIsLookedUp() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
        bench.loseThrice(.capture)
        bench.expect(.lookup, .payment(Sample.payment(.authorized)))
        bench.expectWait()
        bench.expect(.capture, number: 2, .unknown(.lost))
        bench.expectWait()
        bench.expect(.capture, number: 2, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
    }

    @Test func captureIsNeverAboveTheLimitNorAboveWhatIsReserved() {
        for (confirmed, charged) in [(25_000, 10_000), (12_000, 10_000), (8_000, 8_000)] as [(Int64, Int64)] {
            var bench = Bench()
            bench.authorize()
            bench.expect(.confirm, .order(Sample.order(.ticketed, confirmed)))
            #expect(bench.attempt.charge == Sample.gbp(charged))
            bench.expect(.capture, .payment(Sample.payment(.captured, charged)))
            #expect(bench.saga.needsAttention == (confirmed != charged))
            #expect(bench.saga.status == .ticketed)
        }
    }

    @Test func aTicketInAnotherCurrencyIsChargedAsItWasRepriced() {
        var bench = Bench()
        bench.authorize()
        var order = Sample.order(.ticketed)
        order.total = Money(minorUnits: 500, currency: Sample.euros)
        bench.expect(.confirm, .order(order))
        #expect(bench.attempt.charge == Sample.gbp(10_000))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.saga.needsAttention)
    }

    @Test func aRefusedCaptureGetsANewKeyAndALostOneTheSame() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .unknown(.lost))
        bench.expectWait()
        bench.expect(.capture, .failed(.notSent))
        bench.expectWait()
        bench.expect(.capture, .failed(.refused))
        bench.expectWait()
        bench.expect(.capture, number: 2, .unknown(.lost))
        bench.expectWait()
        bench.expect(.capture, number: 2, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
    }

    @Test func aTicketWhoseAuthorizationEndedIsCancelled() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.voided)))
        #expect(bench.saga.needsAttention)
        bench.expect(.cancel, .unknown(.lost))
        bench.expectWait()
        bench.expect(.cancel, .failed(StepFailure(.wrongState, "not cancellable")))
        #expect(bench.saga.status == .pending)
        bench.expectWait()
        bench.expect(.cancel, number: 2, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
        #expect(bench.saga.verdict == .allCandidatesFailed)
    }

    @Test func aVoidIsRepeatedUntilItIsCertain() {
        var bench = Bench()
        bench.authorize()
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.void, .unknown(.lost))
        bench.expect(.release, .released)
        bench.expectWait()
        bench.expect(.void, .failed(.refused))
        #expect(bench.saga.status == .pending)
        bench.expectWait()
        bench.expect(.void, number: 2, .payment(Sample.payment(.authorized)))
        bench.expectWait()
        bench.expect(.void, number: 3, .payment(Sample.payment(.voided)))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
    }

    @Test func keysNameBookingAttemptStepAndNumber() {
        let bench = Bench()
        #expect(bench.saga.key(for: Command(attempt: 0, step: .capture, number: 3)) == "bkg_1/1/capture/3")
    }
}
