import FareDomain
import FarePorts
import WireFormats

/// Picks, from a list of orders, those that may be ours.
struct OrderMatches {
    private let search: OrderSearch
    private let reader: OrderReader
    private let party: [Traveller]
    private let flights: [FlightKey]
    private var byReference: [ProviderOrder] = []
    private var byContent: [ProviderOrder] = []

    init(_ search: OrderSearch, reader: OrderReader) {
        self.search = search
        self.reader = reader
        party = search.passengers.map { Traveller(name: $0.reservationName, bornOn: $0.bornOn.description) }.sorted()
        flights = search.itinerary.slices.flatMap(\.segments).map(FlightKey.init)
    }

    /// Our reference is proof; likeness counts only where no order has it.
    var orders: [ProviderOrder] { byReference.isEmpty ? byContent : byReference }

    /// Whether nothing better can come: no need to look on.
    var isProven: Bool { byReference.contains { $0.state != .cancelled } }

    /// - Throws: when an order that may be ours can't be read. Others are not read at all.
    mutating func add(_ order: JSONValue) throws(WireError) {
        if let reference = OrderReader.reference(of: order) {
            if reference == search.reference { byReference.append(try reader.order(order)) }
        } else if try fits(order) {
            byContent.append(try reader.order(order))
        }
    }

    private func fits(_ order: JSONValue) throws(WireError) -> Bool {
        guard try order.timestamp("created_at") >= search.createdAfter else { return false }
        let theirs = try travellers(of: order)
        guard theirs == party else { return false }
        let flown = try flights(of: order)
        return flown == flights
    }

    private func travellers(of order: JSONValue) throws(WireError) -> [Traveller] {
        var travellers: [Traveller] = []
        for passenger in try order.elements("passengers") {
            let family = try passenger.string("family_name")
            let name = "\(family)/\(try passenger.string("given_name"))".uppercased()
            travellers.append(Traveller(name: name, bornOn: try passenger.string("born_on")))
        }
        return travellers.sorted()
    }

    private func flights(of order: JSONValue) throws(WireError) -> [FlightKey] {
        var flights: [FlightKey] = []
        for slice in try order.elements("slices") {
            for segment in try slice.elements("segments") { flights.append(try FlightKey(segment)) }
        }
        return flights
    }
}

/// Who somebody is, as an order tells it.
private struct Traveller: Comparable {
    let name: String
    let bornOn: String

    static func < (left: Traveller, right: Traveller) -> Bool { (left.name, left.bornOn) < (right.name, right.bornOn) }
}

/// One flight on one day.
private struct FlightKey: Equatable {
    let carrier: String
    let number: String
    let origin: String
    let destination: String
    let departure: LocalDateTime

    init(_ segment: Segment) {
        carrier = segment.marketingCarrier.rawValue
        number = segment.flightNumber
        origin = segment.origin.rawValue
        destination = segment.destination.rawValue
        departure = segment.departsAt.local
    }

    init(_ segment: JSONValue) throws(WireError) {
        carrier = try segment.require("marketing_carrier").string("iata_code")
        let value = try segment.require("marketing_carrier_flight_number")
        guard let number = try? FlightReader.number(value) else { throw value.error(.badValue, "not a flight number") }
        self.number = number
        origin = try segment.require("origin").string("iata_code")
        destination = try segment.require("destination").string("iata_code")
        departure = try segment.localDateTime("departing_at")
    }
}
