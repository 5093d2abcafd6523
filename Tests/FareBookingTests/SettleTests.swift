import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// A ticketing call whose outcome is not known.
struct SettleTests {
    static let notFound = StepResult.failed(StepFailure(.notFound, "no such order"))

    @Test func aLostConfirmationIsAskedAboutAndFoundTicketed() {
        var bench = Bench()
        bench.loseTicket()
        #expect(bench.saga.status == .pending)
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
    }

    @Test func aConfirmationThatAnswersWithAHeldOrderIsInDoubt() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .order(Sample.order(.held)))
        #expect(bench.attempt.ticket == .unknown)
        bench.expect(.status, .order(Sample.order(.ticketed)))
    }

    @Test func aStillHeldOrderIsConfirmedOnceMore() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.confirm, number: 2, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
    }

    @Test func anAcceptedReleaseProvesThatThereIsNoTicket() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.confirm, number: 2, .failed(.refused))
        bench.expect(.release, .released)
        #expect(bench.attempt.ticket == .refuted)
        bench.expectUndoing(release: false)
        #expect(bench.decision == .next)
    }

    @Test func aSecondLostConfirmationIsAskedAboutAndThenReleased() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.confirm, number: 2, .unknown(.lost))
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.release, .failed(.notSent))
        bench.expectWait()
        bench.expect(.release, .failed(StepFailure(.wrongState, "ticketed")))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
    }

    @Test func aLostReleaseProvesNothing() {
        var bench = Bench()
        bench.loseTicket()
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.release, .unknown(.lost))
        #expect(bench.attempt.ticket == .unknown)
        bench.expect(.status, .order(Sample.order(.cancelled)))
        #expect(bench.attempt.ticket == .refuted)
        bench.expectUndoing(release: false)
        #expect(bench.saga.status == .failed)
    }

    @Test func aCancelledOrderHasNoTicket() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.cancelled)))
        bench.expectUndoing(release: false)
        #expect(bench.decision == .next)
    }

    @Test func anOrderThatBecameDearerThanAcceptedIsNotConfirmedAgain() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held, 20_001)))
        bench.expect(.release, .released)
    }

    @Test func aHoldThatRanOutIsNotConfirmedAgain() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.pass(.seconds(600))
        bench.expect(.release, .released)
    }

    @Test func theDeadlineForbidsTheSecondConfirmationThatWasNext() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.release, .released)
    }

    @Test(arguments: [true, false])
    func notFoundIsProofTheSecondTimeAndOnlyAfterTheQuarantine(holdable: Bool) {
        let step: Step = holdable ? .status : .find
        let nothing: StepResult = holdable ? Self.notFound : .found([])
        var bench = Bench(holdable: holdable)
        bench.loseTicket()
        let ended = bench.now
        bench.expect(step, nothing)
        bench.expectWait()
        #expect(ended.duration(to: bench.now) < .seconds(1))
        bench.expect(step, nothing)
        #expect(bench.attempt.ticket == .unknown)
        bench.expectWait()
        #expect(ended.duration(to: bench.now) == .seconds(10))
        bench.expect(step, nothing)
        #expect(bench.attempt.ticket == .refuted)
        bench.expectUndoing(release: false)
        #expect(bench.decision == .next)
    }

    @Test func oneNotFoundIsNoProofHoweverLate() {
        var bench = Bench(holdable: false)
        bench.loseTicket()
        bench.pass(.seconds(3600))
        bench.expect(.find, .found([]))
        #expect(bench.attempt.ticket == .unknown)
        bench.expectWait()
        bench.expect(.find, .found([]))
        #expect(bench.attempt.ticket == .refuted)
    }

    @Test func notFoundBeforeASecondConfirmationProvesNothingAboutIt() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, Self.notFound)
        bench.expectWait()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.pass(.seconds(20))
        bench.expect(.confirm, number: 2, .unknown(.lost))
        bench.expect(.status, Self.notFound)
        bench.expectWait()
        bench.expect(.status, Self.notFound)
        #expect(bench.attempt.ticket == .unknown)
    }

    @Test func aFoundHoldForgetsEarlierAnswersOfNotFound() {
        var bench = Bench()
        bench.loseTicket()
        bench.saga.turnBack("late", at: bench.now)
        bench.pass(.seconds(20))
        bench.expect(.status, Self.notFound)
        bench.expectWait()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.release, .unknown(.lost))
        bench.expect(.status, Self.notFound)
        #expect(bench.attempt.ticket == .unknown)
    }

    @Test func aLostInstantOrderIsFoundByOurReference() {
        var bench = Bench(holdable: false)
        bench.loseTicket()
        var stranger = Sample.order(.ticketed, id: "ord_9")
        stranger.reference = "bkg_9/1"
        bench.expect(.find, .found([stranger, Sample.order(.ticketed)]))
        #expect(bench.attempt.order?.id == "ord_1")
        bench.expect(.capture, .payment(Sample.payment(.captured)))
    }

    @Test func severalOrdersWithoutAReferenceAreNobodys() {
        var bench = Bench(holdable: false)
        bench.loseTicket()
        let orders = ["ord_1", "ord_2"].map { id in
            var order = Sample.order(.ticketed, id: id)
            order.reference = nil
            return order
        }
        bench.expect(.find, .found(orders))
        #expect(bench.attempt.ticket == .unknown)
        #expect(bench.saga.needsAttention)
        bench.expectWait()
        bench.expect(.find, .found([orders[0]]))
        #expect(bench.attempt.ticket == .ticketed)
    }

    @Test func whileAProviderCantBeReachedNothingButAskingIsDecided() {
        for holdable in [true, false] {
            var bench = Bench(holdable: holdable)
            bench.loseTicket()
            for round in 0..<200 {
                if round == 100 { bench.saga.turnBack("late", at: bench.now) }
                // A look-up that a proxy calls "not found" is no order that is not found.
                let third = holdable ? .failed(.lost) : Self.notFound
                let failures = [.failed(.lost), .unknown(.lost), third]
                bench.expect(holdable ? .status : .find, failures[round % 3])
                bench.expectWait()
                #expect(bench.saga.status == .pending)
            }
            #expect(bench.saga.needsAttention)
        }
    }

    @Test func aProviderThatCantBeAskedIsForPeople() {
        var bench = Bench(holdable: false)
        bench.loseTicket()
        bench.expect(.find, .failed(StepFailure(.notSupported, "no look-up")))
        #expect(bench.saga.needsAttention)
        #expect(bench.saga.status == .pending)
        bench.expectWait()
    }
}

