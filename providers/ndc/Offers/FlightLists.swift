import FareDomain
import WireFormats

/// The segments and journeys of an answer's `DataLists`. Each is read once; offers that share a journey share its
/// slice.
struct FlightLists {
    /// A journey as it is listed.
    private struct Journey {
        let segmentIDs: [String]
        let statedDuration: XMLElement?
    }

    private struct SliceKey: Hashable {
        let journeyID: String
        let cabins: [Cabin?]
    }

    /// Stated durations that differ from the instants.
    private(set) var durationMismatches = 0
    private var segments: [String: Result<Segment, DroppedOffer>] = [:]
    private var cabins: [String: Cabin] = [:]
    private var journeys: [String: Journey] = [:]
    private var slices: [SliceKey: Slice] = [:]
    /// Journeys whose stated duration has been compared: once each, whatever cabins they are sold in.
    private var compared: Set<String> = []
    private let defaultCabin: Cabin

    /// - Parameters:
    ///   - lists: `DataLists`; nil where an answer has none.
    ///   - defaultCabin: of segments that don't say: the one that was asked for.
    init(_ lists: XMLElement?, defaultCabin: Cabin) {
        self.defaultCabin = defaultCabin
        for element in lists?.first("PaxSegmentList")?.children(named: "PaxSegment").map(\.self) ?? [] {
            guard let id = element.text("PaxSegmentID") else { continue }
            let segment = Result { () throws(DroppedOffer) in try FlightLists.segment(element, cabin: defaultCabin) }
            if case .success(let segment) = segment {
                compare(element.first("Duration"), with: segment.duration)
            }
            segments[id] = segment
            cabins[id] = element.first("CabinType").flatMap(CabinType.cabin)
        }
        for element in lists?.first("PaxJourneyList")?.children(named: "PaxJourney").map(\.self) ?? [] {
            guard let id = element.text("PaxJourneyID") else { continue }
            let segmentIDs = element.children(named: "PaxSegmentRefID").map(\.text)
            journeys[id] = Journey(segmentIDs: segmentIDs, statedDuration: element.first("Duration"))
        }
    }

    /// Whether the answer told any flights.
    var isEmpty: Bool { journeys.isEmpty && segments.isEmpty }

    /// The flights of an offer.
    ///
    /// - Parameters:
    ///   - journeyIDs: in any order.
    ///   - stated: the cabins of its segments, where the fare tells them.
    mutating func itinerary(
        journeyIDs: [String], cabins stated: [String: Cabin]
    ) throws(DroppedOffer) -> Itinerary {
        var found: [Slice] = []
        for id in journeyIDs { found.append(try slice(id, stated)) }
        found.sort { $0.departsAt < $1.departsAt }
        for (earlier, later) in zip(found, found.dropFirst()) where earlier.arrivesAt > later.departsAt {
            throw DroppedOffer("overlapping journeys")
        }
        guard let itinerary = Itinerary(slices: found) else { throw DroppedOffer("no journeys") }
        return itinerary
    }

    private mutating func slice(_ id: String, _ stated: [String: Cabin]) throws(DroppedOffer) -> Slice {
        guard let journey = journeys[id] else { throw DroppedOffer("unknown journey") }
        let cabins = journey.segmentIDs.map { stated[$0] ?? self.cabins[$0] }
        let key = SliceKey(journeyID: id, cabins: cabins)
        if let slice = slices[key] { return slice }
        var flights: [Segment] = []
        for (segmentID, cabin) in zip(journey.segmentIDs, cabins) {
            var segment = try self.segment(segmentID)
            segment.cabin = cabin ?? defaultCabin
            flights.append(segment)
        }
        guard let slice = Slice(segments: flights) else { throw DroppedOffer("impossible flights") }
        if compared.insert(id).inserted { compare(journey.statedDuration, with: slice.duration) }
        slices[key] = slice
        return slice
    }

    /// A listed segment by its id.
    func segment(_ id: String) throws(DroppedOffer) -> Segment {
        guard let segment = segments[id] else { throw DroppedOffer("unknown segment") }
        return try segment.get()
    }

    /// A duration may be missing; one that can't be read differs.
    private mutating func compare(_ stated: XMLElement?, with actual: Duration) {
        guard let stated else { return }
        if (try? stated.requireDuration()) != actual { durationMismatches += 1 }
    }

    private static func segment(_ element: XMLElement, cabin: Cabin) throws(DroppedOffer) -> Segment {
        let (origin, departsAt) = try FlightTime.read(try stop("Dep", of: element))
        let (destination, arrivesAt) = try FlightTime.read(try stop("Arrival", of: element))
        guard let carrier = element.text("MarketingCarrierInfo", "CarrierDesigCode").flatMap({ CarrierCode($0) }) else {
            throw DroppedOffer("no carrier")
        }
        let operating = element.text("OperatingCarrierInfo", "CarrierDesigCode").flatMap { CarrierCode($0) }
        return Segment(
            origin: origin, destination: destination, departsAt: departsAt, arrivesAt: arrivesAt,
            marketingCarrier: carrier, flightNumber: try number(element), operatingCarrier: operating, cabin: cabin)
    }

    /// A segment's own departure or arrival; where that is empty, the first leg's departure or the last one's arrival.
    private static func stop(_ name: String, of segment: XMLElement) throws(DroppedOffer) -> XMLElement {
        if let own = segment.first(name), !own.children.isEmpty { return own }
        let legs = segment.children(named: "DatedOperatingLeg").compactMap { $0.first(name) }
        guard let stop = name == "Dep" ? legs.first : legs.last else { throw DroppedOffer("no airport") }
        return stop
    }

    /// Without leading zeros: some airlines write `0112`.
    private static func number(_ segment: XMLElement) throws(DroppedOffer) -> String {
        guard let text = segment.text("MarketingCarrierInfo", "MarketingCarrierFlightNumberText"),
            (1...8).contains(text.utf8.count)
        else { throw DroppedOffer("no flight number") }
        let digits = text.drop { $0 == "0" }
        return digits.isEmpty ? "0" : String(digits)
    }
}
