import FareDomain
import WireFormats

/// Until when something can be ticketed. Amadeus states all of it in local time without a zone; the place that is meant
/// is taken to be the origin of the journey.
enum TicketingLimit {
    /// `lastTicketingDateTime`, or the last second of `lastTicketingDate`, "valid for ticketing until this date
    /// (included)". A fare booked before keeps its price until then.
    static func lastTicketing(_ offer: JSONValue) -> Timestamp? {
        guard let zone = originZone(of: offer) else { return nil }
        if let time = try? offer.localDateTime("lastTicketingDateTime") { return zone.resolve(time).instant }
        guard let date = try? offer.date("lastTicketingDate"),
            let end = LocalDateTime(date: date, hour: 23, minute: 59, second: 59)
        else { return nil }
        return zone.resolve(end).instant
    }

    /// When an order is cancelled by itself: `dateTime` of its agreement; "when no time is specified, at 00:00".
    static func automaticCancellation(_ agreement: JSONValue, of offer: JSONValue) -> Timestamp? {
        guard let zone = originZone(of: offer), let value = agreement.present("dateTime") else { return nil }
        if let time = try? agreement.dateTime("dateTime") { return (time.zoned ?? zone.resolve(time.local)).instant }
        guard let text = value.string, let date = try? ISO8601.date(text),
            let midnight = LocalDateTime(date: date, hour: 0, minute: 0)
        else { return nil }
        return zone.resolve(midnight).instant
    }

    private static func originZone(of offer: JSONValue) -> Zone? {
        let first = offer["itineraries"]?.elements.first { _ in true }?["segments"]?.elements.first { _ in true }
        return first?["departure"]?["iataCode"]?.string.flatMap { LocationCode($0) }.flatMap { Zone(airport: $0) }
    }
}
