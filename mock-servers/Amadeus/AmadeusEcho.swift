import FareDomain
import FarePorts
import WireFormats

/// An offer that a caller sends back.
struct AmadeusEcho {
    let value: JSONValue
    let travelers: [AmadeusTraveler]
    let query: TripQuery
    /// `SaleOffer.key`, from the flights and the fare basis.
    let key: String
    let total: Money

    /// - Parameter data: of a pricing or order request.
    init(_ data: JSONValue) throws {
        guard let offer = data["flightOffers"]?.elements.first(where: { _ in true }) else {
            throw AmadeusProblem.missing("/data/flightOffers")
        }
        value = offer
        let pointer = "/data/flightOffers[0]"
        travelers = try AmadeusTraveler.list(
            offer["travelerPricings"], idName: "travelerId", at: "\(pointer)/travelerPricings")
        let flights =
            offer["itineraries"]?.elements.map { $0["segments"]?.elements.map(AmadeusEcho.flight) ?? [] } ?? []
        let slices = flights.map { $0.compactMap(\.self) }
        guard !slices.isEmpty, slices.allSatisfy({ !$0.isEmpty }), slices.map(\.count) == flights.map(\.count),
            let basis = AmadeusEcho.basis(offer)
        else { throw AmadeusProblem.missing("\(pointer)/itineraries") }
        // `YLIGHT3…`: a letter of the cabin, the fare, a digit.
        let fare = basis.dropFirst().prefix { $0.isLetter }.lowercased()
        key = slices.map { $0.map(\.key).joined(separator: "+") }.joined(separator: "_") + "#" + fare
        guard let code = offer["price"]?["currency"]?.string, let currency = Currency(code),
            let total = offer["price"]?["grandTotal"]?.string.flatMap({ try? Money(decimal: $0, currency: currency) })
        else { throw AmadeusProblem.missing("\(pointer)/price") }
        self.total = total
        let detail = offer["travelerPricings"]?.elements.first { _ in true }?["fareDetailsBySegment"]
        query = TripQuery(
            legs: slices.map {
                TripQuery.Leg(origin: $0[0].origin, destination: $0[$0.count - 1].destination, date: $0[0].date)
            },
            travellers: travelers.map(\.priced),
            cabin: try AmadeusSearch.cabin(detail?.elements.first { _ in true }?["cabin"]?.string), currencyCode: code)
    }

    /// The fare basis of the first traveller's first flight.
    static func basis(_ offer: JSONValue) -> String? {
        offer["travelerPricings"]?.elements.first { _ in true }?["fareDetailsBySegment"]?.elements
            .first { _ in true }?["fareBasis"]?.string
    }

    private struct EchoedFlight {
        let key: String
        let origin: String
        let destination: String
        let date: LocalDate
    }

    private static func flight(_ segment: JSONValue) -> EchoedFlight? {
        guard let carrier = segment["carrierCode"]?.string, let number = segment["number"]?.string,
            let origin = segment["departure"]?["iataCode"]?.string,
            let destination = segment["arrival"]?["iataCode"]?.string,
            let date = try? segment["departure"]?.localDateTime("at").date
        else { return nil }
        return EchoedFlight(
            key: "\(carrier)\(number)/\(date)/\(origin)/\(destination)", origin: origin, destination: destination,
            date: date)
    }
}
