import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import FareBooking

/// What answers and errors mean in the saga's words.
struct StepCallerTests {
    private func call(
        _ bench: Bench, _ step: Step, _ world: EngineBench, late: Bool = false, number: Int = 1
    ) async -> StepResult {
        let caller = StepCaller(
            providers: [world.alpha.id: world.alpha], rules: [:], gateway: world.gateway,
            gatewayLongestCall: .seconds(10), clock: world.clock, claims: OrderClaims(store: world.store))
        world.alpha.offer(bench.attempt.offer)
        return await caller.perform(
            Command(attempt: bench.saga.attempts.count - 1, step: step, number: number), of: bench.saga, version: 1,
            deadline: world.clock.now.advanced(by: .seconds(late ? -1 : 30)),
            sentBy: world.clock.now.advanced(by: .seconds(8)), isCheapest: { _ in true })
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

    /// Its cancellation was heard, and its provider forgets what has ended.
    @Test func aTicketThatCannotBePaidForAndIsForgottenIsCancelled() async {
        let world = EngineBench()
        var bench = Bench()
        bench.reprice()
        guard case .order(let held) = await call(bench, .hold, world) else {
            Issue.record("not held")
            return
        }
        bench.expect(.hold, .order(held))
        bench.expect(.authorize, .payment(Sample.payment(.authorized)))
        guard case .order(let order) = await call(bench, .confirm, world) else {
            Issue.record("not ticketed")
            return
        }
        bench.expect(.confirm, .order(order))
        bench.expect(.capture, .payment(Sample.payment(.voided)))
        world.alpha.script(.status, .refuse(.orderNotFound))
        guard case .released = await call(bench, .cancel, world) else {
            Issue.record("not cancelled")
            return
        }
        world.alpha.script(.status, .refuse(.unavailable))
        guard case .failed(let failure) = await call(bench, .cancel, world) else {
            Issue.record("cancelled without a look")
            return
        }
        #expect(failure.reason == .notSent)
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
        bench.expect(.lookup, await call(bench, .lookup, world))
        #expect(bench.attempt.money == .authorized)
    }

    @Test func aLostAuthorizationIsLookedUpByItsReference() async {
        let world = EngineBench()
        world.gateway.script(.authorize, .loseAfter, .loseBefore, .loseBefore)
        var bench = Bench()
        bench.hold()
        for _ in 0..<3 {
            if case .wait = bench.decision { bench.expectWait() }
            bench.expect(.authorize, await call(bench, .authorize, world))
        }
        bench.expect(.lookup, await call(bench, .lookup, world))
        #expect(bench.attempt.money == .authorized)
        #expect(world.gateway.payments.count == 1)
    }

    @Test func aFailureThatIsStoredUnderTheKeyIsGotPastWithANewOne() async {
        let world = EngineBench()
        world.gateway.script(.authorize, .storeFailure)
        var bench = Bench()
        bench.hold()
        while bench.attempt.money != .authorized, world.gateway.calls.count < 20 {
            guard case .perform(let command) = bench.decision else {
                world.clock.advance(by: .seconds(1))
                bench.expectWait()
                continue
            }
            bench.saga.begin(command, at: bench.now)
            let result = await call(bench, command.step, world, number: command.number)
            bench.saga.finish(command, with: result, at: bench.now)
        }
        #expect(bench.attempt.money == .authorized)
        let keys = world.gateway.calls.filter { $0.operation == .authorize }.compactMap(\.key)
        #expect(keys == ["bkg_1/1/authorize/1", "bkg_1/1/authorize/1", "bkg_1/1/authorize/2"])
        #expect(world.gateway.payments.count == 1)
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
            providers: [:], rules: [:], gateway: EngineBench().gateway, gatewayLongestCall: .seconds(10),
            clock: ManualClock(), claims: OrderClaims(store: InMemoryBookingStore()))
        let result = await caller.perform(
            Command(attempt: 0, step: .reprice, number: 1), of: Bench().saga, version: 1, deadline: .distantFuture,
            sentBy: .distantFuture, isCheapest: { _ in true })
        guard case .failed(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(failure.reason == .notSupported)
    }
}
