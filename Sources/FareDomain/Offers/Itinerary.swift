/// A class of travel.
public enum Cabin: String, Sendable, Codable, CaseIterable {
    case economy
    case premiumEconomy = "premium_economy"
    case business
    case first
}

/// One flight between two airports, under one flight number.
public struct Segment: Hashable, Sendable, Codable {
    public var origin: LocationCode
    public var destination: LocationCode
    public var departsAt: ZonedTime
    public var arrivesAt: ZonedTime
    public var marketingCarrier: CarrierCode
    /// The number without the carrier and without leading zeros: `175`.
    public var flightNumber: String
    /// Who flies it, where that is stated.
    public var operatingCarrier: CarrierCode?
    public var cabin: Cabin

    public init(
        origin: LocationCode, destination: LocationCode, departsAt: ZonedTime, arrivesAt: ZonedTime,
        marketingCarrier: CarrierCode, flightNumber: String, operatingCarrier: CarrierCode?, cabin: Cabin
    ) {
        self.origin = origin
        self.destination = destination
        self.departsAt = departsAt
        self.arrivesAt = arrivesAt
        self.marketingCarrier = marketingCarrier
        self.flightNumber = flightNumber
        self.operatingCarrier = operatingCarrier
        self.cabin = cabin
    }

    /// From the instants: what a provider states is counted when it differs, not believed.
    public var duration: Duration { departsAt.duration(to: arrivesAt) }
}

/// The way from one place to another: one or more segments in order. Never empty.
public struct Slice: Hashable, Sendable, Codable {
    public let segments: [Segment]

    /// Nil if there is no segment, a segment does not depart from where the one before arrived, departs before that, or
    /// arrives before it departs.
    public init?(segments: [Segment]) {
        guard !segments.isEmpty, segments.allSatisfy({ $0.departsAt < $0.arrivesAt }) else { return nil }
        for (earlier, later) in zip(segments, segments.dropFirst()) {
            guard earlier.destination == later.origin, earlier.arrivesAt <= later.departsAt else { return nil }
        }
        self.segments = segments
    }

    public var origin: LocationCode { segments[0].origin }
    public var destination: LocationCode { segments[segments.count - 1].destination }
    public var departsAt: ZonedTime { segments[0].departsAt }
    public var arrivesAt: ZonedTime { segments[segments.count - 1].arrivesAt }
    /// From the first departure to the last arrival, connections included.
    public var duration: Duration { departsAt.duration(to: arrivesAt) }
    /// Changes of plane.
    public var stops: Int { segments.count - 1 }
}

/// The whole journey: a slice each way. Never empty.
public struct Itinerary: Hashable, Sendable, Codable {
    public let slices: [Slice]

    /// Nil if there is no slice.
    public init?(slices: [Slice]) {
        guard !slices.isEmpty else { return nil }
        self.slices = slices
    }

    /// Time in slices, added up.
    public var duration: Duration { slices.reduce(.zero) { $0 + $1.duration } }
    public var stops: Int { slices.reduce(0) { $0 + $1.stops } }
    public var departsAt: ZonedTime { slices[0].departsAt }
}

// Bookings are stored with their flights: what comes from a disk is held to the same rules as what comes from a peer.

extension Slice {
    private enum CodingKeys: String, CodingKey { case segments }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let slice = Slice(segments: try container.decode([Segment].self, forKey: .segments)) else {
            throw DecodingError.dataCorruptedError(forKey: .segments, in: container, debugDescription: "no slice")
        }
        self = slice
    }
}

extension Itinerary {
    private enum CodingKeys: String, CodingKey { case slices }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let itinerary = Itinerary(slices: try container.decode([Slice].self, forKey: .slices)) else {
            throw DecodingError.dataCorruptedError(forKey: .slices, in: container, debugDescription: "no itinerary")
        }
        self = itinerary
    }
}
