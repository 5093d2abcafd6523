import FareDomain
import WireFormats

/// Slices and segments, which offers and orders have in common.
enum DuffelSlice {
    /// Origin, destination and duration of a slice.
    static func writeEnds(of slice: Connection, to writer: inout JSONWriter) {
        writer.member("duration", duration(slice.duration))
        writer.member("origin_type", "airport")
        writer.key("origin")
        DuffelPlaces.airport(slice.origin, to: &writer)
        writer.member("destination_type", "airport")
        writer.key("destination")
        DuffelPlaces.airport(slice.destination, to: &writer)
    }

    static func write(
        _ flight: Flight, id: String, fare: Fare, passengerIDs: [String], to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("departing_at", "\(flight.departsAt.local)")
            writer.member("arriving_at", "\(flight.arrivesAt.local)")
            writer.member("duration", duration(flight.duration))
            writer.member("distance", "\(flight.kilometres).0")
            writer.key("origin")
            DuffelPlaces.airport(flight.origin, to: &writer)
            writer.member("origin_terminal", flight.originTerminal)
            writer.key("destination")
            DuffelPlaces.airport(flight.destination, to: &writer)
            writer.member("destination_terminal", flight.destinationTerminal)
            writer.key("marketing_carrier")
            DuffelPlaces.airline(flight.carrier, to: &writer)
            writer.member("marketing_carrier_flight_number", number(flight.number))
            writer.key("operating_carrier")
            DuffelPlaces.airline(flight.operatingCarrier, to: &writer)
            let ownFlight = flight.operatingCarrier == flight.carrier
            writer.member("operating_carrier_flight_number", ownFlight ? number(flight.number) : nil)
            writer.key("aircraft")
            DuffelPlaces.aircraft(flight.aircraft, to: &writer)
            writer.array("stops") { _ in }
            writer.array("passengers") { writer in
                for id in passengerIDs { write(passenger: id, fare: fare, to: &writer) }
            }
        }
    }

    private static func write(passenger id: String, fare: Fare, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("passenger_id", id)
            writer.member("cabin_class", fare.cabin.rawValue)
            writer.member("cabin_class_marketing_name", fare.brand)
            writer.member("fare_basis_code", fare.basis)
            writer.member("seat", String?.none)
            writer.array("baggages") { writer in
                for (type, quantity) in [("checked", fare.checkedBags), ("carry_on", 1)] where quantity > 0 {
                    writer.object { writer in
                        writer.member("type", type)
                        writer.member("quantity", quantity)
                    }
                }
            }
        }
    }

    /// Some airlines write `0175`.
    private static func number(_ number: Int) -> String {
        number < 1000 && number % 3 == 0 ? String(String(10_000 + number).dropFirst()) : String(number)
    }

    /// Hours and minutes, both in two digits, days never: `PT02H05M`, `PT33H35M`.
    private static func duration(_ duration: Duration) -> String {
        let minutes = Int(duration.components.seconds / 60)
        return "PT\(minutes / 60 < 10 ? "0" : "")\(minutes / 60)H\(minutes % 60 < 10 ? "0" : "")\(minutes % 60)M"
    }
}
