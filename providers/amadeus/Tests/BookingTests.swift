import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import AmadeusProvider

@Suite("Amadeus: booking")
struct BookingTests {
    @Test func aHoldIsAnOrderThatCancelsItself() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let harness = AmadeusHarness(.answer(201, body: AmadeusFixture.order()))
        let order = try await harness.provider.hold(AmadeusHarness.request(offer), context: harness.context)

        let request = try #require(harness.calls.first)
        #expect(request.method == .post)
        #expect(request.url == "https://amadeus.test/v1/booking/flight-orders")
        #expect(request.operation == .hold)
        #expect(request.effect == .once && request.notAfter == harness.context.notAfter)
        #expect(request.header("X-HTTP-Method-Override") == nil)
        #expect(request.header("Content-Type") == "application/vnd.amadeus+json")
        let phones = #""phones":[{"deviceType":"MOBILE","countryCallingCode":"44","number":"2080160508"}]"#
        #expect(
            request.text
                == #"{"data":{"type":"flight-order","flightOffers":["# + AmadeusFixture.offer()
                + #"],"travelers":[{"id":"1","dateOfBirth":"1989-03-02","#
                + #""name":{"firstName":"ADA","lastName":"LOVELACE"},"#
                + #""gender":"FEMALE","contact":{"emailAddress":"ada@example.com",\#(phones)}}],"#
                + #""remarks":{"general":[{"subType":"GENERAL_MISCELLANEOUS","text":"bkg_1/1"}]},"#
                + #""ticketingAgreement":{"option":"DELAY_TO_CANCEL","delay":"2D"},"#
                + #""contacts":[{"addresseeName":{"firstName":"ADA","lastName":"LOVELACE"},"purpose":"STANDARD","#
                + #""emailAddress":"ada@example.com",\#(phones)}]}}"#)

