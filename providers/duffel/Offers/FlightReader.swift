import FareDomain
import WireFormats

/// Reads slices and segments. Times are local, with the airport's IANA zone beside them.
struct FlightReader {
    /// Stated durations that differ from the instants.
    private(set) var durationMismatches = 0
    private var airports: [LocationCode: Zone] = [:]
    /// Slices read before: offers of one answer share them, and so they share their memory.
    private var known: [[Segment]: Slice] = [:]

    mutating func itinerary(_ slices: JSONValue) throws(DroppedOffer) -> Itinerary {
        var read: [Slice] = []
        read.reserveCapacity(slices.count)
        for value in slices.elements { read.append(try slice(value)) }
        guard let itinerary = Itinerary(slices: read) else { throw DroppedOffer("no slices") }
        return itinerary
    }

    private mutating func slice(_ value: JSONValue) throws(DroppedOffer) -> Slice {
        guard let elements = value["segments"]?.elements, !elements.isEmpty else { throw DroppedOffer("no segments") }
        var segments: [Segment] = []
        segments.reserveCapacity(elements.underestimatedCount)
        for element in elements { segments.append(try segment(element)) }
        guard let slice = known[segments] ?? Slice(segments: segments) else { throw DroppedOffer("impossible flights") }
        known[segments] = slice
        compare(value["duration"], with: slice.duration)
        return slice
    }

    private mutating func segment(_ value: JSONValue) throws(DroppedOffer) -> Segment {
        let (origin, originZone) = try airport(value["origin"])
        let (destination, destinationZone) = try airport(value["destination"])
        guard let departure = try? value.localDateTime("departing_at"),
            let arrival = try? value.localDateTime("arriving_at")
        else { throw DroppedOffer("unreadable time") }
        guard let carrier = carrier(value["marketing_carrier"]) else { throw DroppedOffer("no carrier") }
        let segment = Segment(
            origin: origin, destination: destination, departsAt: originZone.resolve(departure),
            arrivesAt: destinationZone.resolve(arrival), marketingCarrier: carrier,
            flightNumber: try FlightReader.number(value["marketing_carrier_flight_number"]),
            operatingCarrier: self.carrier(value["operating_carrier"]), cabin: try cabin(value["passengers"]))
        compare(value["duration"], with: segment.duration)
        return segment
    }

    /// The stated zone counts; where there is none that is known, that of the airport table.
    private mutating func airport(_ value: JSONValue?) throws(DroppedOffer) -> (LocationCode, Zone) {
        guard let value, let code = value["iata_code"]?.string.flatMap({ LocationCode($0) }) else {
            throw DroppedOffer("no airport")
        }
        if let zone = airports[code] { return (code, zone) }
        let stated = value["time_zone"]?.string.flatMap { Zone(named: $0) }
        guard let zone = stated ?? Airports.airport(code)?.zone else { throw DroppedOffer("unknown airport") }
        airports[code] = zone
        return (code, zone)
    }

    private func carrier(_ value: JSONValue?) -> CarrierCode? {
        value?["iata_code"]?.string.flatMap { CarrierCode($0) }
    }

    /// Without leading zeros: some airlines write `0175`.
    static func number(_ value: JSONValue?) throws(DroppedOffer) -> String {
        guard let text = value?.string, (1...8).contains(text.utf8.count) else {
            throw DroppedOffer("no flight number")
        }
        let digits = text.drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }

    /// The first passenger's: all travel in the cabin that was asked for.
    private func cabin(_ passengers: JSONValue?) throws(DroppedOffer) -> Cabin {
        let first = passengers?.elements.first { _ in true }
        guard let cabin = first?["cabin_class"]?.string.flatMap({ Cabin(rawValue: $0) }) else {
            throw DroppedOffer("unknown cabin")
        }
        return cabin
    }

    /// A duration may be null; one that can't be read differs.
    private mutating func compare(_ stated: JSONValue?, with actual: Duration) {
        guard let stated, !stated.isNull else { return }
        let duration = stated.string.flatMap { try? ISO8601.duration($0) }
        if duration != actual { durationMismatches += 1 }
    }
}
