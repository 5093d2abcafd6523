import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import NDCProvider

/// Answers in NDC's shape, with values of our own.
enum Fixture {
    static func message(_ name: String, _ inside: String) -> String {
        "<\(name) xmlns=\"http://www.iata.org/IATA/2015/00/2019.2/\(name)\">\(inside)</\(name)>"
    }

    static func stop(_ name: String, _ time: String, _ place: String, zone: String?) -> String {
        let zone = zone.map { " TimeZoneCode=\"\($0)\"" } ?? ""
        return """
            <\(name)><AircraftScheduledDateTime\(zone)>\(time)</AircraftScheduledDateTime>\
            <IATA_LocationCode>\(place)</IATA_LocationCode></\(name)>
            """
    }

    /// LHR to JFK, 09:25 to 12:20.
    static func segment(
        _ id: String = "SEG1", number: String = "0117", departing: String = "2026-12-10T09:25:00.000",
        arriving: String = "2026-12-10T12:20:00.000", from: String = "LHR", to: String = "JFK",
        zones: (String?, String?) = ("Europe/London", "America/New_York"), duration: String = "P0DT7H55M0S",
        inLeg: Bool = true, extra: String = ""
    ) -> String {
        let departure = stop("Dep", departing, from, zone: zones.0)
        let arrival = stop("Arrival", arriving, to, zone: zones.1)
        let stops =
            inLeg
            ? "<Arrival/><DatedOperatingLeg>\(arrival)\(departure)</DatedOperatingLeg><Dep/>"
            : "\(arrival)<DatedOperatingLeg><Arrival/><Dep/></DatedOperatingLeg>\(departure)"
        return """
            <PaxSegment>\(stops)\(extra)<Duration>\(duration)</Duration><MarketingCarrierInfo><CarrierDesigCode>BA\
            </CarrierDesigCode><MarketingCarrierFlightNumberText>\(number)</MarketingCarrierFlightNumberText>\
            </MarketingCarrierInfo><OperatingCarrierInfo><CarrierDesigCode>AA</CarrierDesigCode></OperatingCarrierInfo>\
            <PaxSegmentID>\(id)</PaxSegmentID></PaxSegment>
            """
    }

    static func journey(_ id: String = "J1", _ segments: [String] = ["SEG1"], duration: String = "P0DT7H55M0S")
        -> String
    {
        let references = segments.map { "<PaxSegmentRefID>\($0)</PaxSegmentRefID>" }.joined()
        return
            "<PaxJourney><Duration>\(duration)</Duration><PaxJourneyID>\(id)</PaxJourneyID>\(references)</PaxJourney>"
    }

    static let adult = "<Pax><PaxID>P1</PaxID><PTC>ADT</PTC></Pax>"

    static func lists(
        journeys: [String] = [journey()], segments: [String] = [segment()], pax: String = adult, extra: String = ""
    ) -> String {
        """
        <DataLists><PaxJourneyList>\(journeys.joined())</PaxJourneyList><PaxList>\(pax)</PaxList>\
        <PaxSegmentList>\(segments.joined())</PaxSegmentList>\(extra)</DataLists>
        """
    }

    static func item(
        _ id: String = "ITEM1", total: String = #"<TotalAmount CurCode="GBP">321.50</TotalAmount>"#,
        pax: [String] = ["P1"], journeys: [String] = ["J1"], extra: String = ""
    ) -> String {
        let services = pax.flatMap { pax in
            journeys.map { journey in
                """
                <Service><PaxRefID>\(pax)</PaxRefID><ServiceAssociations><PaxJourneyRefID>\(journey)</PaxJourneyRefID>\
                </ServiceAssociations><ServiceID>S</ServiceID></Service>
                """
            }
        }
        return """
            <OfferItem>\(extra)<OfferItemID>\(id)</OfferItemID><Price><BaseAmount CurCode="GBP">300.00</BaseAmount>\
            \(total)</Price>\(services.joined())</OfferItem>
            """
    }

    static func offer(_ id: String = "OFF1", items: [String] = [item()], extra: String = "") -> String {
        """
        <Offer><OfferExpirationTimeLimitDateTime>2026-06-01T12:30:00.500Z</OfferExpirationTimeLimitDateTime>\
        <OfferID>\(id)</OfferID>\(items.joined())<OwnerCode>BA</OwnerCode>\(extra)</Offer>
        """
    }

