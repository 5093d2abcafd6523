import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import NDCProvider

struct OrderTests {
    @Test
    func aHoldIsAnOrderWithoutAPayment() async throws {
        let bench = Bench(.answer(200, body: Fixture.order()))
        let order = try await bench.provider.hold(try await Bench.request(), context: bench.context)
        #expect(order.id == "ORD1" && order.locator == "RZ7PNX" && order.state == .held)
        #expect(try order.total == Bench.pounds(321_50))
        #expect(order.ticketBy?.description == "2026-06-03T00:00:00Z")
        #expect(order.createdAt?.description == "2026-06-01T12:00:05Z")
        #expect(order.passengerNames == ["LOVELACE/ADA"] && order.reference == nil)
        let request = try #require(bench.transport.requests.first)
        #expect(request.effect == .once && request.notAfter == bench.context.notAfter && request.operation == .hold)
        #expect(
            bench.bodies[0].hasSuffix(
                """
                <Request><CreateOrder><SelectedOffer><OfferRefID>OFF1</OfferRefID><OwnerCode>BA</OwnerCode>\
                <SelectedOfferItem><OfferItemRefID>ITEM1</OfferItemRefID><PaxRefID>P1</PaxRefID></SelectedOfferItem>\
                <ShoppingResponseRefID>SHOP1</ShoppingResponseRefID><TotalOfferPriceAmount CurCode="GBP">321.50\
                </TotalOfferPriceAmount></SelectedOffer></CreateOrder><DataLists><ContactInfoList><ContactInfo>\
                <ContactInfoID>CONTACT1</ContactInfoID><EmailAddress><EmailAddressText>ada@example.com\
                </EmailAddressText></EmailAddress><Phone><PhoneNumber>+442080160508</PhoneNumber></Phone></ContactInfo>\
                </ContactInfoList><PaxList><Pax><Birthdate>1985-12-10</Birthdate>\
                <ContactInfoRefID>CONTACT1</ContactInfoRefID><Individual><Birthdate>1985-12-10</Birthdate>\
                <GenderCode>F</GenderCode><GivenName>Ada</GivenName><IndividualID>INDIVIDUAL1</IndividualID>\
                <Surname>Lovelace</Surname><TitleName>MS</TitleName></Individual><PaxID>P1</PaxID><PTC>ADT</PTC></Pax>\
                </PaxList></DataLists></Request></IATA_OrderCreateRQ>
                """))
    }

    @Test
    func anInstantOrderIsPaidForAndMustHaveTickets() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.order(tickets: Fixture.ticket)), .answer(200, body: Fixture.order()))
        let order = try await bench.provider.order(try await Bench.request(), context: bench.context)
        #expect(order.state == .ticketed && order.ticketBy == nil)
        #expect(bench.transport.requests[0].operation == .confirm)
        let payment = """
            <PaymentFunctions><PaymentProcessingDetails><Amount CurCode="GBP">321.50</Amount><PaymentMethod><Cash/>\
            </PaymentMethod><TypeCode>CA</TypeCode></PaymentProcessingDetails></PaymentFunctions></Request>
            """
        #expect(bench.bodies[0].contains(payment))
        let request = try await Bench.request()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.order(request, context: bench.context)
        }
        #expect(error?.code == .unreadable && error?.outcome == .unknown)
    }

    @Test
    func passengersTakeTheSlotsOfTheirTypesAndInfantsNameTheirAdult() throws {
        let selection = OfferSelection(
            offerID: "O", ownerCode: nil, shoppingResponseID: nil, items: [],
            slots: [.init(id: "C", type: .child), .init(id: "A", type: .adult), .init(id: "I", type: .infant)])
        let party = [Bench.ada, Bench.passenger(.infant, "Byron", adult: 0), Bench.passenger(.child, "Anne")]
        #expect(selection.seating(of: party) == [2, 0, 1])
        #expect(selection.seating(of: [Bench.ada]) == nil)
        #expect(selection.seating(of: [Bench.ada, Bench.ada, Bench.ada]) == nil)
        #expect(try OfferSelection(payload: selection.payload).slots == selection.slots)
    }

    @Test
    func otherPassengersThanTheOffersAreRefusedUnsent() async throws {
        let bench = Bench()
        let request = try await Bench.request([Bench.passenger(.child, "Anne")])
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.hold(request, context: bench.context)
        }
        #expect(error?.code == .rejected && error?.outcome == .notApplied)
        #expect(bench.transport.requests.isEmpty)
    }

    @Test
    func confirmingPaysForTheOrdersItems() async throws {
        // An answer with nothing but tickets: what it leaves out is as it was.
        let answer = Fixture.message(
            "IATA_OrderViewRS", "<Response><Order><OrderID>ORD1</OrderID></Order>\(Fixture.ticket)</Response>")
        let bench = Bench(.answer(200, body: answer))
        let held = try Bench.order()
        let order = try await bench.provider.confirm(held, context: bench.context)
        #expect(order.state == .ticketed && order.total == held.total && order.locator == "RZ7PNX")
        #expect(order.payload == held.payload)
        let sent = bench.transport.requests[0]
        #expect(sent.effect == .once && sent.notAfter == bench.context.notAfter)
        #expect(
            bench.bodies[0].hasSuffix(
                """
                <Request><Order><OrderID>ORD1</OrderID><OwnerCode>BA</OwnerCode></Order><PaymentFunctions>\
                <PaymentProcessingDetails><Amount CurCode="GBP">321.50</Amount><OrderAssociation><OrderItemRefID>ORD1-1\
                </OrderItemRefID></OrderAssociation><PaymentMethod><Cash/></PaymentMethod><TypeCode>CA</TypeCode>\
                </PaymentProcessingDetails></PaymentFunctions></Request></IATA_OrderChangeRQ>
                """))
    }

    @Test
    func aRefusedConfirmOfATicketedOrderIsSuccess() async throws {
        let bench = Bench(
            .answer(200, body: Fixture.error("ORDER_TICKETED")),
            .answer(200, body: Fixture.order(tickets: Fixture.ticket)))
        let order = try await bench.provider.confirm(try Bench.order(), context: bench.context)
        #expect(order.state == .ticketed)
        #expect(bench.messages == ["OrderChangeRQ", "OrderRetrieveRQ"])
    }

    @Test
    func aRefusedConfirmIsDefiniteOnlyOnceTheOrderWasLookedAt() async throws {
        func confirm(_ replies: FakeTransport.Reply...) async throws -> ProviderError? {
            let bench = Bench(.answer(200, body: Fixture.error("490")), replies[0])
            let order = try Bench.order()
            return await Bench.error { () throws(ProviderError) in
                try await bench.provider.confirm(order, context: bench.context)
            }
        }
        let looked = try await confirm(.answer(200, body: Fixture.order()))
        #expect(looked?.code == .soldOut && looked?.outcome == .notApplied)
        let blind = try await confirm(.answer(503))
        #expect(blind?.code == .soldOut && blind?.outcome == .unknown)
    }

    @Test(arguments: [
        (Fixture.order(), ProviderOrder.State.held), (Fixture.order(services: "T"), .ticketed),
        (Fixture.order(tickets: Fixture.ticket), .ticketed), (Fixture.order(status: "CLOSED"), .cancelled),
        (Fixture.order(status: "CLOSED", tickets: Fixture.ticket), .ticketed),
        (
            Fixture.order(tickets: Fixture.ticket.replacing("<CouponStatusCode>I<", with: "<CouponStatusCode>V<")),
            .cancelled
        ),
    ])
    func liveTicketsDecideOverTheStatus(_ body: String, _ state: ProviderOrder.State) async throws {
        let bench = Bench(.answer(200, body: body))
        #expect(try await bench.provider.status(of: try Bench.order(), context: bench.context).state == state)
        #expect(bench.transport.requests[0].effect == .read && bench.messages == ["OrderRetrieveRQ"])
        #expect(
            bench.bodies[0].contains(
                "<Request><OrderFilterCriteria><Order><OrderID>ORD1</OrderID><OwnerCode>BA</OwnerCode></Order>"))
    }

    @Test
    func anOrderWhoseTicketsAreBeingIssuedIsNeitherHeldNorTicketed() async throws {
        let bench = Bench(.answer(200, body: Fixture.order(services: "SB")))
        let order = try Bench.order()
        let error = await Bench.error { () throws(ProviderError) in
            try await bench.provider.confirm(order, context: bench.context)
        }
        #expect(error?.code == .unreadable && error?.outcome == .unknown)
    }
}
