import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

struct RefundTests {
    private let list = "GET /v1/refunds?limit=100&payment_intent=pi_1"

    @Test
    func aRefundNamesItsPaymentItsAmountAndOurReference() async throws {
        let bench = Bench(.answer(200, body: Fixture.refund("pending")))
        let refund = try await bench.refund()
        #expect(
            bench.requests == [
                "POST /v1/refunds payment_intent=pi_1&amount=10000&metadata%5Bfaremux_reference%5D=bkg_1%2F1"
            ])
        #expect(
            refund
                == Refund(
                    id: "re_1", payment: "pi_1", reference: "bkg_1/1", state: .pending, amount: .pounds(10_000)))
        #expect(bench.transport.requests.map(\.effect) == [.idempotent(key: "k4")])
        #expect(bench.transport.requests.map(\.operation) == [.refund])
        #expect(bench.transport.requests.map(\.lane) == [.aftercare])
    }

    @Test(
        arguments: [
            ("pending", Refund.State.pending), ("requires_action", .pending), ("succeeded", .succeeded),
            ("failed", .failed), ("canceled", .failed),
        ])
    func aStatusIsAState(_ status: String, _ state: Refund.State) async throws {
        let body = Fixture.refund(status, reason: "expired_or_canceled_card")
        let bench = Bench(.answer(200, body: body), .answer(200, body: body))
        for refund in [try await bench.refund(), try await bench.refundStatus()] {
            #expect(refund.state == state)
            #expect(refund.failure == (state == .failed ? "expired_or_canceled_card" : nil))
        }
        #expect(bench.requests.last == "GET /v1/refunds/re_1")
        #expect(bench.transport.requests.last?.effect == .read)
    }

    @Test(
        arguments: [
            "", "{}", Fixture.html, Fixture.refund("undone"),
            Fixture.refund().replacing("\"pi_1\"", with: "null"), Fixture.refund().replacing("10000", with: "1.5"),
            Fixture.refund().replacing("gbp", with: "xyz"), Fixture.refund().replacing("\"re_1\"", with: "1"),
        ])
    func aRefundThatCannotBeReadIsUnknown(_ body: String) async {
        let bench = Bench(.answer(200, body: body))
        let error = await Bench.error { () throws(PaymentError) in try await bench.refund() }
        #expect(error?.code == .unreadable)
        #expect(error?.outcome == .unknown)
    }

    @Test
    func aReasonIsAWordOfStripesOnly() async throws {
        let bench = Bench(.answer(200, body: Fixture.refund("failed", reason: "lost<b>4242")))
        #expect(try await bench.refundStatus().failure == "lost?b?4242")
    }

    @Test
    func theRefundsOfAPaymentAreReadToTheLast() async throws {
        let first = [Fixture.refund(id: "re_3"), Fixture.refund("failed", id: "re_2", reference: nil)]
        let bench = Bench(
            .answer(200, body: Fixture.page(first, more: true)), .answer(200, body: Fixture.page([Fixture.refund()])))
        let refunds = try await bench.refunds()
        #expect(refunds.map(\.id) == ["re_3", "re_2", "re_1"])
        #expect(refunds.map(\.reference) == ["bkg_1/1", nil, "bkg_1/1"])
        #expect(bench.requests == [list, list + "&starting_after=re_2"])
        #expect(bench.transport.requests.allSatisfy { $0.effect == .read && $0.operation == .status })
    }

    @Test
    func oneRefundThatCannotBeReadSpoilsTheList() async {
        let page = Fixture.page([Fixture.refund(), Fixture.refund("undone")])
        let bench = Bench(.answer(200, body: page))
        let error = await Bench.error { () throws(PaymentError) in try await bench.refunds() }
        #expect(error?.code == .unreadable)
    }

    @Test
    func aListWithoutAnEndIsRefused() async {
        let page = FakeTransport.Reply.answer(200, body: Fixture.page([Fixture.refund()], more: true))
        let bench = Bench(page, page, page, page, page, page, page, page, page, page, page)
        let error = await Bench.error { () throws(PaymentError) in try await bench.refunds() }
        #expect(error?.code == .rejected)
        #expect(bench.requests.count == 10)
    }

    @Test
    func aPageThatSaysThereIsMoreAndHasNothingIsUnreadable() async {
        let bench = Bench(.answer(200, body: Fixture.page([], more: true)))
        let error = await Bench.error { () throws(PaymentError) in try await bench.refunds() }
        #expect(error?.code == .unreadable)
    }
}
