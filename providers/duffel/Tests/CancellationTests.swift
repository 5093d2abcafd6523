import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import DuffelProvider

struct CancellationTests {
    private let quoted = FakeTransport.Reply.answer(201, body: Fixture.data(Fixture.cancellation()))
    private let unpaid = FakeTransport.Reply.answer(
        201, body: Fixture.data(Fixture.cancellation(refund: "null", to: "awaiting_payment")))
    private let done = FakeTransport.Reply.answer(
        200, body: Fixture.data(Fixture.cancellation(confirmedAt: #""2026-06-01T12:00:01Z""#)))
    private let gone = FakeTransport.Reply.answer(
        422, body: Fixture.problem("invalid_state_error", "already_cancelled"))

    @Test
    func releasingQuotesAndConfirms() async throws {
        let bench = Bench(unpaid, done)
        try await bench.provider.release(try Bench.heldOrder(), context: bench.context)
        #expect(
            bench.requests == [
                #"POST /air/order_cancellations {"data":{"order_id":"ord_1"}}"#,
                "POST /air/order_cancellations/ore_1/actions/confirm",
            ])
        #expect(bench.transport.requests.map(\.effect) == [.repeatable, .once])
        #expect(bench.transport.requests.allSatisfy { $0.operation == .release })
        #expect(bench.transport.requests.allSatisfy { $0.notAfter == bench.context.notAfter })
    }

    @Test
    func aHoldThatIsGoneIsReleased() async throws {
        let cancelled = Fixture.order(cancelledAt: #""2026-06-01T11:00:00Z""#)
        let bench = Bench(gone, .answer(200, body: Fixture.data(cancelled)))
        try await bench.provider.release(try Bench.heldOrder(), context: bench.context)
        #expect(bench.requests.last == "GET /air/orders/ord_1")
        let late = Bench(unpaid, gone, .answer(200, body: Fixture.data(cancelled)))
        try await late.provider.release(try Bench.heldOrder(), context: late.context)
        #expect(late.requests.last == "GET /air/orders/ord_1")
    }

    @Test
    func aTicketIsNeverReleased() async throws {
        let ticketed = FakeTransport.Reply.answer(
            200, body: Fixture.data(Fixture.order(awaiting: false, documents: "[{}]")))
        let bench = Bench(quoted, ticketed, ticketed)
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.release(order, context: bench.context)
        }
        #expect(error?.code == .notCancellable)
        #expect(error?.outcome == .notApplied)
        #expect(!bench.requests.contains { $0.hasSuffix("/actions/confirm") })
    }

    @Test
    func aReleaseNobodyConfirmedIsUnknown() async throws {
        let bench = Bench(unpaid, unpaid)
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.release(order, context: bench.context)
        }
        #expect(error?.outcome == .unknown)
    }

    @Test(
        arguments: [
            (Fixture.cancellation(), "250.00 GBP", "71.50 GBP"),
            (Fixture.cancellation(to: "airline_credits"), "0.00 GBP", "321.50 GBP"),
            (Fixture.cancellation(to: "voucher"), "0.00 GBP", "321.50 GBP"),
            (Fixture.cancellation(refund: "null", to: "awaiting_payment"), "0.00 GBP", "321.50 GBP"),
        ])
    func aQuoteIsTheMoneyThatComesBack(_ body: String, _ refund: String, _ penalty: String) async throws {
        let bench = Bench(.answer(201, body: Fixture.data(body)))
        let quote = try await bench.provider.quoteCancellation(of: try Bench.heldOrder(), context: bench.context)
        #expect(quote.id == "ore_1")
        #expect(quote.refund.description == refund)
        #expect(quote.penalty.description == penalty)
        #expect(quote.expiresAt?.description == "2026-06-01T13:00:00Z")
        #expect(bench.transport.requests.first?.operation == .cancel)
    }

    @Test
    func cancellingTakesTheQuote() async throws {
        let bench = Bench(quoted, done)
        let order = try Bench.heldOrder()
        let quote = try await bench.provider.quoteCancellation(of: order, context: bench.context)
        let end = try await bench.provider.cancel(order, as: quote, context: bench.context)
        #expect(end == quote)
        #expect(bench.requests.last == "POST /air/order_cancellations/ore_1/actions/confirm")
        #expect(bench.transport.requests.last?.effect == .once)
    }

    /// An earlier call may have ended it: that it can't be looked at is no word that nothing was done.
    @Test(arguments: [
        FakeTransport.Reply.fail(TransportError(.couldNotConnect, maybeSent: false)), .answer(429), .answer(503),
        .answer(200, body: "{}"), .answer(401),
    ])
    func aRefusalThatCannotBeLookedIntoIsUnknown(_ look: FakeTransport.Reply) async throws {
        let order = try Bench.heldOrder()
        let bench = Bench(quoted, gone, look)
        let quote = try await bench.provider.quoteCancellation(of: order, context: bench.context)
        let cancelling = await Bench.error { () throws(ProviderError) in
            try await bench.provider.cancel(order, as: quote, context: bench.context)
        }
        #expect(cancelling?.code == .notCancellable && cancelling?.outcome == .unknown)
        let late = Bench(unpaid, gone, look)
        let releasing = await Bench.error { () throws(ProviderError) in
            try await late.provider.release(order, context: late.context)
        }
        #expect(releasing?.code == .notCancellable && releasing?.outcome == .unknown)
    }

    @Test
    func aRefusalOfWhatIsNotThereIsDefinite() async throws {
        let missing = FakeTransport.Reply.answer(404, body: Fixture.problem("invalid_request_error", "not_found"))
        let bench = Bench(unpaid, gone, missing)
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.release(order, context: bench.context)
        }
        #expect(error?.code == .orderNotFound && error?.outcome == .notApplied)
    }

