import FareDomain
import FarePorts
import WireFormats

extension AmadeusDialect {
    func search(_ request: MockRequest) throws -> MockReply {
        let wanted = try request.method == "GET" ? AmadeusSearch(fields: request) : AmadeusSearch(body: request.body)
        let quotes = try shop.search(wanted.query).quotes.prefix(wanted.most).map { quote in
            // At the price of now: what pricing found out counts for the next search, too.
            (try? shop.reprice(key: quote.offer.key, query: wanted.query)) ?? quote
        }
        return .amadeus(200) { writer in
            writer.object { writer in
                writer.object("meta") { $0.member("count", quotes.count) }
                writer.array("data") { writer in
                    for (index, quote) in quotes.enumerated() {
                        let offer = AmadeusOffer(
                            quote: quote, id: String(index + 1), travelers: wanted.travelers, today: today)
                        writer.raw(seal.sealed(offer))
                    }
                }
                writer.object("dictionaries") { AmadeusDictionaries.write(quotes, to: &$0) }
            }
        }
    }

    var today: LocalDate {
        LocalDateTime(localSecondsSinceEpoch: now().millisecondsSinceEpoch / 1000).date
    }
}

/// A search, from the body of a POST or the query of a GET.
struct AmadeusSearch {
    let query: TripQuery
    let travelers: [AmadeusTraveler]
    /// Offers to answer with.
    let most: Int

    init(body: [UInt8]) throws {
        let root = try JSONDocument(PaddedBytes(body)).root
        travelers = try AmadeusTraveler.list(root["travelers"], idName: "id", at: "/travelers")
        guard let sources = root["sources"], !sources.elements.isEmpty else { throw AmadeusProblem.missing("/sources") }
        let legs = try (root["originDestinations"]?.elements.map(\.self) ?? []).enumerated().map { index, leg in
            let pointer = "/originDestinations[\(index)]"
            guard let origin = leg["originLocationCode"]?.string,
                let destination = leg["destinationLocationCode"]?.string,
                let date = leg["departureDateTimeRange"]?["date"]?.string
            else { throw AmadeusProblem.missing(pointer) }
            return try AmadeusSearch.leg(origin, destination, date, at: pointer)
        }
        guard (1...6).contains(legs.count) else { throw AmadeusProblem.missing("/originDestinations") }
        let criteria = root["searchCriteria"]
        let filters = criteria?["flightFilters"]
        let cabin = filters?["cabinRestrictions"]?.elements.first { _ in true }?["cabin"]?.string
        let stops = filters?["connectionRestriction"]?["maxNumberOfConnections"]?.int
        if let stops, !(0...2).contains(stops) {
            throw AmadeusProblem.invalidFormat(
                "/searchCriteria/flightFilters/connectionRestriction/maxNumberOfConnections")
        }
        query = TripQuery(
            legs: legs, travellers: travelers.map(\.priced), cabin: try AmadeusSearch.cabin(cabin),
            currencyCode: root["currencyCode"]?.string, maxStops: stops)
        most = try AmadeusSearch.limit(criteria?["maxFlightOffers"].map { $0.int ?? 0 })
    }

    init(fields request: MockRequest) throws {
        guard let origin = request.query("originLocationCode"),
            let destination = request.query("destinationLocationCode"),
            let date = request.query("departureDate"), let adults = request.query("adults").flatMap({ Int($0) })
        else { throw AmadeusProblem.missing("/") }
        let children = request.query("children").flatMap { Int($0) } ?? 0
        let infants = request.query("infants").flatMap { Int($0) } ?? 0
        guard (1...9).contains(adults), (0...9).contains(children), (0...adults).contains(infants) else {
            throw AmadeusProblem.invalidFormat("adults")
        }
        var legs = [try AmadeusSearch.leg(origin, destination, date, at: "departureDate")]
        if let back = request.query("returnDate") {
            legs.append(try AmadeusSearch.leg(destination, origin, back, at: "returnDate"))
        }
        travelers =
            (1...adults).map { AmadeusTraveler(id: String($0), type: "ADULT", adultID: nil) }
            + (0..<children).map { AmadeusTraveler(id: String(adults + 1 + $0), type: "CHILD", adultID: nil) }
            + (0..<infants).map {
                AmadeusTraveler(id: String(adults + children + 1 + $0), type: "HELD_INFANT", adultID: String($0 + 1))
            }
        query = TripQuery(
            legs: legs, travellers: travelers.map(\.priced),
            cabin: try AmadeusSearch.cabin(request.query("travelClass")),
            currencyCode: request.query("currencyCode"), maxStops: request.query("nonStop") == "true" ? 0 : nil)
        most = try AmadeusSearch.limit(request.query("max").map { Int($0) ?? 0 })
    }

    private static func leg(
        _ origin: String, _ destination: String, _ date: String, at pointer: String
    ) throws -> TripQuery.Leg {
        guard let date = try? ISO8601.date(date), LocationCode(origin) != nil, LocationCode(destination) != nil else {
            throw AmadeusProblem.invalidFormat(pointer)
        }
        return TripQuery.Leg(origin: origin, destination: destination, date: date)
    }

    static func cabin(_ name: String?) throws -> Cabin {
        switch name {
        case nil, "ECONOMY": .economy
        case "PREMIUM_ECONOMY": .premiumEconomy
        case "BUSINESS": .business
        case "FIRST": .first
        default: throw AmadeusProblem.invalidFormat("/searchCriteria/flightFilters/cabinRestrictions[0]/cabin")
        }
    }

    private static func limit(_ most: Int?) throws -> Int {
        guard (1...250).contains(most ?? 250) else {
            throw AmadeusProblem.invalidFormat("/searchCriteria/maxFlightOffers")
        }
        return most ?? 250
    }
}