    static let payBy = "<PaymentTimeLimitDateTime>2026-06-03T00:00:00</PaymentTimeLimitDateTime>"

    static func shopping(lists: String = lists(), _ offers: String...) -> String {
        let shopping = "<ShoppingResponse><ShoppingResponseRefID>SHOP1</ShoppingResponseRefID></ShoppingResponse>"
        return message(
            "IATA_AirShoppingRS",
            """
            <Response>\(lists)<OffersGroup><CarrierOffers>\(offers.joined())</CarrierOffers></OffersGroup>\(shopping)\
            </Response>
            """)
    }

    static func pricing(_ offer: String, lists: String = lists()) -> String {
        message("IATA_OfferPriceRS", "<Response>\(lists)<PricedOffer>\(offer)</PricedOffer></Response>")
    }

    static func error(_ code: String, in name: String = "IATA_OrderViewRS") -> String {
        message(name, "<Error><Code>\(code)</Code><DescText>Ada Lovelace can't.</DescText></Error>")
    }

    static let ticket = """
        <TicketDocInfo><PaxRefID>P1</PaxRefID><Ticket><Coupon><CouponStatusCode>I</CouponStatusCode></Coupon>\
        <TicketNumber>1251234567890</TicketNumber></Ticket></TicketDocInfo>
        """

    static func order(
        _ id: String = "ORD1", status: String = "OPENED", services: String = "K", tickets: String = "",
        created: String? = "2026-06-01T12:00:05Z", given: String = "ADA", family: String = "LOVELACE",
        segments: [String] = [segment()], limit: String = payBy
    ) -> String {
        let pax = """
            <Pax><Individual><GivenName>\(given)</GivenName><Surname>\(family)</Surname></Individual><PaxID>P1</PaxID>\
            <PTC>ADT</PTC></Pax>
            """
        let created = created.map { "<CreationDateTime>\($0)</CreationDateTime>" } ?? ""
        return message(
            "IATA_OrderViewRS",
            """
            <Response>\(lists(segments: segments, pax: pax))<Order>\
            <BookingRef><BookingID>RZ7PNX</BookingID></BookingRef>\
            \(created)<OrderID>\(id)</OrderID><OrderItem><OrderItemID>\(id)-1</OrderItemID>\(limit)<Price>\
            <TotalAmount CurCode="GBP">321.50000000000000000000</TotalAmount></Price><Service><StatusCode>\(services)\
            </StatusCode></Service></OrderItem><OwnerCode>BA</OwnerCode><StatusCode>\(status)</StatusCode></Order>\
            \(tickets)</Response>
            """)
    }

    static func list(_ orders: [(id: String, created: String)]) -> String {
        let rows = orders.map {
            "<Order><CreationDateTime>\($0.created)</CreationDateTime><OrderID>\($0.id)</OrderID></Order>"
        }
        return message("IATA_OrderListRS", "<Response>\(rows.joined())<Warning/></Response>")
    }

    static func reshop(fee: String = #"<TotalAmount CurCode="GBP">71.50</TotalAmount>"#) -> String {
        message(
            "IATA_OrderReshopRS",
            """
            <Response><DataLists><PenaltyList>\
            <Penalty><CancelFeeInd>true</CancelFeeInd><PenaltyID>PNL1</PenaltyID><Price>\
            \(fee)</Price></Penalty></PenaltyList></DataLists><ReshopResults><ReshopOffers>\
            <Offer><OfferID>RS1</OfferID>\
            <PenaltyRefID>PNL1</PenaltyRefID></Offer></ReshopOffers></ReshopResults></Response>
            """)
    }

    static func cancelled(fee: String = #"<TotalAmount CurCode="GBP">71.50</TotalAmount>"#) -> String {
        message(
            "IATA_OrderCancelRS",
            "<Response><ChangeFees><Price>\(fee)</Price></ChangeFees><OrderRefID>ORD1</OrderRefID></Response>")
    }

    static let html = "<html><body><h1>502 Bad Gateway</h1><p>upstream</body></html>"
}
