import ArgumentParser
import WireFormats

/// What to search for, as the commands take it.
struct QueryOptions: ParsableArguments {
    @Argument(help: "An airport or city: LON.")
    var origin: String

    @Argument(help: "An airport or city: NYC.")
    var destination: String

    @Argument(help: "The day of departure: 2026-12-10.")
    var departureDate: String

    @Option(name: .customLong("return"), help: "The day of the way back.")
    var returnDate: String?

    @Option(help: "Changes of plane, at most.")
    var maxStops: Int?

    @Option(help: "economy, premium_economy, business or first.")
    var cabin = "economy"

    @Option(help: "The currency to compare in.")
    var currency = "GBP"

    @Option(help: "How long the service may take, in milliseconds.")
    var deadlineMs: Int?

    /// The body of a request, without passengers.
    var body: JSONNode {
        var body: JSONNode = [
            "origin": .string(origin), "destination": .string(destination), "departure_date": .string(departureDate),
            "cabin": .string(cabin), "currency": .string(currency),
        ]
        if let returnDate { body.append("return_date", .string(returnDate)) }
        if let maxStops { body.append("filters", ["max_stops": .int(maxStops)]) }
        if let deadlineMs { body.append("deadline_ms", .int(deadlineMs)) }
        return body
    }
}

/// How many travel, as the commands take it.
struct PartyOptions: ParsableArguments {
    @Option(help: "Passengers of 12 years or more.")
    var adults: Int?

    @Option(help: "Passengers of 2 to 11 years.")
    var children: Int?

    @Option(help: "Passengers under 2 years, on an adult's lap.")
    var infants: Int?

    /// By type, the adults first; nil where it was not said.
    var counts: [(type: String, count: Int?)] { [("adult", adults), ("child", children), ("infant", infants)] }
}
