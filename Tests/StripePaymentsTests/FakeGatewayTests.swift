import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

/// The fake that bookings are tested with does what Stripe does, and loses what it is told to lose.
struct FakeGatewayTests {
    private let clock = ManualClock()
    private let gateway: FakeGateway

    init() { gateway = FakeGateway(clock: clock) }

    private var context: CallContext {
        CallContext(deadline: clock.now.advanced(by: .seconds(8)), requestID: "req_1")
    }

    private func captured(_ token: String = "pm_card_visa") async throws -> Payment {
        let payment = try await gateway.authorize(
            .pounds(100), token: token, reference: "bkg_1", key: "a", context: context)
        return try await gateway.capture(payment.id, amount: .pounds(100), key: "c", context: context)
    }

    private func refund(_ payment: Payment, key: String = "r") async throws(PaymentError) -> Refund {
        try await gateway.refund(payment.id, amount: .pounds(40), reference: "bkg_1", key: key, context: context)
    }

    private func error(_ body: () async throws(PaymentError) -> some Any) async -> PaymentError? {
        await Bench.error(body)
    }

    @Test(arguments: GatewayContract.checks)
    func keepsTheContract(_ check: GatewayContract.Check) async throws {
        let clock = clock
        try await check.run(GatewayContract(gateway: gateway, clock: clock) { clock.advance(by: $0) })
    }

    @Test
    func whatIsNoMultipleOfACurrencysStepIsRefused() async throws {
        let coarse = FakeGateway(clock: clock, steps: ["GBP": 100])
        let pence = Money.pounds(150)
        let refused = await error { () throws(PaymentError) in
            try await coarse.authorize(pence, token: "pm_card_visa", reference: "bkg_1", key: "a", context: context)
        }
        #expect(refused?.code == .rejected && refused?.outcome == .notApplied)
        let rounded = pence.rounded(.down, toMultipleOf: coarse.step(of: pence.currency))
        let payment = try await coarse.authorize(
            rounded, token: "pm_card_visa", reference: "bkg_1", key: "b", context: context)
        #expect(payment.amount == .pounds(100))
    }

    @Test
    func aKeyIsForgottenWhenItsLifeIsOver() async throws {
        let payment = try await captured()
        let first = try await refund(payment)
        clock.advance(by: gateway.keyLife - .milliseconds(1))
        #expect(try await refund(payment).id == first.id)
        clock.advance(by: .milliseconds(1))
        #expect(try await refund(payment).id != first.id, "sent again past the key's life, it is done twice")
        #expect(gateway.payments[0].payment.refunded == .pounds(80))
        #expect(try await refund(payment).state == .succeeded, "the key lives anew from the second time on")
        #expect(gateway.payments[0].refunds.count == 2)
    }

    @Test
    func aStoredFailureStaysOneForAsLongAsItsKeyLives() async throws {
        let payment = try await captured()
        gateway.script(.refund, .storeFailure)
        for isStored in [false, true, true] {
            let error = await error { () throws(PaymentError) in try await refund(payment) }
            #expect(error?.code == .serverError)
            #expect(error?.outcome == .unknown)
            #expect(error?.isStored == isStored)
        }
        #expect(gateway.payments[0].refunds.isEmpty)
        #expect(try await refund(payment, key: "r/2").state == .succeeded)
    }

    @Test
    func aStoredFailureMayHaveBeenDone() async throws {
        let payment = try await captured()
        gateway.script(.refund, .storeFailureAfter)
        for _ in 0..<2 {
            #expect(await error { () throws(PaymentError) in try await refund(payment) }?.code == .serverError)
        }
        #expect(try await gateway.refunds(of: payment.id, context: context).map(\.amount) == [.pounds(40)])
    }

    @Test(
        arguments: [
            (FakeGateway.RefundCourse.succeeds, [Refund.State.succeeded, .succeeded]),
            (.fails, [.failed, .failed]), (.pendsThenSucceeds(.seconds(60)), [.pending, .succeeded]),
            (.pendsThenFails(.seconds(60)), [.pending, .failed]),
            (.succeedsThenFails(.seconds(60)), [.succeeded, .failed]),
        ])
    func aRefundGoesAsTold(_ course: FakeGateway.RefundCourse, _ states: [Refund.State]) async throws {
        let payment = try await captured()
        gateway.script(.refund, .refundGoes(course))
        let refund = try await refund(payment)
        #expect(refund.state == states[0])
        clock.advance(by: .milliseconds(59_999))
        #expect(try await gateway.status(ofRefund: refund.id, context: context).state == states[0])
        clock.advance(by: .milliseconds(1))
        #expect(try await gateway.status(ofRefund: refund.id, context: context).state == states[1])
        let left = gateway.payments[0].payment
        #expect(left.state == (states[1] == .failed ? .captured : .refunded))
        #expect(left.refunded == (states[1] == .failed ? .pounds(0) : .pounds(40)))
    }

    @Test
    func aLateRefundIsJudgedWhenItArrives() async throws {
        let payment = try await captured()
        gateway.script(.refund, .applyLate(.seconds(5)))
        #expect(await error { () throws(PaymentError) in try await refund(payment) }?.outcome == .unknown)
        #expect(try await gateway.refunds(of: payment.id, context: context).isEmpty)
        clock.advance(by: .seconds(5))
        let found = try await gateway.refunds(of: payment.id, context: context)
        #expect(found.count == 1)
        #expect(try await refund(payment) == found.first, "and its key has its answer")
    }

    @Test(arguments: [FakeGateway.Operation.refundStatus, .refunds, .list])
    func aLookCanBeRefusedAndLost(_ operation: FakeGateway.Operation) async throws {
        let payment = try await captured()
        let refund = try await refund(payment)
        gateway.script(operation, .refuse(.rateLimited), .loseBefore)
        for code in [PaymentError.Code.rateLimited, .connectionLost] {
            let error = await error { () throws(PaymentError) in
                switch operation {
                case .refundStatus: _ = try await gateway.status(ofRefund: refund.id, context: context)
                case .refunds: _ = try await gateway.refunds(of: payment.id, context: context)
                default:
                    let now = clock.timestamp
                    _ = try await gateway.payments(createdAfter: now, createdBefore: now, context: context)
                }
            }
            #expect(error?.code == code)
        }
    }
}
