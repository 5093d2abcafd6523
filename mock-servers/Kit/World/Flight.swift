import FareDomain

/// One flight of the timetable on one day. Every mock of the same seed knows the same flights.
final class Flight: Sendable, Hashable {
    let carrier: Carrier
    /// Without the carrier and without leading zeros: `175`.
    let number: Int
    let origin: Place
    let destination: Place
    let departsAt: ZonedTime
    let arrivesAt: ZonedTime
    /// Who flies it: another member of the alliance on some flights, otherwise `carrier`.
    let operatingCarrier: Carrier
    /// The IATA type code: `77W`.
    let aircraft: Aircraft
    let originTerminal: String?
    let destinationTerminal: String?
    let kilometres: Int

    /// Names the flight and its day for good: `BA175/2026-12-10/LHR/JFK`.
    let key: String

    init(
        carrier: Carrier, number: Int, origin: Place, destination: Place, departsAt: ZonedTime, arrivesAt: ZonedTime,
        operatingCarrier: Carrier, aircraft: Aircraft, originTerminal: String?, destinationTerminal: String?,
        kilometres: Int
    ) {
        self.carrier = carrier
        self.number = number
        self.origin = origin
        self.destination = destination
        self.departsAt = departsAt
        self.arrivesAt = arrivesAt
        self.operatingCarrier = operatingCarrier
        self.aircraft = aircraft
        self.originTerminal = originTerminal
        self.destinationTerminal = destinationTerminal
        self.kilometres = kilometres
        key = "\(carrier.code)\(number)/\(departsAt.local.date)/\(origin.code)/\(destination.code)"
    }

    /// By key and times: worlds of two seeds can have different flights under one key.
    static func == (left: Flight, right: Flight) -> Bool {
        left.key == right.key && left.departsAt == right.departsAt && left.arrivesAt == right.arrivesAt
    }

    func hash(into hasher: inout Hasher) { hasher.combine(key) }

    var duration: Duration { departsAt.duration(to: arrivesAt) }

    /// As the domain writes it.
    ///
    /// - Returns: nil never happens for a flight of this world, whose codes are all valid.
    func segment(cabin: Cabin) -> Segment? {
        guard let marketing = CarrierCode(carrier.code) else { return nil }
        return Segment(
            origin: origin.airport.code, destination: destination.airport.code, departsAt: departsAt,
            arrivesAt: arrivesAt, marketingCarrier: marketing, flightNumber: String(number),
            operatingCarrier: CarrierCode(operatingCarrier.code), cabin: cabin)
    }
}

/// A type of aircraft.
struct Aircraft: Sendable, Hashable {
    /// The IATA type code.
    let code: String
    let name: String

    static let shortHaul = [
        Aircraft(code: "320", name: "Airbus A320"), Aircraft(code: "32N", name: "Airbus A320neo"),
        Aircraft(code: "738", name: "Boeing 737-800"), Aircraft(code: "E90", name: "Embraer 190"),
    ]
    static let longHaul = [
        Aircraft(code: "77W", name: "Boeing 777-300ER"), Aircraft(code: "789", name: "Boeing 787-9"),
        Aircraft(code: "359", name: "Airbus A350-900"), Aircraft(code: "333", name: "Airbus A330-300"),
    ]

    /// Every type that flies in this world.
    static let all = shortHaul + longHaul
}

/// The flights that take a passenger from one place to another, in order. Never empty.
struct Connection: Sendable, Hashable {
    let flights: [Flight]
    /// The keys of its flights, joined by `+`.
    let key: String

    init(flights: [Flight]) {
        self.flights = flights
        key = flights.map(\.key).joined(separator: "+")
    }

    var origin: Place { flights[0].origin }
    var destination: Place { flights[flights.count - 1].destination }
    var departsAt: ZonedTime { flights[0].departsAt }
    var arrivesAt: ZonedTime { flights[flights.count - 1].arrivesAt }
    var duration: Duration { departsAt.duration(to: arrivesAt) }
    var stops: Int { flights.count - 1 }
    /// Whether no carrier on it is one mock's alone.
    var isSoldByAll: Bool { flights.allSatisfy { $0.carrier.soleSeller == nil } }
}
