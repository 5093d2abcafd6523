import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import DuffelProvider

struct OrderTests {
    private static let adaBody =
        #"{"id":"pas_1","title":"ms","gender":"f","given_name":"Ada","family_name":"Lovelace","born_on":"1985-12-10","#
        + #""email":"ada@example.com","phone_number":"+442080160508"}"#

    private func request(_ offer: ProviderOffer, _ passengers: [Passenger] = [Bench.ada]) -> OrderRequest {
        OrderRequest(offer: offer, passengers: passengers, reference: "bkg_1/1", holdFor: .seconds(600))
    }

    @Test
    func holdsOnceAndNotLater() async throws {
        let bench = Bench(
            .answer(201, body: Fixture.data(Fixture.order(metadata: #"{"faremux_reference":"bkg_1/1"}"#))))
        let order = try await bench.provider.hold(request(try await Bench.offer()), context: bench.context)
        #expect(
            bench.requests == [
                #"POST /air/orders {"data":{"type":"hold","selected_offers":["off_1"],"passengers":["#
                    + OrderTests.adaBody + #"],"metadata":{"faremux_reference":"bkg_1/1"}}}"#
            ])
        let sent = try #require(bench.transport.requests.first)
        #expect(sent.effect == .once && sent.notAfter == bench.context.notAfter)
        #expect(sent.operation == .hold)
        #expect(order.id == "ord_1")
        #expect(order.locator == "RZ7PNX")
        #expect(order.state == .held)
        #expect(order.total.description == "321.50 GBP")
        #expect(order.reference == "bkg_1/1")
        #expect(order.passengerNames == ["LOVELACE/ADA"])
        #expect(order.ticketBy?.description == "2026-06-02T00:00:00Z")
        #expect(order.createdAt?.description == "2026-06-01T11:59:00.123Z")
    }

    @Test
    func ordersAtOnceOutOfTheBalance() async throws {
        let paid = Fixture.order(type: "instant", awaiting: false, limit: nil)
        let bench = Bench(.answer(201, body: Fixture.data(paid)))
        let order = try await bench.provider.order(
            request(try await Bench.offer(Fixture.offer(instant: true))), context: bench.context)
        #expect(order.state == .ticketed)
        let body = try #require(bench.requests.first)
        #expect(body.contains(#""type":"instant","selected_offers":["off_1"]"#))
        #expect(body.hasSuffix(#","payments":[{"type":"balance","amount":"321.50","currency":"GBP"}]}}"#))
        #expect(bench.transport.requests.first?.operation == .confirm)
        #expect(bench.transport.requests.first?.effect == .once)
        #expect(bench.transport.requests.first?.notAfter == bench.context.notAfter)
    }

    @Test
    func everyPassengerGetsTheSlotOfTypeAndAge() async throws {
        let slots = """
            [{"id":"pas_i","type":"infant_without_seat"},{"id":"pas_10","type":null,"age":10},\
            {"id":"pas_4","type":null,"age":4},{"id":"pas_a","type":"adult"}]
            """
        var four = Bench.ada, ten = Bench.ada, baby = Bench.ada
        (four.type, four.givenName) = (.child, "Four")
        four.bornOn = try #require(LocalDate(year: 2022, month: 12, day: 10))
        (ten.type, ten.givenName) = (.child, "Ten")
        ten.bornOn = try #require(LocalDate(year: 2015, month: 12, day: 11))
        (baby.type, baby.givenName, baby.adultIndex) = (.infant, "Baby", 0)
        let bench = Bench(.answer(201, body: Fixture.data(Fixture.order())))
        let offer = try await Bench.offer(Fixture.offer(passengers: slots))
        _ = try await bench.provider.hold(request(offer, [Bench.ada, four, ten, baby]), context: bench.context)
        let body = try #require(bench.requests.first)
        for (id, name) in [("pas_i", "Baby"), ("pas_10", "Ten"), ("pas_4", "Four"), ("pas_a", "Ada")] {
            #expect(body.contains(#"{"id":"\#(id)","title":"ms","gender":"f","given_name":"\#(name)""#))
        }
        #expect(body.contains(#""phone_number":"+442080160508","infant_passenger_id":"pas_i"}"#))
    }

    @Test
    func whatDuffelCannotTakeIsNotSent() async throws {
        let offer = try await Bench.offer()
        var unspecified = Bench.ada
        unspecified.gender = .unspecified
        for passengers in [[], [Bench.ada, Bench.ada], [unspecified]] {
            let bench = Bench()
            let error = await Bench.error { () throws(ProviderError) in
                try await bench.provider.hold(request(offer, passengers), context: bench.context)
            }
            #expect(error?.code == .rejected)
            #expect(error?.outcome == .notApplied)
            #expect(bench.requests.isEmpty)
        }
    }

    @Test
    func confirmingPaysAndThenReadsTheOrder() async throws {
        let paid = Fixture.order(awaiting: false, paidAt: #""2026-06-01T12:00:00Z""#)
        let bench = Bench(
            .answer(201, body: #"{"data":{"id":"pay_1","status":"succeeded"}}"#),
            .answer(200, body: Fixture.data(paid)))
        let order = try await bench.provider.confirm(try Bench.heldOrder(), context: bench.context)
        #expect(order.state == .ticketed)
        #expect(
            bench.requests == [
                #"POST /air/payments {"data":{"order_id":"ord_1","#
                    + #""payment":{"type":"balance","amount":"321.50","currency":"GBP"}}}"#,
                "GET /air/orders/ord_1",
            ])
        let sent = bench.transport.requests[0]
        #expect(sent.effect == .once && sent.notAfter == bench.context.notAfter)
        #expect(bench.transport.requests[0].operation == .confirm)
        #expect(bench.transport.requests[1].effect == .read)
    }

    @Test
    func anOrderThatIsPaidAlreadyIsTicketed() async throws {
        let bench = Bench(
            .answer(422, body: Fixture.problem("invalid_state_error", "already_paid")),
            .answer(200, body: Fixture.data(Fixture.order(awaiting: false, documents: "[{}]"))))
        #expect(try await bench.provider.confirm(try Bench.heldOrder(), context: bench.context).state == .ticketed)
    }

    @Test(
        arguments: [
            FakeTransport.Reply.answer(200, body: Fixture.data(Fixture.order())), .answer(404, body: Fixture.html),
            .answer(503), .fail(TransportError(.couldNotConnect, maybeSent: false)),
        ])
    func aPaymentWithoutATicketToShowIsUnknown(_ reply: FakeTransport.Reply) async throws {
        let bench = Bench(.answer(201, body: #"{"data":{"id":"pay_1"}}"#), reply)
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.confirm(order, context: bench.context)
        }
        #expect(error?.outcome == .unknown)
    }

    @Test
    func aFailedPaymentIsARefusal() async throws {
        let bench = Bench(.answer(201, body: #"{"data":{"id":"pay_1","status":"failed"}}"#))
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.confirm(order, context: bench.context)
        }
        #expect(error?.code == .rejected)
        #expect(error?.outcome == .notApplied)
    }

    /// Each as Duffel shows it; the clock stands at 2026-06-01T12:00:00Z.
    @Test(
        arguments: [
            (Fixture.order(), ProviderOrder.State.held),
            (Fixture.order(awaiting: false, paidAt: #""2026-06-01T12:00:00Z""#), .ticketed),
            (Fixture.order(awaiting: false, documents: "[{}]"), .ticketed),
            // A hold that lapsed awaits no payment either.
            (Fixture.order(awaiting: false), .cancelled),
            (Fixture.order(type: nil, awaiting: false, limit: "2026-06-01T11:00:00Z", paidAt: nil), .cancelled),
            // An airline without tickets.
            (Fixture.order(type: "instant", awaiting: false, limit: nil), .ticketed),
            (Fixture.order(type: nil, awaiting: false, limit: nil, paidAt: nil), .ticketed),
            (Fixture.order(documents: "[{}]", cancelledAt: #""2026-06-01T11:59:59Z""#), .cancelled),
        ])
    func stateIsWhatAllFieldsTogetherSay(_ order: String, _ state: ProviderOrder.State) async throws {
        let bench = Bench(.answer(200, body: Fixture.data(order)))
        #expect(try await bench.provider.status(of: try Bench.heldOrder(), context: bench.context).state == state)
    }

    @Test
    func aHoldThatIsNeitherPaidNorOverdueNorAwaitedIsUnreadable() async throws {
        let bench = Bench(.answer(200, body: Fixture.data(Fixture.order(awaiting: false, paidAt: nil))))
        let order = try Bench.heldOrder()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.status(of: order, context: bench.context)
        }
        #expect(error?.code == .unreadable)
    }
}
