import FareDomain

/// An airport of the mock world, with what a timetable needs to know of it. There is one of each code.
final class Place: Sendable, Hashable {
    /// The facts, from the domain's table.
    let airport: Airport
    /// The IATA code: `LHR`.
    let code: String
    /// The code of its city: `LON`; its own where it has no other.
    let cityCode: String

    private init(_ airport: Airport) {
        self.airport = airport
        code = airport.code.rawValue
        cityCode = airport.city.rawValue
    }

    private static let byCode = Dictionary(
        uniqueKeysWithValues: Airports.all.map { ($0.code.rawValue, Place($0)) })

    /// Nil for a code that is no airport's.
    static func airport(_ code: String) -> Place? { byCode[code] }

    /// The airports that a code stands for: the airport itself, or the main ones of a city. Empty for an unknown code.
    ///
    /// A code that is both an airport's and a city's (`BER`, `IST`) is the airport, as in the domain.
    static func named(_ code: String) -> [Place] {
        if let own = byCode[code] { return [own] }
        guard let city = LocationCode(code) else { return [] }
        let all = Airports.airports(inCity: city).compactMap { byCode[$0.code.rawValue] }
        let main = (CityAirports.main[code] ?? []).compactMap { wanted in all.first { $0.code == wanted } }
        return main.isEmpty ? Array(all.prefix(3)) : main
    }

    static func == (left: Place, right: Place) -> Bool { left === right }

    func hash(into hasher: inout Hasher) { hasher.combine(ObjectIdentifier(self)) }

    /// The way over the ground, in whole kilometres.
    func kilometres(to other: Place) -> Int { Int(airport.distance(to: other.airport).rounded()) }

    /// The IANA name of a zone that its clocks go by: for places of the same clocks, the name of one of them.
    var zoneName: String { ZoneNames.name(of: airport.zone) }
}
