import FareDomain
import WireFormats

/// Reads `itineraries`. One for a whole answer: it counts the durations that don't match.
struct ItineraryReader {
    /// Stated durations of segments and slices that differ from the instants, so far.
    private(set) var mismatches = 0

    mutating func itinerary(_ offer: JSONValue, _ details: FareDetails) throws(OfferFault) -> Itinerary {
        var slices: [Slice] = []
        for value in offer["itineraries"]?.elements ?? offer.elements {
            var segments: [Segment] = []
            for segment in value["segments"]?.elements ?? value.elements {
                segments.append(try self.segment(segment, details))
            }
            guard !segments.isEmpty else { throw OfferFault("no segments") }
            guard let slice = Slice(segments: segments) else { throw OfferFault("flights out of order") }
            compare(value, slice.duration)
            slices.append(slice)
        }
        guard let itinerary = Itinerary(slices: slices) else { throw OfferFault("no itinerary") }
        return itinerary
    }

    private mutating func segment(_ value: JSONValue, _ details: FareDetails) throws(OfferFault) -> Segment {
        guard let id = value["id"]?.string else { throw OfferFault("no segment id") }
        let (origin, departsAt) = try end(value["departure"])
        let (destination, arrivesAt) = try end(value["arrival"])
        guard let carrier = value["carrierCode"]?.string.flatMap({ CarrierCode($0) }) else {
            throw OfferFault("no carrier")
        }
        guard let number = value["number"]?.string.flatMap(flightNumber) else { throw OfferFault("no flight number") }
        let segment = Segment(
            origin: origin, destination: destination, departsAt: departsAt, arrivesAt: arrivesAt,
            marketingCarrier: carrier, flightNumber: number,
            operatingCarrier: value["operating"]?["carrierCode"]?.string.flatMap { CarrierCode($0) },
            cabin: try details.cabin(segmentID: id))
        compare(value, segment.duration)
        return segment
    }

    /// Where and when a flight starts or ends. Times have no offset anywhere: the airport's zone says what they mean.
    private func end(_ value: JSONValue?) throws(OfferFault) -> (LocationCode, ZonedTime) {
        guard let value, let code = value["iataCode"]?.string.flatMap({ LocationCode($0) }) else {
            throw OfferFault("no airport")
        }
        guard let zone = Zone(airport: code) else { throw OfferFault("unknown airport") }
        guard let time = try? value.dateTime("at") else { throw OfferFault("no time") }
        return (code, time.zoned ?? zone.resolve(time.local))
    }

    /// `0175` is `175`; a letter behind the digits stays.
    private func flightNumber(_ text: String) -> String? {
        let number = text.drop { $0 == "0" }
        let digits = number.utf8.prefix { (0x30...0x39).contains($0) }
        let suffix = number.utf8.dropFirst(digits.count)
        guard (1...4).contains(digits.count), suffix.count <= 1,
            suffix.allSatisfy({ (0x41...0x5A).contains($0) })
        else { return nil }
        return String(number)
    }

    private mutating func compare(_ value: JSONValue, _ duration: Duration) {
        if let stated = try? value.durationIfPresent("duration"), stated != duration { mismatches += 1 }
    }
}
