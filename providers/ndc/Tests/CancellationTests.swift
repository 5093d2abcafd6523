import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import NDCProvider

struct CancellationTests {
    private func release(_ replies: FakeTransport.Reply...) async throws -> (ProviderError?, Bench) {
        let bench = Bench(replies[0], replies.count > 1 ? replies[1] : .answer(599), replies.last ?? .answer(599))
        let order = try Bench.order()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.release(order, context: bench.context)
        }
        return (error, bench)
    }

    @Test
    func aReleaseLooksFirstAndExpectsNoRefund() async throws {
        let (error, bench) = try await release(
            .answer(200, body: Fixture.order()), .answer(200, body: Fixture.cancelled()))
        #expect(error == nil)
        #expect(bench.messages == ["OrderRetrieveRQ", "OrderCancelRQ"])
        #expect(bench.transport.requests[1].effect == .once && bench.transport.requests[1].operation == .release)
        #expect(
            bench.bodies[1].contains(
                """
                <Request><ExpectedRefundAmount CurCode="GBP">0.00</ExpectedRefundAmount><Order><OrderID>ORD1</OrderID>\
                <OwnerCode>BA</OwnerCode></Order></Request>
                """))
    }

    @Test
    func aTicketIsNeverReleased() async throws {
        let (error, bench) = try await release(.answer(200, body: Fixture.order(tickets: Fixture.ticket)))
        #expect(error?.code == .notCancellable && error?.outcome == .notApplied)
        #expect(bench.messages == ["OrderRetrieveRQ"])
    }

    @Test
    func whatIsGoneHasBeenReleased() async throws {
        let gone = Fixture.order(status: "CLOSED")
        let (before, bench) = try await release(.answer(200, body: gone))
        #expect(before == nil && bench.messages == ["OrderRetrieveRQ"])
        let (meanwhile, _) = try await release(
            .answer(200, body: Fixture.order()), .answer(200, body: Fixture.error("ORDER_CANCELLED")),
            .answer(200, body: gone))
        #expect(meanwhile == nil)
        let (refused, _) = try await release(
            .answer(200, body: Fixture.order()), .answer(200, body: Fixture.error("REFUND_CHANGED")),
            .answer(200, body: Fixture.order()))
        #expect(refused?.code == .quoteExpired)
        let (paid, _) = try await release(
            .answer(200, body: Fixture.order()), .answer(200, body: Fixture.error("REFUND_CHANGED")),
            .answer(200, body: Fixture.order(services: "T")))
        #expect(paid?.code == .notCancellable)
    }

    /// An earlier call may have ended it: that it can't be looked at is no word that nothing was done.
    @Test(arguments: [
        FakeTransport.Reply.fail(TransportError(.couldNotConnect, maybeSent: false)), .answer(429), .answer(503),
        .answer(200, body: "<a/>"), .answer(401),
    ])
    func aRefusalThatCannotBeLookedIntoIsUnknown(_ look: FakeTransport.Reply) async throws {
        let gone = FakeTransport.Reply.answer(200, body: Fixture.error("ORDER_CANCELLED"))
        let (releasing, _) = try await release(.answer(200, body: Fixture.order()), gone, look)
        #expect(releasing?.code == .notCancellable && releasing?.outcome == .unknown)
        let bench = Bench(gone, look)
        let quote = CancellationQuote(
            id: "RS1", refund: try Bench.pounds(250_00), penalty: try Bench.pounds(71_50), expiresAt: nil)
        let order = try Bench.order(.ticketed)
        let cancelling = await Bench.error { () throws(ProviderError) in
            try await bench.provider.cancel(order, as: quote, context: bench.context)
        }
        #expect(cancelling?.code == .notCancellable && cancelling?.outcome == .unknown)
    }

    @Test
    func aRefusalOfWhatIsNotThereIsDefinite() async throws {
        let (error, _) = try await release(
            .answer(200, body: Fixture.order()), .answer(200, body: Fixture.error("ORDER_CANCELLED")),
            .answer(200, body: Fixture.error("129")))
        #expect(error?.code == .orderNotFound && error?.outcome == .notApplied)
    }

    @Test
    func aQuoteIsThePenaltyForDeletingAllItems() async throws {
        let bench = Bench(.answer(200, body: Fixture.reshop()))
        let quote = try await bench.provider.quoteCancellation(of: try Bench.order(.ticketed), context: bench.context)
        #expect(try quote.id == "RS1" && quote.refund == Bench.pounds(250_00))
        #expect(try quote.penalty == Bench.pounds(71_50))
        #expect(
            bench.bodies[0].contains(
                """
                <Request><OrderRefID>ORD1</OrderRefID><UpdateOrder><ReshopOrder><ServiceOrder><DeleteOrderItem>\
                <OrderItemRefID>ORD1-1</OrderItemRefID></DeleteOrderItem></ServiceOrder></ReshopOrder></UpdateOrder>\
                </Request>
                """))
    }

    @Test(arguments: [
        ("<TotalAmount>0</TotalAmount>", 321_50, 0), (#"<TotalAmount CurCode="GBP">400</TotalAmount>"#, 0, 321_50),
    ])
    func aFeeMayComeWithoutCurrencyAndIsNeverMoreThanThePrice(_ fee: String, _ refund: Int64, _ kept: Int64)
        async throws
    {
        let bench = Bench(.answer(200, body: Fixture.reshop(fee: fee)))
        let quote = try await bench.provider.quoteCancellation(of: try Bench.order(.ticketed), context: bench.context)
        #expect(quote.refund.minorUnits == refund && quote.penalty.minorUnits == kept)
    }

    @Test
    func aCancellationExpectsTheQuotedRefund() async throws {
        let bench = Bench(.answer(200, body: Fixture.cancelled()))
        let quote = CancellationQuote(
            id: "RS1", refund: try Bench.pounds(250_00), penalty: try Bench.pounds(71_50), expiresAt: nil)
        let done = try await bench.provider.cancel(try Bench.order(.ticketed), as: quote, context: bench.context)
        #expect(done == quote)
        #expect(bench.bodies[0].contains(#"<ExpectedRefundAmount CurCode="GBP">250.00</ExpectedRefundAmount>"#))
        #expect(bench.transport.requests[0].effect == .once)
        #expect(bench.transport.requests[0].notAfter == bench.context.notAfter)
    }

    @Test
    func cancellingTwiceIsSuccessAndARefusedOneIsNot() async throws {
        let quote = CancellationQuote(
            id: "RS1", refund: try Bench.pounds(250_00), penalty: try Bench.pounds(71_50), expiresAt: nil)
        let order = try Bench.order(.ticketed)
        let twice = Bench(
            .answer(200, body: Fixture.error("ORDER_CANCELLED")), .answer(200, body: Fixture.order(status: "CLOSED")))
        #expect(try await twice.provider.cancel(order, as: quote, context: twice.context) == quote)
        let stale = Bench(
            .answer(200, body: Fixture.error("REFUND_CHANGED")),
            .answer(200, body: Fixture.order(tickets: Fixture.ticket)))
        let error = await Bench.error { () throws(ProviderError) in
            try await stale.provider.cancel(order, as: quote, context: stale.context)
        }
        #expect(error?.code == .quoteExpired && error?.outcome == .notApplied)
    }
}
