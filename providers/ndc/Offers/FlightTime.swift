import FareDomain
import WireFormats

/// Reads the time of a departure or an arrival.
///
/// What counts is the local reading, as the airport's boards show it. It becomes an instant by the stated zone
/// (`TimeZoneCode="Europe/Madrid"`), or else by the airport's own. A stated offset that is not the airport's is not
/// believed: some gateways put their own machine's offset behind every local time. `Z` alone is UTC, and is converted.
enum FlightTime {
    /// - Parameter stop: a `Dep` or an `Arrival`.
    static func read(_ stop: XMLElement) throws(DroppedOffer) -> (place: LocationCode, time: ZonedTime) {
        guard let place = stop.text("IATA_LocationCode").flatMap({ LocationCode($0) }) else {
            throw DroppedOffer("no airport")
        }
        guard let element = stop.first("AircraftScheduledDateTime") else { throw DroppedOffer("no time") }
        guard let stated = try? element.requireDateTime() else { throw DroppedOffer("unreadable time") }
        let zoneName = element.attribute("TimeZoneCode")
        let named = zoneName.flatMap { Zone(named: $0) }
        if let zone = named ?? Zone(airport: place) {
            guard element.text.hasSuffix("Z") else { return (place, zone.resolve(stated.local)) }
            return (place, zone.time(at: stated.timestamp(assumingOffset: 0)))
        }
        guard let offset = stated.offset ?? zoneName.flatMap(offset) else { throw DroppedOffer("unknown airport") }
        return (place, ZonedTime(local: stated.local, offset: offset))
    }

    /// A `TimeZoneCode` that is an offset: `-03:00`.
    private static func offset(_ text: String) -> Int32? {
        guard let time = try? ISO8601.timeOfDay("00:00" + text) else { return nil }
        return time.offset
    }
}
