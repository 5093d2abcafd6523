import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import NDCProvider

struct SearchTests {
    @Test
    func aSearchIsOneAirShoppingMessage() async throws {
        let bench = Bench(.answer(200, body: Fixture.shopping(Fixture.offer())))
        _ = try await bench.provider.search(try Bench.query([.adult, .infant]), context: bench.context)
        let request = try #require(bench.transport.requests.first)
        #expect(request.method == .post && request.url == "http://ndc.test/api")
        #expect(request.effect == .read && request.operation == .search)
        #expect(request.deadline == bench.context.deadline)
        let headers = Dictionary(uniqueKeysWithValues: request.headers.map { ($0.name, $0.value) })
        #expect(
            headers == [
                "Accept": "application/xml", "Content-Type": "application/xml", "X-API-Key": "secret",
                "X-Request-Id": "req-1", "traceparent": "00-a-b-01",
            ])
        #expect(
            bench.bodies == [
                """
                <?xml version="1.0" encoding="UTF-8"?><IATA_AirShoppingRQ \
                xmlns="http://www.iata.org/IATA/2015/00/2019.2/IATA_AirShoppingRQ"><Party><Sender><TravelAgency>\
                <AgencyID>FAREMUX</AgencyID></TravelAgency></Sender></Party><PayloadAttributes><TrxID>req-1</TrxID>\
                <VersionNumber>2019.2</VersionNumber></PayloadAttributes><Request><FlightCriteria><OriginDestCriteria>\
                <DestArrivalCriteria><IATA_LocationCode>NYC</IATA_LocationCode></DestArrivalCriteria>\
                <OriginDepCriteria>\
                <Date>2026-12-10</Date><IATA_LocationCode>LON</IATA_LocationCode></OriginDepCriteria>\
                <PreferredCabinType><CabinTypeCode>W</CabinTypeCode></PreferredCabinType></OriginDestCriteria>\
                </FlightCriteria><Paxs><Pax><PaxID>PAX1</PaxID><PTC>ADT</PTC></Pax><Pax><PaxID>PAX2</PaxID>\
                <PaxRefID>PAX1</PaxRefID><PTC>INF</PTC></Pax></Paxs><ResponseParameters><CurParameter>\
                <RequestedCurCode>GBP</RequestedCurCode></CurParameter></ResponseParameters></Request>\
                </IATA_AirShoppingRQ>
                """
            ])
    }

    @Test
    func anOfferIsReadIntoTheCommonModel() async throws {
        let answer = try await Bench.read(Fixture.shopping(Fixture.offer(extra: Fixture.payBy)))
        #expect(answer.dropped == [:] && answer.durationMismatches == 0)
        let offer = try #require(answer.offers.first)
        #expect(offer.reference == "OFF1")
        #expect(try offer.total == Bench.pounds(321_50))
        #expect(try offer.base == Bench.pounds(300_00) && offer.taxes == nil)
        #expect(offer.holdable)
        #expect(offer.expiresAt?.description == "2026-06-01T12:30:00.500Z")
        let segment = try #require(offer.itinerary.slices.first?.segments.first)
        #expect(segment.marketingCarrier.rawValue == "BA" && segment.flightNumber == "117")
        #expect(segment.operatingCarrier?.rawValue == "AA")
        #expect(segment.departsAt.description == "2026-12-10T09:25:00+00:00")
        #expect(segment.arrivesAt.description == "2026-12-10T12:20:00-05:00")
        #expect(segment.cabin == .premiumEconomy, "the cabin that was asked for, as none is stated")
    }

    @Test
    func anOfferWithoutAPaymentTimeLimitHasToBePaidAtOnce() async throws {
        #expect(try await Bench.offer(Fixture.offer()).holdable == false)
    }

    @Test
    func anOffersTotalIsThatOfItsItemsOrItsOwn() async throws {
        let two = [Fixture.item(), Fixture.item("ITEM2", total: #"<TotalAmount CurCode="GBP">8.5000</TotalAmount>"#)]
        #expect(try await Bench.offer(Fixture.offer(items: two)).total == Bench.pounds(330_00))
        func offer(_ total: String) -> String {
            let price = "<TotalPrice><TotalAmount CurCode=\"GBP\">\(total)</TotalAmount></TotalPrice>"
            return Fixture.offer(items: two, extra: price)
        }
        #expect(try await Bench.offer(offer("330.00000000000000000000")).total == Bench.pounds(330_00))
        #expect(try await Bench.read(Fixture.shopping(offer("329.99"))).dropped == ["totals disagree": 1])
    }

    @Test(arguments: [
        (Fixture.offer(items: [Fixture.item(total: "")]), "no total"),
        (Fixture.offer(items: [Fixture.item(total: "<TotalAmount>1.00</TotalAmount>")]), "no currency"),
        (
            Fixture.offer(items: [Fixture.item(total: #"<TotalAmount CurCode="QQQ">1</TotalAmount>"#)]),
            "unknown currency"
        ),
        (
            Fixture.offer(items: [Fixture.item(total: #"<TotalAmount CurCode="GBP">1.005</TotalAmount>"#)]),
            "unreadable amount"
        ),
        (
            Fixture.offer(items: [Fixture.item(total: #"<TotalAmount CurCode="GBP">-1</TotalAmount>"#)]),
            "unreadable amount"
        ),
        (Fixture.offer(items: [Fixture.item(journeys: [])]), "not for all passengers"),
        (Fixture.offer(items: [Fixture.item(journeys: ["J9"])]), "unknown journey"),
        (Fixture.offer(items: [Fixture.item(pax: ["P9"])]), "not for all passengers"),
        (Fixture.offer(""), "no id"),
        (Fixture.offer(extra: "<PaymentTimeLimitDateTime>soon</PaymentTimeLimitDateTime>"), "unreadable time limit"),
    ])
    func aSpoiltOfferIsDroppedAlone(_ text: String, _ reason: String) async throws {
        let answer = try await Bench.read(Fixture.shopping(text, Fixture.offer("OFF2")))
        #expect(answer.dropped == [reason: 1])
        #expect(answer.offers.map(\.reference) == ["OFF2"])
    }

    @Test(arguments: [
        (Fixture.segment(from: "QQQ", zones: (nil, nil)), "unknown airport"),
        (Fixture.segment(from: "lhr"), "no airport"),
        (Fixture.segment(departing: "2026-12-10T25:00:00"), "unreadable time"),
        (Fixture.segment(arriving: "2026-12-09T12:20:00"), "impossible flights"),
        (Fixture.segment(number: ""), "no flight number"), (Fixture.segment("SEG2"), "unknown segment"),
    ])
    func anOfferOfASpoiltFlightIsDropped(_ segment: String, _ reason: String) async throws {
        let lists = Fixture.lists(segments: [segment])
        #expect(try await Bench.read(Fixture.shopping(lists: lists, Fixture.offer())).dropped == [reason: 1])
    }

    @Test(arguments: [
        ("2026-12-10T09:25:00", nil, "+00:00"), ("2026-12-10T09:25:00", "Europe/Madrid", "+01:00"),
        ("2026-12-10T09:25:00Z", nil, "+00:00"), ("2026-12-10T09:25:00", "No/Where", "+00:00"),
        // A gateway's own offset behind a local time.
        ("2026-12-10T09:25:00.000+01:00", nil, "+00:00"),
    ])
    func aTimeIsReadInTheStatedZoneOrTheAirports(_ time: String, _ zone: String?, _ offset: String) async throws {
        for inLeg in [true, false] {
            let segment = Fixture.segment(departing: time, zones: (zone, "America/New_York"), inLeg: inLeg)
            let answer = try await Bench.read(
                Fixture.shopping(lists: Fixture.lists(segments: [segment]), Fixture.offer()))
            let departsAt = try #require(answer.offers.first?.itinerary.departsAt)
            #expect(departsAt.description == "2026-12-10T09:25:00\(offset)")
        }
    }

    @Test(arguments: ["2026-12-10T17:20:00Z", "2026-12-10T12:20:00+00:00", "2026-12-10T12:20:00-05:00"])
    func zuluTimesAloneAreConverted(_ time: String) async throws {
        let segment = Fixture.segment(arriving: time, zones: (nil, nil))
        let answer = try await Bench.read(Fixture.shopping(lists: Fixture.lists(segments: [segment]), Fixture.offer()))
        #expect(answer.offers.first?.itinerary.slices[0].arrivesAt.description == "2026-12-10T12:20:00-05:00")
    }

    @Test
    func aStatedDurationThatDiffersIsCountedOnce() async throws {
        let lists = Fixture.lists(
            journeys: [Fixture.journey(duration: "P0DT1H0M0S")], segments: [Fixture.segment(duration: "PT1H")])
        let answer = try await Bench.read(Fixture.shopping(lists: lists, Fixture.offer(), Fixture.offer("OFF2")))
        #expect(answer.offers.count == 2 && answer.durationMismatches == 2)
    }

    @Test
    func journeysStandInOrderOfDepartureAndMustNotOverlap() async throws {
        let back = Fixture.segment(
            "SEG2", departing: "2026-12-17T18:00:00", arriving: "2026-12-18T06:00:00", from: "JFK", to: "LHR",
            zones: ("America/New_York", "Europe/London"), duration: "PT7H")
        let journeys = [Fixture.journey(), Fixture.journey("J2", ["SEG2"], duration: "PT7H")]
        let lists = Fixture.lists(journeys: journeys, segments: [Fixture.segment(), back])
        let offer = Fixture.offer(items: [Fixture.item(journeys: ["J2", "J1"])])
        let answer = try await Bench.read(Fixture.shopping(lists: lists, offer))
        #expect(answer.offers.first?.itinerary.slices.map(\.origin.rawValue) == ["LHR", "JFK"])
        let twice = [Fixture.journey(), Fixture.journey("J2")]
        let overlap = Fixture.shopping(lists: Fixture.lists(journeys: twice), offer)
        #expect(try await Bench.read(overlap).dropped == ["overlapping journeys": 1])
    }

    @Test
    func termsComeFromRestrictionsPenaltiesAllowancesAndClasses() async throws {
        let lists = Fixture.lists(
            extra: """
                <PenaltyList><Penalty><CancelFeeInd>true</CancelFeeInd><PenaltyID>PN</PenaltyID><Price>\
                <TotalAmount CurCode="GBP">50</TotalAmount></Price></Penalty></PenaltyList><PriceClassList><PriceClass>\
                <Name>Flex</Name><PriceClassID>PC</PriceClassID></PriceClass></PriceClassList><BaggageAllowanceList>\
                <BaggageAllowance><BaggageAllowanceID>B</BaggageAllowanceID><PieceAllowance><TotalQty>2</TotalQty>\
                </PieceAllowance><TypeCode>Checked</TypeCode></BaggageAllowance><BaggageAllowance><BaggageAllowanceID>C\
                </BaggageAllowanceID><TypeCode>CarryOn</TypeCode></BaggageAllowance></BaggageAllowanceList>
                """)
        func bags(_ ids: String...) -> String {
            let references = ids.map { "<BaggageAllowanceRefID>\($0)</BaggageAllowanceRefID>" }.joined()
            return "<BaggageAllowance>\(references)<PaxRefID>P1</PaxRefID></BaggageAllowance>"
        }
        let said = """
            <ChangeRestrictions><AllowedModificationInd>false</AllowedModificationInd></ChangeRestrictions><FareDetail>\
            <FareComponent><CabinType><CabinTypeCode>L</CabinTypeCode><CabinTypeName>PREMIUM_BUSINESS</CabinTypeName>\
            </CabinType><PaxSegmentRefID>SEG1</PaxSegmentRefID><PriceClassRefID>PC</PriceClassRefID></FareComponent>\
            </FareDetail>
            """
        let offer = Fixture.offer(
            items: [Fixture.item(extra: said)], extra: "<PenaltyRefID>PN</PenaltyRefID>" + bags("B", "C"))
        let cabinOnly = Fixture.offer("OFF2", extra: bags("C"))
        let answer = try await Bench.read(Fixture.shopping(lists: lists, offer, cabinOnly, Fixture.offer("OFF3")))
        let terms = try #require(answer.offers.first?.terms)
        #expect(terms.brand == "Flex" && terms.checkedBags == 2)
        #expect(try terms.refundable == .yes && terms.refundPenalty == Bench.pounds(50_00))
        #expect(terms.changeable == .no)
        #expect(answer.offers.first?.itinerary.slices[0].segments[0].cabin == .business)
        #expect(answer.offers.map(\.terms.checkedBags) == [2, 0, nil])
        #expect(answer.offers[2].terms == FareTerms())
    }

    @Test(arguments: ["490", "913"])
    func nothingFoundIsAnAnswer(_ code: String) async throws {
        #expect(try await Bench.read(Fixture.error(code, in: "IATA_AirShoppingRS")).offers.isEmpty)
    }

    @Test
    func repricingNamesTheOfferItsItemsAndPassengers() async throws {
        let offer = try await Bench.offer()
        let priced = Fixture.offer(
            "OFF1b", items: [Fixture.item(total: #"<TotalAmount CurCode="GBP">350</TotalAmount>"#)],
            extra: Fixture.payBy)
        let bench = Bench(.answer(200, body: Fixture.pricing(priced)))
        let live = try await bench.provider.reprice(offer, for: [Bench.ada], context: bench.context)
        #expect(try live.reference == "OFF1b" && live.total == Bench.pounds(350_00))
        #expect(live.itinerary == offer.itinerary)
        #expect(
            bench.bodies[0].hasSuffix(
                """
                <Request><DataLists><PaxList><Pax><PaxID>P1</PaxID><PTC>ADT</PTC></Pax></PaxList></DataLists>\
                <PricedOffer>\
                <SelectedOffer><OfferRefID>OFF1</OfferRefID><OwnerCode>BA</OwnerCode><SelectedOfferItem>\
                <OfferItemRefID>ITEM1</OfferItemRefID><PaxRefID>P1</PaxRefID></SelectedOfferItem>\
                <ShoppingResponseRefID>SHOP1</ShoppingResponseRefID></SelectedOffer></PricedOffer></Request>\
                </IATA_OfferPriceRQ>
                """))
    }

    @Test
    func aRepricingWithoutFlightsKeepsThoseThatAreKnown() async throws {
        let offer = try await Bench.offer()
        let bare = """
            <Offer><OfferID>OFF1</OfferID><TotalPrice><TotalAmount CurCode="GBP">322</TotalAmount></TotalPrice></Offer>
            """
        let bench = Bench(.answer(200, body: Fixture.pricing(bare, lists: "")))
        let live = try await bench.provider.reprice(offer, for: [Bench.ada], context: bench.context)
        #expect(try live.itinerary == offer.itinerary && live.total == Bench.pounds(322_00))
        #expect(live.payload == offer.payload)
    }
}
