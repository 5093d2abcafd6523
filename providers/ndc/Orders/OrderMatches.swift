import FareDomain
import FarePorts
import WireFormats

/// Tells whether an order is the one that is looked for: the same passengers on the same flights, made since.
struct OrderMatches {
    private let search: OrderSearch
    private let flights: [FlightKey]
    let span: CreationSpan

    init(_ search: OrderSearch) {
        self.search = search
        flights = search.itinerary.slices.flatMap(\.segments).map { FlightKey($0) }
        span = CreationSpan(after: search.createdAfter, before: search.createdBefore)
    }

    /// The order of an `IATA_OrderViewRS`, if it is the one.
    ///
    /// - Throws: where it is of these passengers on these flights, and doesn't tell since when.
    func order(in response: XMLElement, named name: OrderName) throws(WireError) -> ProviderOrder? {
        let reader = try OrderReader(response, of: name.id)
        let flown = try reader.flights().map { FlightKey($0) }
        guard flown == flights, fits(reader.passengers) else { return nil }
        let order = try reader.order(known: nil)
        guard let created = order.createdAt else { throw response.error(.missing, "no time of creation") }
        return span.contains(created) ? order : nil
    }

    /// Whether each passenger is on the order, and nobody else.
    private func fits(_ aboard: [OrderPassenger]) -> Bool {
        var left = aboard
        for passenger in search.passengers {
            guard let place = left.firstIndex(where: { $0.isNamed(as: passenger) }) else { return false }
            left.remove(at: place)
        }
        return left.isEmpty
    }
}

/// One flight on one day.
private struct FlightKey: Equatable {
    let carrier: CarrierCode
    let number: String
    let origin: LocationCode
    let destination: LocationCode
    let departure: LocalDateTime

    init(_ segment: Segment) {
        carrier = segment.marketingCarrier
        number = segment.flightNumber
        origin = segment.origin
        destination = segment.destination
        departure = segment.departsAt.local
    }
}
