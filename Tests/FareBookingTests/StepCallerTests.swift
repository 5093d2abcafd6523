import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import FareBooking

/// What answers and errors mean in the saga's words.
struct StepCallerTests {
    private func call(_ bench: Bench, _ step: Step, _ world: EngineBench, late: Bool = false) async -> StepResult {
        let caller = StepCaller(
            providers: [world.alpha.id: world.alpha], gateway: world.gateway, clock: world.clock,
            claims: OrderClaims(store: world.store))
        world.alpha.offer(bench.attempt.offer)
        return await caller.perform(
            Command(attempt: bench.saga.attempts.count - 1, step: step, number: 1), of: bench.saga,
            deadline: world.clock.now.advanced(by: .seconds(late ? -1 : 30)), isCheapest: { _ in true })
    }

    @Test(arguments: [
        (ProviderError.Code.soldOut, StepFailure.Reason.soldOut), (.fareChanged, .fareChanged),
        (.offerExpired, .expired), (.holdExpired, .expired), (.orderNotFound, .notFound),
        (.orderNotCreated, .refused), (.notCancellable, .wrongState), (.rejected, .refused),
        (.unauthorized, .notSent), (.rateLimited, .notSent), (.unavailable, .notSent), (.circuitOpen, .notSent),
        (.overloaded, .notSent), (.timedOut, .notSent), (.serverError, .unclear), (.connectionLost, .notSent),
        (.unreadable, .unclear), (.notSupported, .notSupported), (.cancelled, .notSent),
    ])
    func everyRefusalHasItsReason(_ code: ProviderError.Code, _ reason: StepFailure.Reason) async {
        let world = EngineBench()
        world.alpha.script(.hold, .refuse(code))
        var bench = Bench()
        bench.reprice()
        guard case .failed(let failure) = await call(bench, .hold, world) else {
            Issue.record("not failed")
            return
        }
        #expect(failure.reason == reason)
        guard case .unknown = StepResult(ProviderError(code, outcome: .unknown), isRead: false) else {
            Issue.record("\(code) in doubt is not unknown")
            return
        }
    }

    @Test func whatMayBeginIsNotSentAfterTheDeadlineAndWhatUndoesIs() async {
        let world = EngineBench()
        var bench = Bench()
        bench.reprice()
        guard case .failed = await call(bench, .hold, world, late: true) else {
            Issue.record("held after the deadline")
            return
        }
        guard case .order(let order) = await call(bench, .hold, world) else {
            Issue.record("not held")
            return
        }
        bench.expect(.hold, .order(order))
        guard case .released = await call(bench, .release, world, late: true) else {
            Issue.record("not released")
            return
        }
        #expect(world.alpha.calls.last.map { $0.context.notAfter > world.clock.now } == true)
    }

    @Test func aProcessingPaymentIsLookedAtAsItsKeyWouldAlwaysSayTheSame() async {
        let world = EngineBench()
        world.gateway.script(.authorize, .process(.seconds(5)))
        var bench = Bench()
        bench.hold()
        bench.expect(.authorize, await call(bench, .authorize, world))
        #expect(bench.attempt.money == .unknown)
        world.clock.advance(by: .seconds(5))
        bench.expectWait()
        bench.expect(.authorize, await call(bench, .authorize, world))
        #expect(bench.attempt.money == .authorized)
    }

    @Test func aLostAuthorizationIsLookedUpByItsReference() async {
        let world = EngineBench()
        world.gateway.script(.authorize, .loseAfter, .loseBefore)
        var bench = Bench()
        bench.hold()
        for _ in 0..<2 {
            bench.expect(.authorize, await call(bench, .authorize, world))
            bench.expectWait()
        }
        bench.expect(.authorize, await call(bench, .authorize, world))
        #expect(bench.attempt.money == .authorized)
        #expect(world.gateway.payments.count == 1)
    }

    @Test func aFailureThatIsStoredUnderTheKeyStaysInDoubtAndIsReported() async {
        let world = EngineBench()
        world.gateway.script(.authorize, .storeFailure)
        var bench = Bench()
        bench.hold()
        for _ in 0..<10 {
            bench.expect(.authorize, await call(bench, .authorize, world))
            #expect(bench.attempt.money == .unknown)
            bench.expectWait()
        }
        #expect(bench.saga.needsAttention)
        #expect(bench.saga.status == .pending)
    }

    @Test func aCancellationWhoseReplyWasLostIsSeenByAsking() async {
        let world = EngineBench()
        var bench = Bench(holdable: false)
        bench.authorize()
        bench.expect(.order, await call(bench, .order, world))
        bench.expect(.capture, .payment(Sample.payment(.voided)))
        world.alpha.script(.cancel, .loseAfter)
        bench.expect(.cancel, await call(bench, .cancel, world))
        #expect(bench.attempt.ticket == .ticketed)
        bench.expectWait()
        bench.expect(.cancel, await call(bench, .cancel, world))
        #expect(bench.decision == .settled)
        #expect(world.alpha.orders.map(\.state) == [.cancelled])
    }

    @Test func aProviderThatIsNotConfiguredAnyMoreIsNotCalled() async {
        let caller = StepCaller(
            providers: [:], gateway: EngineBench().gateway, clock: ManualClock(),
            claims: OrderClaims(store: InMemoryBookingStore()))
        let result = await caller.perform(
            Command(attempt: 0, step: .reprice, number: 1), of: Bench().saga, deadline: .distantFuture,
            isCheapest: { _ in true })
        guard case .failed(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(failure.reason == .notSupported)
    }
}
