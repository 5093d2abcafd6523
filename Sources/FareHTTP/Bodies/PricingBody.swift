import FareDomain
import WireFormats

/// A pricing of an offer as it is asked for: nothing need be said.
struct PricingBody {
    /// Nil where only the price is asked for.
    var passengers: [Passenger]?
    var deadline: Duration

    /// - Returns: nil if something is wrong; `reader` then knows what.
    init?(_ root: JSONValue, reader: inout FieldReader) {
        guard let fields = reader.object(root, at: "", allowing: ["passengers", "deadline_ms"]) else { return nil }
        passengers = fields["passengers"] == nil ? nil : PassengerFields.passengers(fields, &reader)
        deadline = reader.deadline(fields)
        guard reader.violations.isEmpty else { return nil }
    }
}
