import FareDomain
import WireFormats

/// A cheapest booking as it is asked for.
struct CheapestBookingBody {
    var search: SearchBody
    var passengers: [Passenger]
    var maxTotal: Money
    var paymentToken: String
    var isDryRun: Bool
    /// Whether the same people may be booked on the same flights again within minutes.
    var allowsDuplicate: Bool

    init?(_ root: JSONValue, now: Timestamp, reader: inout FieldReader) {
        let names = SearchBody.names.union(["max_total", "payment", "dry_run", "allow_duplicate"])
        guard let fields = reader.object(root, at: "", allowing: names) else { return nil }
        isDryRun = reader.bool(fields, "dry_run") ?? false
        allowsDuplicate = reader.bool(fields, "allow_duplicate") ?? false
        if fields["max_total"] == nil { reader.refuse(fields.place("max_total"), "is missing") }
        let maxTotal = reader.money(fields, "max_total")
        let token = PaymentFields.token(fields, isRequired: !isDryRun, &reader)
        let passengers = PassengerFields.passengers(fields, &reader)
        let searched = passengers.map { SearchedPassenger(type: $0.type) }
        guard let search = SearchBody(fields, passengers: searched, now: now, reader: &reader) else { return nil }
        let today = now.earliestDateOnEarth
        reader.refuse(
            Passenger.violations(
                of: passengers, firstTravelDay: search.query.slices.first?.departureDate ?? today,
                lastTravelDay: search.query.slices.last?.departureDate ?? today, today: today))
        guard reader.violations.isEmpty, let maxTotal, let token else { return nil }
        self.search = search
        self.passengers = passengers
        self.maxTotal = maxTotal
        paymentToken = token
    }
}
