import FareDomain
import WireFormats

/// The body and the query of an offer request.
enum SearchRequest {
    /// How much earlier than the transport's limit Duffel should answer: the way of the answer, and its parsing.
    private static let margin: Duration = .milliseconds(500)
    /// What Duffel takes; it ignores anything else, and then waits 20 s.
    private static let supplierTimeouts: ClosedRange<Int64> = 2000...60_000

    /// Milliseconds that Duffel should give the airlines.
    static func supplierTimeout(within patience: Duration) -> Int64 {
        let wanted = (patience - margin).milliseconds
        return min(max(wanted, supplierTimeouts.lowerBound), supplierTimeouts.upperBound)
    }

    static func path(supplierTimeout: Int64) -> String {
        "/air/offer_requests?return_offers=true&supplier_timeout=\(supplierTimeout)"
    }

    static func body(_ query: SearchQuery) -> JSONNode {
        var data: JSONNode = [
            "cabin_class": .string(query.cabin.rawValue),
            "slices": .array(query.slices.map(slice)),
            "passengers": .array(query.passengers.map(passenger)),
        ]
        if let stops = query.filters.maxStops { data.append("max_connections", .int(stops)) }
        return ["data": data]
    }

    private static func slice(_ slice: QuerySlice) -> JSONNode {
        [
            "origin": .string(slice.origin.rawValue), "destination": .string(slice.destination.rawValue),
            "departure_date": .string(slice.departureDate.description),
        ]
    }

    private static func passenger(_ passenger: SearchedPassenger) -> JSONNode {
        switch passenger.type {
        case .adult: ["type": "adult"]
        case .child: passenger.age.map { ["age": .int($0)] } ?? ["type": "child"]
        case .infant: ["type": "infant_without_seat"]
        }
    }
}
