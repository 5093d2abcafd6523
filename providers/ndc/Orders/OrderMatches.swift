import FareDomain
import FarePorts
import WireFormats

/// Tells whether an order is the one that is looked for: the same passengers on the same flights, made since.
struct OrderMatches {
    private let search: OrderSearch
    private let flights: [FlightKey]

    init(_ search: OrderSearch) {
        self.search = search
        flights = search.itinerary.slices.flatMap(\.segments).map { FlightKey($0) }
    }

    /// What is inside the `Request` of an `IATA_OrderListRQ`.
    func writeCriteria(to writer: inout XMLWriter) {
        writer.element("OrderFilterCriteria") { writer in
            // The airline's calendar may be a day behind.
            let day = search.createdAfter.earliestDateOnEarth
            writer.element("CreationDateRange") { $0.element("StartDate", text: "\(day)") }
            if let passenger = search.passengers.first {
                writer.element("Pax") { writer in
                    writer.element("Individual") { $0.element("Surname", text: passenger.familyName) }
                }
            }
        }
    }

    /// The orders of an `IATA_OrderListRS` that may be the one: all that may be of the time.
    func candidates(in response: XMLElement) throws(WireError) -> [OrderName] {
        var names: [OrderName] = []
        for order in response.children(named: "Order") {
            let id = try order.requireText("OrderID")
            if let created = try OrderReader.createdAt(order), !isOfTheTime(created) { continue }
            names.append(OrderName(id: id, ownerCode: order.text("OwnerCode")))
        }
        return names
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
        return isOfTheTime(created) ? order : nil
    }

    /// To the second: many airlines tell no less.
    private func isOfTheTime(_ created: Timestamp) -> Bool {
        let second = created.millisecondsSinceEpoch / 1000
        let last = search.createdBefore.map { $0.millisecondsSinceEpoch / 1000 + 1 } ?? .max
        return (search.createdAfter.millisecondsSinceEpoch / 1000...last).contains(second)
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
