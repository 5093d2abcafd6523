/// Which places there are: airports, and the cities that have several.
public enum Airports {
    private static let table = AirportTable(AirportData.text)

    /// All airports, by code.
    public static var all: [Airport] { table.airports }

    /// The airport of that code. Nil for a code that is a city's alone (`LON`), or nobody's.
    public static func airport(_ code: LocationCode) -> Airport? { table.airport(code) }

    /// The airports of a city, by code. Empty if the code is no city's.
    public static func airports(inCity city: LocationCode) -> [Airport] { table.airports(inCity: city) }

    /// Whether the code is an airport's or a city's.
    public static func isKnown(_ location: LocationCode) -> Bool { first(of: location) != nil }

    /// The airports that a search for `location` means: for `LON`, all of London's; for `LHR`, itself. Empty if
    /// unknown.
    ///
    /// A code that is both (`DXB`, `BKK`, `IST`) means the airport: nobody is sent to another airport than the one that
    /// was named. The city's are in `airports(inCity:)`.
    public static func expand(_ location: LocationCode) -> [LocationCode] {
        table.airport(location) != nil ? [location] : table.airports(inCity: location).map(\.code)
    }

    /// Whether `airport` is one that `location` means, as `expand` has it.
    public static func contains(_ location: LocationCode, _ airport: LocationCode) -> Bool {
        location == airport || (table.airport(location) == nil && table.airport(airport)?.city == location)
    }

    /// The city that a code belongs to: an airport's own, or the city itself. Nil if unknown.
    public static func city(of location: LocationCode) -> LocationCode? { first(of: location)?.city }

    /// ISO 3166-1 of an airport or a city. Nil if unknown.
    public static func country(of location: LocationCode) -> String? { first(of: location)?.country }

    /// The zone of an airport or a city. Nil if unknown.
    public static func zone(of location: LocationCode) -> Zone? { first(of: location)?.zone }

    /// The airport itself, or the city's first one: they share city, country and zone.
    private static func first(of location: LocationCode) -> Airport? {
        table.airport(location) ?? table.airports(inCity: location).first
    }
}
