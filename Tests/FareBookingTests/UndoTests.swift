import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// Giving back what is not wanted, turning back, and taking over.
struct UndoTests {
    @Test func aHoldIsReleasedUntilItIsCertain() {
        var bench = Bench()
        bench.hold()
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.release, .unknown(.lost))
        bench.expectWait()
        bench.expect(.release, .failed(.notSent))
        bench.expectWait()
        bench.expect(.release, .failed(StepFailure(.notFound, "gone")))
        #expect(bench.decision == .settled)
    }

    @Test func anOrderThatIsNotTakenBackIsAskedAboutAndCancelledIfTicketed() {
        var bench = Bench()
        bench.hold()
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.release, .failed(StepFailure(.wrongState, "not cancellable")))
        bench.expect(.status, .order(Sample.order(.ticketed)))
        #expect(bench.saga.status == .pending)
        bench.expect(.cancel, .released)
        #expect(bench.saga.status == .failed)
        #expect(bench.decision == .settled)
    }

    @Test func anOrderThatIsNotTakenBackAndStillHeldIsReleasedAgain() {
        var bench = Bench()
        bench.hold()
        bench.saga.turnBack("late", at: bench.now)
        bench.expect(.release, .failed(.refused))
        bench.expect(.status, .unknown(.lost))
        bench.expectWait()
        bench.expect(.status, .order(Sample.order(.held)))
        bench.expect(.release, number: 2, .released)
        #expect(bench.decision == .settled)
    }

    @Test func ourOwnLimitDoesNotEndAHoldAtTheProvider() {
        var bench = Bench()
        bench.reprice()
        var order = Sample.order(.held)
        order.ticketBy = bench.now.advanced(by: .seconds(86_400))
        bench.expect(.hold, .order(order))
        bench.saga.turnBack("late", at: bench.now)
        bench.pass(.seconds(1000))
        bench.expect(.release, .unknown(.lost))
        bench.expectWait()
        bench.pass(.seconds(86_400))
        bench.expect(.release, .unknown(.lost))
        #expect(bench.decision == .settled)
    }

    @Test func aLostHoldIsLookedForTwiceThroughTheQuarantine() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.saga.exhaust(at: bench.now)
        #expect(bench.saga.status == .failed)
        let ended = bench.now
        bench.expect(.find, .found([]))
        bench.expectWait()
        bench.expect(.find, .found([]))
        bench.expectWait()
        #expect(ended.duration(to: bench.now) == .seconds(10))
        bench.expect(.find, .found([]))
        #expect(bench.decision == .settled)
        #expect(!bench.saga.needsAttention)
    }

    @Test func aLostHoldThatCantBeLookedForIsReported() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.saga.exhaust(at: bench.now)
        bench.expect(.find, .failed(StepFailure(.notSupported, "no look-up")))
        #expect(bench.decision == .settled)
        #expect(bench.saga.needsAttention)
    }

    @Test func theTicketOfAnotherAttemptIsNotTakenForALostHold() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.open(Sample.offer("two"))
        bench.authorize()
        var ticketed = Sample.order(.ticketed, id: "ord_1")
        ticketed.reference = nil
        bench.expect(.confirm, .order(ticketed))
        bench.expect(.capture, .payment(Sample.payment(.captured)))
        bench.expect(.find, of: 0, .found([ticketed]))
        #expect(bench.saga.attempts[0].hold == .unknown)
        #expect(bench.saga.attempts[0].order == nil)
        bench.expectWait()
        var lost = Sample.order(.held, id: "ord_7")
        lost.reference = nil
        bench.expect(.find, of: 0, .found([ticketed, lost]))
        bench.expect(.release, of: 0, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
    }

    @Test func aLostHoldThatIsFoundTicketedIsCancelled() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.saga.exhaust(at: bench.now)
        bench.expect(.find, .found([Sample.order(.ticketed)]))
        #expect(bench.saga.status == .pending)
        bench.expect(.cancel, .released)
        #expect(bench.saga.status == .failed)
        #expect(bench.saga.needsAttention)
    }

    /// Every point at which the deadline may pass, and what is left to do then.
    @Test func theDeadlineTurnsToUndoingAtEveryPoint() {
        let points: [(String, (inout Bench) -> Void, [Step])] = [
            ("opened", { _ in }, []), ("repriced", { $0.reprice() }, []), ("held", { $0.hold() }, [.release]),
            ("authorized", { $0.authorize() }, [.void, .release]),
            ("lost", { $0.loseTicket() }, [.status]),
            (
                "ticketed",
                { bench in
                    bench.authorize()
                    bench.expect(.confirm, .order(Sample.order(.ticketed)))
                }, [.capture]
            ),
        ]
        for (name, prepare, left) in points {
            var bench = Bench()
            prepare(&bench)
            bench.saga.turnBack("late", at: bench.now)
            #expect(bench.saga.direction == .undoing)
            var performed: [Step] = []
            while case .perform(let command) = bench.decision, performed.count < 3 {
                performed.append(command.step)
                #expect(!command.step.isForward, "\(name)")
                bench.saga.begin(command, at: bench.now)
                let result: StepResult =
                    switch command.step {
                    case .void: .payment(Sample.payment(.voided))
                    case .capture: .payment(Sample.payment(.captured))
                    case .status: .unknown(.lost)
                    default: .released
                    }
                bench.saga.finish(command, with: result, at: bench.now)
            }
            #expect(performed == left, "\(name)")
            if name != "lost" { #expect(bench.decision == .settled, "\(name)") }
            if name != "lost" { #expect(bench.saga.terms.paymentToken.isEmpty, "\(name)") }
        }
    }

    @Test func theTokenIsForgottenWhenTheDeadlinePassesBetweenCandidates() {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .failed(.refused))
        bench.open(Sample.offer("two"))
        bench.saga.turnBack("late", at: bench.now)
        #expect(bench.decision == .settled)
        #expect(bench.saga.terms.paymentToken.isEmpty)
    }

    @Test func aTicketInDoubtKeepsTheTokenForTheNextCandidate() {
        var bench = Bench()
        bench.loseTicket()
        #expect(!bench.saga.terms.paymentToken.isEmpty)
    }

    @Test func whatIsTakenOverIsAskedAboutAndNotRepeated() {
        var bench = Bench(holdable: false)
        bench.authorize()
        bench.saga.begin(Command(attempt: 0, step: .order, number: 1), at: bench.now)
        let callOverBy = bench.now.advanced(by: .seconds(25))
        bench.saga.takeOver(at: bench.now) { _ in .seconds(25) }
        #expect(bench.saga.direction == .undoing)
        bench.expect(.find, .found([]))
        bench.expectWait()
        bench.expect(.find, .found([]))
        bench.expectWait()
        #expect(callOverBy.duration(to: bench.now) == .seconds(10))
        bench.expect(.find, .found([]))
        bench.expectUndoing(release: false)
        #expect(bench.saga.status == .failed)
    }

    /// Each owner has a civil clock of its own, and any of them may be wrong.
    @Test(arguments: [-3600, -40, 40, 3600])
    func whenACallWasOverIsNotTakenFromAnothersClock(skew: Int) {
        var bench = Bench(holdable: false)
        bench.authorize()
        bench.saga.begin(Command(attempt: 0, step: .order, number: 1), at: bench.now)
        bench.saga.takeOver(at: bench.now) { _ in .seconds(23) }
        bench.pass(.seconds(skew + 1))
        bench.saga.takeOver(at: bench.now) { _ in .seconds(22) }
        let start = bench.now
        bench.expect(.find, .found([]))
        while case .wait = bench.decision {
            bench.expectWait()
            if case .perform(let command) = bench.decision, command.step == .find { bench.expect(.find, .found([])) }
        }
        #expect(start.duration(to: bench.now) == .seconds(32))
        bench.expectUndoing(release: false)
        #expect(bench.saga.status == .failed)
    }

    @Test func whatIsTakenOverBeforeAnythingWasSentIsOnlyUndone() {
        var bench = Bench()
        bench.hold()
        bench.saga.takeOver(at: bench.now) { _ in .zero }
        bench.expect(.release, .released)
        #expect(bench.decision == .settled)
    }
}
