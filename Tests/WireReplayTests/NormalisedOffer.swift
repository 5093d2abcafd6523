import FareDomain
import FarePorts
import WireFormats

/// What two readings of one offer must agree on, in words that a failed test can show.
struct NormalisedOffer: Hashable, Comparable, CustomStringConvertible {
    let description: String

    /// As an adapter read it.
    init(_ offer: ProviderOffer) {
        let slices = offer.itinerary.slices.map { slice in
            Self.line(slice.duration.components.seconds, slice.segments.map(Self.line))
        }
        description = "\(offer.total) " + slices.joined(separator: " ")
    }

    /// As `expected.py` worked it out.
    init(_ expected: JSONValue) throws {
        let slices = try expected.elements("slices").map { slice in
            Self.line(try slice.int64("seconds"), try slice.elements("segments").map(Self.line))
        }
        description = "\(try expected.string("total")) " + slices.joined(separator: " ")
    }

    static func < (left: NormalisedOffer, right: NormalisedOffer) -> Bool { left.description < right.description }

    private static func line(_ seconds: Int64, _ segments: [String]) -> String {
        "[\(seconds) s: " + segments.joined(separator: ", ") + "]"
    }

    private static func line(_ segment: Segment) -> String {
        let instants = [segment.departsAt, segment.arrivesAt].map { $0.instant.millisecondsSinceEpoch / 1000 }
        let flight = segment.marketingCarrier.rawValue + segment.flightNumber
        return "\(flight) \(segment.origin) \(segment.departsAt) (\(instants[0])) "
            + "\(segment.destination) \(segment.arrivesAt) (\(instants[1])) \(segment.duration.components.seconds) s"
    }

    private static func line(_ segment: JSONValue) throws -> String {
        let (departure, arrival) = (try segment.int64("departure"), try segment.int64("arrival"))
        return "\(try segment.string("flight")) "
            + "\(try segment.string("origin")) \(try segment.string("departs_at")) (\(departure)) "
            + "\(try segment.string("destination")) \(try segment.string("arrives_at")) (\(arrival)) "
            + "\(arrival - departure) s"
    }
}
