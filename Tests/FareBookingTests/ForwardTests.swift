import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// The way to a ticket, step by step.
struct ForwardTests {
    @Test func aHeldOfferIsRepricedHeldAuthorizedConfirmedAndCaptured() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.ticketed)))
        #expect(bench.saga.status == .pending)
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
        #expect(bench.saga.verdict == nil)
        #expect(!bench.saga.needsAttention)
        #expect(bench.saga.terms.paymentToken.isEmpty)
    }

    @Test func anInstantOfferIsAuthorizedBeforeItIsOrdered() {
        var bench = Bench(holdable: false)
        bench.authorize()
        bench.expect(.order, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
    }

    @Test(arguments: [
        (StepFailure.Reason.soldOut, Attempt.Outcome.soldOut), (.expired, .soldOut), (.fareChanged, .fareChanged),
        (.notSent, .error), (.unclear, .error), (.refused, .error), (.notSupported, .error),
    ])
    func aFailedRepriceOrHoldLeadsToTheNextCandidate(_ reason: StepFailure.Reason, _ outcome: Attempt.Outcome) {
        for step in [Step.reprice, .hold] {
            var bench = Bench()
            if step == .hold { bench.reprice() }
            bench.expect(step, .failed(StepFailure(reason, "no")))
            #expect(bench.attempt.outcome == outcome)
            #expect(bench.decision == .next)
            #expect(bench.saga.status == .pending)
        }
    }

    @Test func aLostHoldLetsTheNextCandidateGoFirstAndIsLookedForAfterwards() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        #expect(bench.attempt.outcome == .unknown)
        #expect(bench.decision == .next)
        bench.open(Sample.offer("two"))
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.ticketed, id: "ord_2")))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
        bench.expect(.find, of: 0, .found([Sample.order(.held)]))
        bench.expect(.release, of: 0, .released)
        #expect(bench.decision == .settled)
    }

    @Test func aDearerFareGivesUpTheCandidateBeforeAnythingIsHeld() {
        var bench = Bench()
        bench.expect(.reprice, .repriced(Sample.offer("one", 20_001), stillCheapest: true))
        #expect(bench.attempt.outcome == .fareChanged)
        #expect(bench.decision == .next)
    }

    @Test func aFareThatRoseWithinTheLimitGivesWayToACheaperOne() {
        var bench = Bench()
        bench.expect(.reprice, .repriced(Sample.offer("one", 15_000), stillCheapest: false))
        #expect(bench.attempt.outcome == .fareChanged)
        #expect(bench.decision == .next)
    }

    @Test func aFareInAnotherCurrencyIsNotBooked() {
        var bench = Bench()
        var offer = Sample.offer()
        offer.total = Money(minorUnits: 100, currency: Sample.euros)
        bench.expect(.reprice, .repriced(offer, stillCheapest: true))
        #expect(bench.attempt.outcome == .error)
        #expect(bench.attempt.charge.currency == Sample.pounds)
    }

    @Test func aHoldThatComesBackDearerThanAcceptedIsReleasedUnpaid() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .order(Sample.order(.held, 20_001)))
        #expect(bench.attempt.outcome == .fareChanged)
        bench.expect(.release, .released)
        #expect(bench.decision == .next)
    }

    @Test func aHoldInAnotherCurrencyIsReleasedUnpaid() {
        var bench = Bench()
        bench.reprice()
        var order = Sample.order(.held)
        order.total = Money(minorUnits: 1, currency: Sample.euros)
        bench.expect(.hold, .order(order))
        bench.expect(.release, .released)
        #expect(bench.attempt.charge == Sample.gbp(10_000))
    }

    @Test func aHoldThatComesBackTicketedIsCancelledAndNotToldAsFailedBefore() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .order(Sample.order(.ticketed)))
        bench.saga.turnBack("late", at: bench.now)
        #expect(bench.saga.status == .pending)
        bench.expect(.cancel, .released)
        #expect(bench.saga.status == .failed)
        #expect(bench.saga.needsAttention)
        #expect(bench.decision == .settled)
    }

    @Test func theCheaperOrderIsWhatIsAuthorized() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .order(Sample.order(.held, 9_000)))
        bench.saga.begin(Command(attempt: 0, step: .authorize, number: 1), at: bench.now)
        #expect(bench.attempt.reserved == Sample.gbp(9_000))
    }

    @Test func aHoldThatRanOutIsNotConfirmed() {
        var bench = Bench()
        bench.authorize()
        bench.pass(.seconds(600))
        guard case .giveUp(let failure) = bench.decision else {
            Issue.record("decided \(bench.decision)")
            return
        }
        bench.saga.giveUp(failure, at: bench.now)
        bench.expectUndoing()
        #expect(bench.decision == .next)
    }

    @Test func theProvidersOwnLimitEndsAHoldToo() {
        var bench = Bench()
        bench.reprice()
        var order = Sample.order(.held)
        order.ticketBy = bench.now.advanced(by: .seconds(5))
        bench.expect(.hold, .order(order))
        bench.expect(.authorize, .payment(Sample.payment(.authorized)))
        bench.pass(.seconds(5))
        guard case .giveUp = bench.decision else {
            Issue.record("decided \(bench.decision)")
            return
        }
    }

    @Test(arguments: [StepFailure.Reason.refused, .notSent, .wrongState, .unclear])
    func aFailedConfirmationIsVoidedAndReleasedBeforeTheNextCandidate(_ reason: StepFailure.Reason) {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .failed(StepFailure(reason, "no")))
        bench.expectUndoing()
        #expect(bench.decision == .next)
    }

    @Test func aConfirmationOfAnExpiredHoldLeavesNothingToRelease() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .failed(StepFailure(.expired, "gone")))
        bench.expectUndoing(release: false)
        #expect(bench.decision == .next)
    }

    @Test func aFailedInstantOrderIsVoidedBeforeTheNextCandidate() {
        var bench = Bench(holdable: false)
        bench.authorize()
        bench.expect(.order, .failed(StepFailure(.soldOut, "gone")))
        bench.expectUndoing(release: false)
        #expect(bench.decision == .next)
    }
}
