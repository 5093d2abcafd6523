import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// Everything that was created in a span of time.
struct SpanTests {
    private let list =
        "GET /v1/payment_intents?limit=100&created%5Bgte%5D=1780315200&created%5Blte%5D=1780315260"
        + "&expand%5B%5D=data.latest_charge"

    @Test
    func paymentsAreListedWithTheirReferences() async throws {
        let first = [Fixture.intent("succeeded", received: 32_150, id: "pi_3")]
        let second = [
            Fixture.intent("canceled", id: "pi_2", created: 1_780_315_201),
            Fixture.intent("requires_capture").replacing("faremux_reference", with: "order"),
        ]
        let bench = Bench(
            .answer(200, body: Fixture.page(first, more: true)), .answer(200, body: Fixture.page(second)))
        let payments = try await bench.payments()
        #expect(payments.map(\.id) == ["pi_3", "pi_2", "pi_1"])
        #expect(payments.map(\.state) == [.captured, .voided, .authorized])
        #expect(payments.map(\.reference) == ["bkg_1/1", "bkg_1/1", nil])
        #expect(payments[1].createdAt == Timestamp(secondsSinceEpoch: 1_780_315_201))
        #expect(bench.requests == [list, list + "&starting_after=pi_3"])
        #expect(bench.transport.requests.allSatisfy { $0.effect == .read && $0.operation == .status })
    }

    @Test
    func refundsThatFailedAreListedByWhenTheyDid() async throws {
        let list = "GET /v1/events?limit=100&type=refund.failed&created%5Bgte%5D=1780315200&created%5Blte%5D=1780315260"
        let strange = Fixture.refund("failed", id: "re_2", reference: nil).replacing("\"pi_1\"", with: "null")
        let first = [Fixture.refund("failed", reason: "lost_or_stolen_card", id: "re_3"), strange]
        let bench = Bench(
            .answer(200, body: Fixture.page(first.map { Fixture.event($0) }, more: true)),
            .answer(200, body: Fixture.page([Fixture.event(Fixture.refund("failed"), id: "evt_2")])))
        let refunds = try await bench.failedRefunds()
        #expect(refunds.map(\.id) == ["re_3", "re_1"])
        #expect(refunds.map(\.state) == [.failed, .failed])
        #expect(refunds.map(\.failure) == ["lost_or_stolen_card", ""])
        #expect(refunds.map(\.reference) == ["bkg_1/1", "bkg_1/1"])
        #expect(bench.requests == [list, list + "&starting_after=evt_1"])
        #expect(bench.transport.requests.allSatisfy { $0.effect == .read && $0.operation == .status })
    }

    @Test(arguments: [Fixture.refund("undone"), "null"])
    func anEventThatCannotBeReadIsNoLess(_ object: String) async {
        let bench = Bench(.answer(200, body: Fixture.page([Fixture.event(object)])))
        let error = await Bench.error { () throws(PaymentError) in try await bench.failedRefunds() }
        #expect(error?.code == .unreadable)
    }

    @Test
    func somebodyElsesThatCannotBeReadIsLeftOutAndOneOfOursIsNot() async throws {
        let strange = Fixture.intent("succeeded", currency: "xyz", id: "pi_2")
        let foreign = strange.replacing("faremux_reference", with: "order")
        let bench = Bench(
            .answer(200, body: Fixture.page([foreign, Fixture.intent("canceled")])),
            .answer(200, body: Fixture.page([strange])))
        #expect(try await bench.payments().map(\.id) == ["pi_1"])
        let error = await Bench.error { () throws(PaymentError) in try await bench.payments() }
        #expect(error?.code == .unreadable)
    }

    @Test(arguments: [(Int64(-1), -1), (-1000, -1), (-1001, -2), (0, 0), (999, 0), (1000, 1)] as [(Int64, Int64)])
    func aBoundIsTheSecondThatItIsIn(_ milliseconds: Int64, _ second: Int64) async throws {
        let bench = Bench(.answer(200, body: Fixture.page([])))
        let instant = Timestamp(millisecondsSinceEpoch: milliseconds)
        _ = try await bench.gateway.payments(createdAfter: instant, createdBefore: instant, context: bench.context)
        #expect(bench.requests[0].contains("created%5Bgte%5D=\(second)&created%5Blte%5D=\(second)&"))
    }

    @Test(arguments: [Int64.min, -1, 253_402_300_800, .max])
    func aTimeThatCannotBeIsNone(_ created: Int64) async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("canceled", created: created)))
        #expect(try await bench.status().createdAt == nil)
    }
}
