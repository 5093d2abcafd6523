/// All airports, read once from `AirportData`.
struct AirportTable: Sendable {
    /// By code.
    let airports: [Airport]
    /// Where in `airports` each of the 26³ codes is; `none` for those that are no airport's.
    private let positions: [UInt16]
    /// The airports of each city, by code.
    private let cities: [LocationCode: [Airport]]

    private static let none = UInt16.max

    init(_ text: StaticString) {
        var airports: [Airport] = []
        var zone = Zone.utc
        let bytes = UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            if line.first == UInt8(ascii: "@") {
                // The script writes no name that ZoneData lacks; a test looks.
                zone = Zone(named: String(decoding: line.dropFirst(), as: UTF8.self)) ?? .utc
            } else if let airport = AirportTable.read(line, in: zone) {
                airports.append(airport)
            }
        }
        airports.sort { $0.code < $1.code }
        var positions = [UInt16](repeating: AirportTable.none, count: 26 * 26 * 26)
        var cities: [LocationCode: [Airport]] = [:]
        for (position, airport) in airports.enumerated() {
            positions[AirportTable.slot(airport.code)] = UInt16(position)
            cities[airport.city, default: []].append(airport)
        }
        self.airports = airports
        self.positions = positions
        self.cities = cities
    }

    func airport(_ code: LocationCode) -> Airport? {
        let position = positions[AirportTable.slot(code)]
        return position == AirportTable.none ? nil : airports[Int(position)]
    }

    func airports(inCity city: LocationCode) -> [Airport] { cities[city] ?? [] }

    /// The code as a number of base 26. A `LocationCode` is always three capitals.
    private static func slot(_ code: LocationCode) -> Int {
        code.rawValue.utf8.reduce(0) { $0 * 26 + Int($1 - UInt8(ascii: "A")) }
    }

    private static func read(_ line: Swift.Slice<UnsafeBufferPointer<UInt8>>, in zone: Zone) -> Airport? {
        let words = line.split(separator: UInt8(ascii: " "))
        guard words.count >= 4, let code = LocationCode(String(decoding: words[0], as: UTF8.self)) else { return nil }
        let city = words.count > 4 ? LocationCode(String(decoding: words[4], as: UTF8.self)) : code
        return Airport(
            code: code, city: city ?? code, country: String(decoding: words[1], as: UTF8.self),
            latitude: Double(ASCIIInteger.read(words[2])) / 10_000,
            longitude: Double(ASCIIInteger.read(words[3])) / 10_000, zone: zone)
    }
}