    @Test
    func cancelledAlreadyIsSuccessAtTheRefundThatWasGiven() async throws {
        let list =
            #"{"meta":{"after":null},"data":[\#(Fixture.cancellation(id: "ore_9")),"#
            + #"\#(Fixture.cancellation(id: "ore_2", refund: #""240.00""#, confirmedAt: #""2026-06-01T11:00:00Z""#))]}"#
        let bench = Bench(quoted, gone, .answer(200, body: list))
        let order = try Bench.heldOrder()
        let quote = try await bench.provider.quoteCancellation(of: order, context: bench.context)
        let end = try await bench.provider.cancel(order, as: quote, context: bench.context)
        #expect(end.id == "ore_2")
        #expect(end.refund.description == "240.00 GBP")
        #expect(bench.requests.last == "GET /air/order_cancellations?order_id=ord_1&limit=200")
    }

    /// The airline may have ended it: then nobody here knows what was given back.
    @Test
    func endedByOthersIsNeitherSuccessNorAnExpiredHold() async throws {
        let bench = Bench(gone, .answer(200, body: #"{"meta":{},"data":[]}"#))
        let order = try Bench.heldOrder()
        let zero = Money.zero(order.total.currency)
        let quote = CancellationQuote(id: "ore_1", refund: order.total, penalty: zero, expiresAt: nil)
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.cancel(order, as: quote, context: bench.context)
        }
        #expect(error?.code == .notCancellable && error?.outcome == .notApplied)
    }

    @Test
    func aQuoteWithoutItsIdIsNotReplacedByAnother() async throws {
        let bench = Bench()
        let order = try Bench.heldOrder()
        let quote = CancellationQuote(
            id: nil, refund: order.total, penalty: .zero(order.total.currency), expiresAt: nil)
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.cancel(order, as: quote, context: bench.context)
        }
        #expect(error?.code == .quoteExpired && bench.requests.isEmpty)
    }

    @Test
    func aStaleQuoteIsNotReplacedBehindTheCallersBack() async throws {
        let stale = FakeTransport.Reply.answer(
            422, body: Fixture.problem("invalid_state_error", "order_cancellation_stale"))
        let bench = Bench(quoted, stale, .answer(200, body: #"{"meta":{},"data":[\#(Fixture.cancellation())]}"#))
        let order = try Bench.heldOrder()
        let quote = try await bench.provider.quoteCancellation(of: order, context: bench.context)
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.cancel(order, as: quote, context: bench.context)
        }
        #expect(error?.code == .quoteExpired)
        #expect(error?.outcome == .notApplied)
    }
}
