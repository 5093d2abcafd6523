import FareDomain
import WireFormats

extension NDCDialect {
    func airShopping(_ request: XMLElement) throws -> MockReply {
        let query = try NDCDialect.query(request)
        let (record, quotes) = try shop.search(query)
        return offers("IATA_AirShoppingRS", record, query, quotes) { offers, writer in
            writer.element("OffersGroup") { writer in
                writer.element("CarrierOffers") { writer in
                    for offer in offers { offer.write(withTotal: false, to: &writer) }
                }
            }
        }
    }

    func offerPrice(_ request: XMLElement, fault: DomainFault?) throws -> MockReply {
        let (search, index) = try NDCDialect.selectedOffer(request.first("PricedOffer", "SelectedOffer"))
        let quote = try shop.reprice(search: search, index: index, fault: fault)
        guard let record = shop.search(id: search)?.record else { throw NDCProblem.unknownOffer }
        return offers("IATA_OfferPriceRS", record, quote.query, [quote]) { offers, writer in
            writer.element("PricedOffer") { writer in
                for offer in offers { offer.write(withTotal: true, to: &writer) }
            }
        }
    }

    private func offers(
        _ name: String, _ record: SearchRecord, _ query: TripQuery, _ quotes: [Shop.Quote],
        _ write: ([NDCOffer], inout XMLWriter) -> Void
    ) -> MockReply {
        var lists = NDCLists(quotes.map(\.offer))
        let places = Dictionary(
            record.offerKeys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        let fees = quotes.map { quote in NDCOffer.fee(of: quote).map { lists.add(fee: $0) } }
        let offers = zip(quotes, fees).compactMap { quote, feeID in
            places[quote.offer.key].map { place in
                NDCOffer(id: NDCOfferID.offer(record.id, place), quote: quote, feeID: feeID, lists: lists)
            }
        }
        return .message(name) { writer in
            writer.element("Response") { writer in
                lists.write(to: &writer) { NDCDialect.writePassengers(of: query, to: &$0) }
                write(offers, &writer)
                writer.element("ShoppingResponse") { $0.element("ShoppingResponseRefID", text: record.id) }
            }
        }
    }

    private static func writePassengers(of query: TripQuery, to writer: inout XMLWriter) {
        for (place, traveller) in query.travellers.enumerated() {
            writer.element("Pax") { writer in
                writer.element("PaxID", text: NDCOfferID.passenger(place))
                writer.element("PTC", text: NDCItems.code(of: traveller))
            }
        }
    }

    // MARK: Reading

    /// The offer that a `SelectedOffer` names.
    static func selectedOffer(_ selected: XMLElement?) throws -> (search: String, index: Int) {
        guard let id = selected?.text("OfferRefID") else { throw NDCProblem.missing("OfferRefID") }
        guard let parts = NDCOfferID.parts(id) else { throw NDCProblem.unknownOffer }
        return parts
    }

    private static func query(_ request: XMLElement) throws -> TripQuery {
        let criteria = request.first("FlightCriteria")?.children(named: "OriginDestCriteria").map(\.self) ?? []
        guard !criteria.isEmpty else { throw NDCProblem.missing("OriginDestCriteria") }
        let passengers = request.first("Paxs")?.children(named: "Pax").map(\.self) ?? []
        guard !passengers.isEmpty else { throw NDCProblem.missing("Pax") }
        let parameters = request.first("ResponseParameters", "CurParameter")
        return TripQuery(
            legs: try criteria.map(leg), travellers: try passengers.map(traveller),
            cabin: try cabin(criteria[0].first("PreferredCabinType")),
            currencyCode: parameters?.text("RequestedCurCode") ?? parameters?.text("CurCode"))
    }

    private static func leg(_ criteria: XMLElement) throws -> TripQuery.Leg {
        func place(_ name: String, code problem: String) throws -> String {
            guard let code = criteria.text(name, "IATA_LocationCode"), !Place.named(code).isEmpty else {
                throw NDCProblem(code: problem, text: "Invalid place of departure or destination.")
            }
            return code
        }
        guard let text = criteria.text("OriginDepCriteria", "Date"), let date = try? ISO8601.date(text) else {
            throw NDCProblem(code: "102", text: "Invalid departure date.")
        }
        return TripQuery.Leg(
            origin: try place("OriginDepCriteria", code: "100"),
            destination: try place("DestArrivalCriteria", code: "101"), date: date)
    }

    private static func traveller(_ pax: XMLElement) throws -> TripQuery.Traveller {
        switch pax.text("PTC") {
        case "ADT": return .adult
        case "CHD", "CNN": return .child
        case "INF": return .infant
        default: throw NDCProblem.malformed("a passenger type that is not sold")
        }
    }

    private static func cabin(_ type: XMLElement?) throws -> Cabin {
        switch type?.text("CabinTypeCode") {
        case nil, "Y", "M": return .economy
        case "W": return .premiumEconomy
        case "C", "J": return .business
        case "F": return .first
        default: throw NDCProblem.malformed("a cabin that nobody has")
        }
    }
}