extension SettleTests {
    @Test func theQuarantineIsOverWhenTheQuestionIsPutNotWhenItIsAnswered() {
        var bench = Bench(holdable: false)
        bench.loseTicket()
        bench.expect(.find, .found([]))
        bench.pass(.seconds(9))
        let command = Command(attempt: 0, step: .find, number: 1)
        bench.saga.begin(command, at: bench.now)
        bench.pass(.seconds(5))
        bench.saga.finish(command, with: .found([]), at: bench.now)
        #expect(bench.attempt.ticket == .unknown)
    }

    /// It may be the lost hold of an earlier attempt, while the order itself is still on its way.
    @Test func aHeldOrderWithoutAReferenceIsNotTakenForAnInstantOne() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.open(Sample.offer("two", holdable: false))
        bench.loseTicket()
        let orders = [ProviderOrder.State.held, .ticketed].map { state in
            var order = Sample.order(state, id: "ord_\(state)")
            order.reference = nil
            return order
        }
        for _ in 0..<3 {
            bench.expect(.find, .found([orders[0]]))
            #expect(bench.attempt.ticket == .unknown)
            bench.expectWait()
        }
        bench.expect(.find, .found(orders))
        #expect(bench.attempt.order?.id == "ord_ticketed")
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        bench.pass(.seconds(60))
        bench.expect(.find, of: 0, .found(orders))
        bench.expect(.release, of: 0, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
    }

    @Test func aTicketIsBelievedOnlyWhenALostReleaseCanNotTakeItBackAnyMore() {
        var bench = Bench()
        bench.loseTicket()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.confirm, number: 2, .failed(.refused))
        bench.expect(.release, .unknown(.lost))
        let ended = bench.now
        bench.expect(.status, .order(Sample.order(.ticketed)))
        #expect(bench.saga.status == .pending)
        bench.expectWait()
        #expect(ended.duration(to: bench.now) >= .seconds(10))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        #expect(bench.saga.status == .ticketed)
    }
}
