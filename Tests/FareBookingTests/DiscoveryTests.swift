import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// What a look at others' books changes in a booking at rest.
struct DiscoveryTests {
    /// Failed, with a hold that was looked for in vain.
    private static func failed() -> Bench {
        var bench = Bench()
        bench.reprice()
        bench.expect(.hold, .unknown(.lost))
        bench.saga.turnBack("late", at: bench.now)
        while case .perform(let command) = bench.decision, command.step == .find {
            bench.expect(.find, .found([]))
            if case .wait = bench.decision { bench.expectWait() }
        }
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
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

    private static func cancelled() -> Bench {
        var bench = ticketed()
        bench.saga.keep(Sample.quote(), as: CancellationID("cxl_1"), at: bench.now)
        let confirmed = bench.saga.confirmCancellation(CancellationID("cxl_1"), at: bench.now)
        #expect(confirmed)
        bench.expect(.cancel, .released)
        bench.expect(.refund, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.decision == .settled)
        return bench
    }

    @Test func aHoldThatAppearsLateIsReleasedAndTheBookingStaysFailed() {
        var bench = Self.failed()
        #expect(bench.attempt.vanishedAt != nil)
        let found = bench.saga.discover(Sample.order(.held), attempt: 1, at: bench.now)
        #expect(found == .repair(.orphanHold))
        #expect(bench.saga.status == .failed)
        bench.expect(.release, .released)
        #expect(bench.decision == .settled)
        bench.expectDiscovery(nil) { $0.discover(Sample.order(.cancelled), attempt: 1, at: $1) }
    }

    @Test func aTicketThatAppearsLateIsCancelled() {
        var bench = Self.failed()
        let found = bench.saga.discover(Sample.order(.ticketed), attempt: 1, at: bench.now)
        #expect(found == .repair(.strayTicket))
        bench.expect(.cancel, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .failed)
    }

    @Test func aSecondOrderIsUndoneAndTheTicketStays() {
        var bench = Self.ticketed()
        let second = Sample.order(.held, id: "ord_2")
        bench.expectDiscovery(.repair(.orphanHold)) { $0.discover(second, attempt: 1, at: $1) }
        bench.expect(.release, of: 1, .released)
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
        bench.expectDiscovery(nil) { $0.discover(second, attempt: 1, at: $1) }
    }

    @Test func anAuthorizationThatNobodyWantsIsVoided() {
        var bench = Self.failed()
        let found = bench.saga.discover(Sample.payment(.authorized), attempt: 1, at: bench.now)
        #expect(found == .repair(.orphanAuthorization))
        #expect(bench.saga.status == .failed)
        bench.expect(.void, .payment(Sample.payment(.voided)))
        #expect(bench.decision == .settled)
    }

    @Test func whatIsAsItShouldBeIsNoDiscovery() {
        var bench = Self.ticketed()
        bench.expectDiscovery(nil) { $0.discover(Sample.order(.ticketed), attempt: 1, at: $1) }
        bench.expectDiscovery(nil) { $0.discover(Sample.payment(.captured), attempt: 1, at: $1) }
        #expect(bench.decision == .settled)
    }

    @Test func aTerminalBookingIsNeverUndoneForWhatItLost() {
        var bench = Self.ticketed()
        bench.expectDiscovery(.report(.ticketGone)) { $0.discover(Sample.order(.cancelled), attempt: 1, at: $1) }
        bench.expectDiscovery(.report(.ticketWithoutMoney)) {
            $0.discover(Sample.payment(.refunded), attempt: 1, at: $1)
        }
        bench.expectDiscovery(.report(.amountDiffers)) {
            $0.discover(Sample.payment(.captured, 9_000), attempt: 1, at: $1)
        }
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
    }

    @Test func aRefundThatFailedAfterwardsIsAskedForAnew() {
        var bench = Self.cancelled()
        let found = bench.saga.discover(Sample.payment(.captured), attempt: 1, at: bench.now)
        #expect(found == .repair(.refundFailed))
        #expect(bench.saga.status == .cancelling)
        #expect(bench.saga.needsAttention)
        bench.look(at: Sample.payment(.captured))
        bench.expect(.refund, number: 2, .refund(Sample.refund(.succeeded, 7_500)))
        #expect(bench.saga.status == .cancelled)
    }

    @Test func aRefundThatComesBackEveryTimeIsNotSentEveryFewSeconds() {
        var bench = Self.cancelled()
        var waited = Duration.zero
        for number in 2...20 {
            let found = bench.saga.discover(Sample.payment(.captured), attempt: 1, at: bench.now)
            #expect(found == .repair(.refundFailed))
            // Whoever mends it takes it over.
            bench.saga.takeOver(at: bench.now) { _ in .zero }
            let start = bench.now
            bench.look(at: Sample.payment(.captured))
            waited = start.duration(to: bench.now)
            bench.expect(.refund, number: number, .refund(Sample.refund(.succeeded, 7_500)))
        }
        #expect(waited >= .seconds(600) && waited < .seconds(620))
    }

    @Test func aBookingThatFailedStaysFailedWhenItsRefundComesBack() {
        var bench = Bench()
        bench.authorize()
        bench.expect(.confirm, .failed(StepFailure(.soldOut, "sold out")))
        bench.saga.exhaust(at: bench.now)
        bench.expect(.void, .payment(Sample.payment(.captured)))
        bench.expect(.refund, .refund(Sample.refund(.succeeded)))
        bench.expect(.release, .released)
        #expect(bench.saga.status == .failed)
        let found = bench.saga.discover(Sample.payment(.captured), attempt: 1, at: bench.now)
        #expect(found == .repair(.refundFailed))
        #expect(bench.saga.status == .failed)
    }
}

extension Bench {
    fileprivate mutating func expectDiscovery(
        _ expected: Discovery?, _ location: SourceLocation = #_sourceLocation,
        _ discover: (inout Saga, Timestamp) -> Discovery?
    ) {
        let found = discover(&saga, now)
        #expect(found == expected, sourceLocation: location)
    }
}