        #expect(order.id == "eJzTd9f3NjIJdzUGAAp%2fAiY=")
        #expect(order.locator == "QVH2BX")
        #expect(order.state == .held)
        #expect(order.total.description == "320.00 GBP")
        // The reference as we know it, although the reservation system wrote it in capitals.
        #expect(order.reference == "bkg_1/1")
        #expect(order.passengerNames == ["LOVELACE/ADA"])
        #expect(order.createdAt == Timestamp(secondsSinceEpoch: 1_795_252_530))
        // 00:00 of the day, in London.
        #expect(order.ticketBy == Timestamp(secondsSinceEpoch: 1_795_564_800))
    }

    @Test(arguments: [(1, "2D"), (600, "2D"), (86_400, "2D"), (86_401, "3D"), (31_536_000, "365D")])
    func theDelayCoversTheHoldFromAnyTimeOfDay(seconds: Int, delay: String) async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let harness = AmadeusHarness(.answer(201, body: AmadeusFixture.order()))
        var request = AmadeusHarness.request(offer)
        request.holdFor = .seconds(seconds)
        _ = try await harness.provider.hold(request, context: harness.context)
        #expect(harness.calls.first?.text.contains(#""delay":"\#(delay)""#) == true)
    }

    @Test func aHoldEndsAtTheEarlierOfItsLimits() async throws {
        let offer = AmadeusFixture.offer(
            from: "JFK", to: "LHR", departs: "2026-12-10T18:00:00", arrives: "2026-12-11T06:00:00"
        )
        .replacing(#""id":"1","#, with: #""id":"1","lastTicketingDate":"2026-11-24","#)
        let order = try await held(AmadeusFixture.order(offer: offer))
        // 2026-11-24T23:59:59 in New York.
        #expect(order.ticketBy == Timestamp(secondsSinceEpoch: 1_795_582_799))
        #expect(order.priceGuaranteeExpiresAt == order.ticketBy)
        let stated = try await held(AmadeusFixture.order(offer: offer, dateTime: "2026-11-22T10:15:00.000"))
        #expect(stated.ticketBy == Timestamp(secondsSinceEpoch: 1_795_360_500))
    }

    @Test func theAgreementIsReadWithThreeGsToo() async throws {
        let order = try await held(AmadeusFixture.order(option: "CONFIRM", agreement: "ticketingAggreement"))
        #expect(order.state == .ticketed)
    }

    @Test func anInstantOrderIsAConfirmedOne() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let harness = AmadeusHarness(.answer(201, body: AmadeusFixture.order(option: "CONFIRM")))
        let order = try await harness.provider.order(AmadeusHarness.request(offer), context: harness.context)
        let request = try #require(harness.calls.first)
        #expect(request.operation == .confirm)
        #expect(request.effect == .once && request.notAfter == harness.context.notAfter)
        #expect(request.text.contains(#""ticketingAgreement":{"option":"CONFIRM"}"#))
        #expect(order.state == .ticketed)
        #expect(order.ticketBy == nil)
    }

    @Test func confirmingIsTheIssuanceOfTheOrder() async throws {
        let issued = AmadeusFixture.order(extra: #""tickets":[{"documentType":"ETICKET","documentStatus":"ISSUED"}]"#)
        let harness = AmadeusHarness(.answer(200, body: issued))
        let order = try await harness.provider.confirm(
            AmadeusHarness.heldOrder(payload: "kept"), context: harness.context)
        let request = try #require(harness.calls.first)
        #expect(request.method == .post)
        #expect(
            request.url == "https://amadeus.test/v1/booking/flight-orders/eJzTd9f3NjIJdzUGAAp%2fAiY=/issuance")
        #expect(request.operation == .confirm)
        #expect(request.effect == .once && request.notAfter == harness.context.notAfter)
        #expect(request.body == nil)
        #expect(order.state == .ticketed)
        #expect(order.payload == "kept")
    }

    @Test func ticketedAlreadyIsSuccess() async throws {
        let issued = AmadeusFixture.order(extra: #""tickets":[{"documentStatus":"ISSUED"}]"#)
        let refusal = AmadeusFixture.error("9112", title: "TICKETING - TKT", detail: "Order is ticketed already")
        let harness = AmadeusHarness(.answer(400, body: refusal), .answer(200, body: issued))
        let order = try await harness.provider.confirm(AmadeusHarness.heldOrder(), context: harness.context)
        #expect(order.state == .ticketed)
        #expect(harness.calls.map(\.operation) == [.confirm, .status])
    }

    @Test func ticketedAlreadyButNotReadableIsInDoubt() async throws {
        let refusal = AmadeusFixture.error("9112", title: "TICKETING - TKT", detail: "Order is ticketed already")
        let harness = AmadeusHarness(.answer(400, body: refusal), .answer(503))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.confirm(AmadeusHarness.heldOrder(), context: harness.context)
        }
        #expect(error?.outcome == .unknown)
    }

    @Test(arguments: [ProviderOperation.release, .cancel])
    func givingBackIsADelete(operation: ProviderOperation) async throws {
        let harness = AmadeusHarness(.answer(204))
        try await giveBack(harness, operation)
        let request = try #require(harness.calls.first)
        #expect(request.method == .delete)
        #expect(request.url == "https://amadeus.test/v1/booking/flight-orders/eJzTd9f3NjIJdzUGAAp%2fAiY=")
        #expect(request.operation == operation)
        #expect(request.effect == .once && request.notAfter == harness.context.notAfter)
    }

    @Test(arguments: [ProviderOperation.release, .cancel])
    func alreadyGoneIsGivenBack(operation: ProviderOperation) async throws {
        let harness = AmadeusHarness(
            .answer(404, body: AmadeusFixture.error("1797", status: "404", title: "NOT FOUND")))
        try await giveBack(harness, operation)
        #expect(harness.calls.map(\.method) == [.delete])
    }

    @Test func aPageInPlaceOfNothingLeavesItUnknown() async throws {
        let harness = AmadeusHarness(.answer(200, body: "<html>maintenance</html>"))
        let error = await #expect(throws: ProviderError.self) {
            try await harness.provider.release(AmadeusHarness.heldOrder(), context: harness.context)
        }
        #expect(error?.code == .unreadable && error?.outcome == .unknown)
    }

    private func giveBack(_ harness: AmadeusHarness, _ operation: ProviderOperation) async throws {
        let order = try AmadeusHarness.heldOrder(state: operation == .cancel ? .ticketed : .held)
        guard operation == .cancel else { return try await harness.provider.release(order, context: harness.context) }
        let quote = try await harness.provider.quoteCancellation(of: order, context: harness.context)
        #expect(try await harness.provider.cancel(order, as: quote, context: harness.context) == quote)
    }

    @Test func statusAsksForTheOrder() async throws {
        let harness = AmadeusHarness(.answer(200, body: AmadeusFixture.order()))
        let order = try await harness.provider.status(
            of: AmadeusHarness.heldOrder(payload: "kept"), context: harness.context)
        let request = try #require(harness.calls.first)
        #expect(request.method == .get)
        #expect(request.url == "https://amadeus.test/v1/booking/flight-orders/eJzTd9f3NjIJdzUGAAp%2fAiY=")
        #expect(request.operation == .status)
        #expect(request.effect == .read)
        #expect(request.body == nil)
        #expect(order.payload == "kept")
        #expect(order.reference == "bkg_1/1")
    }

    @Test(arguments: [
        ("ISSUED", ProviderOrder.State.ticketed), ("VOID", .cancelled), ("REFUNDED", .cancelled),
        ("EXCHANGED", .ticketed),
    ]) func ticketsTellTheState(status: String, state: ProviderOrder.State) async throws {
        let tickets = #""tickets":[{"documentType":"ETICKET","documentStatus":"\#(status)"}]"#
        #expect(try await held(AmadeusFixture.order(extra: tickets)).state == state)
    }

    @Test func ordersCanNotBeFound() async throws {
        let harness = AmadeusHarness()
        #expect(harness.provider.capabilities == ProviderCapabilities(findsOrders: false, cancelsTickets: true))
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let search = OrderSearch(
            reference: "bkg_1/1", passengers: [], itinerary: offer.itinerary,
            createdAfter: Timestamp(secondsSinceEpoch: 0))
        let error = await #expect(throws: ProviderError.self) {
            _ = try await harness.provider.find(search, context: harness.context)
        }
        #expect(error?.code == .notSupported)
        let unlisted = await #expect(throws: ProviderError.self) {
            let start = Timestamp(secondsSinceEpoch: 0)
            _ = try await harness.provider.orders(
                createdAfter: start, createdBefore: start, context: harness.context)
        }
        #expect(unlisted?.code == .notSupported && unlisted?.outcome == .notApplied)
        #expect(harness.transport.requests.isEmpty)
    }

    /// A held order is ticketed under its id; what is ticketed at once could leave a ticket that nobody can ask about.
    @Test func onlyWhatCanBeHeldCanBeSettled() {
        let capabilities = AmadeusHarness().provider.capabilities
        #expect(capabilities.settlesBooking(holdable: true))
        #expect(!capabilities.settlesBooking(holdable: false))
    }

    @Test(arguments: [
        (AmadeusFixture.rules, "280.00", "40.00"),
        (#""fareRules":{"rules":[{"category":"REFUND","notApplicable":true}]}"#, "0.00", "320.00"),
        (#""fareRules":{"rules":[{"category":"REFUND","maxPenaltyAmount":"999"}]}"#, "0.00", "320.00"),
        (#""fareRules":{"rules":[{"category":"REFUND","maxPenaltyAmount":"0"}]}"#, "320.00", "0.00"),
        ("", "0.00", "320.00"),
    ]) func theQuoteComesFromThePricedRules(rules: String, refund: String, penalty: String) async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer(extra: rules))
        let harness = AmadeusHarness(.answer(201, body: AmadeusFixture.order(option: "CONFIRM")))
        let order = try await harness.provider.order(AmadeusHarness.request(offer), context: harness.context)
        let quote = try await harness.provider.quoteCancellation(of: order, context: harness.context)
        #expect(quote.refund.amount == refund)
        #expect(quote.penalty.amount == penalty)
        // Known without a call.
        #expect(harness.calls.count == 1)
    }

    @Test func anUnpaidOrderCostsNothingToGiveBack() async throws {
        let harness = AmadeusHarness()
        let quote = try await harness.provider.quoteCancellation(
            of: AmadeusHarness.heldOrder(payload: #"{"penalty":"40.00","currency":"GBP"}"#), context: harness.context)
        #expect(quote.refund.minorUnits == 0)
        #expect(quote.penalty.minorUnits == 0)
    }

    private func held(_ answer: String) async throws -> ProviderOrder {
        let harness = AmadeusHarness(.answer(200, body: answer))
        return try await harness.provider.status(of: AmadeusHarness.heldOrder(), context: harness.context)
    }
}
