import FareDomain
import FareSearch
import WireFormats

/// A booking of one offer as it is asked for.
struct OfferBookingBody {
    private static let names: Set<String> = [
        "offer_id", "hold_id", "passengers", "payment", "accept_token", "allow_duplicate", "deadline_ms",
    ]

    var offer: OfferID
    var passengers: [Passenger]
    var paymentToken: String
    /// Accepts a price above the one that was shown.
    var acceptToken: String?
    /// Whether the same people may be booked on the same flights again within minutes.
    var allowsDuplicate: Bool
    var deadline: Duration

    /// - Returns: nil if something is wrong; `reader` then knows what.
    init?(_ root: JSONValue, reader: inout FieldReader) {
        guard let fields = reader.object(root, at: "", allowing: Self.names) else { return nil }
        if fields["hold_id"] != nil {
            reader.refuse(fields.place("hold_id"), "holds can't be booked here yet: send an offer_id")
        }
        let offer = fields["hold_id"] == nil ? reader.requiredString(fields, "offer_id") : nil
        let passengers = PassengerFields.passengers(fields, &reader)
        let token = PaymentFields.token(fields, isRequired: true, &reader)
        acceptToken = reader.string(fields, "accept_token")
        allowsDuplicate = reader.bool(fields, "allow_duplicate") ?? false
        deadline = reader.deadline(fields)
        guard reader.violations.isEmpty, let offer, let token else { return nil }
        self.offer = OfferID(offer)
        self.passengers = passengers
        paymentToken = token
    }
}

extension ListedOffer {
    /// What is wrong with the passengers of a request for this offer: as passengers, or because it was priced for
    /// others.
    func violations(of passengers: [Passenger], today: LocalDate) -> [Violation] {
        Passenger.violations(
            of: passengers, firstTravelDay: query.slices.first?.departureDate ?? today,
            lastTravelDay: query.slices.last?.departureDate ?? today, today: today) + partyViolations(of: passengers)
    }

    private func partyViolations(of passengers: [Passenger]) -> [Violation] {
        var missing = query.passengers.map(\.type)
        var found: [Violation] = []
        for (index, passenger) in passengers.enumerated() {
            if let place = missing.firstIndex(of: passenger.type) {
                missing.remove(at: place)
            } else {
                let detail = "the offer is not priced for this \(passenger.type.rawValue): search again"
                found.append(Violation(pointer: "/passengers/\(index)/type", detail: detail))
            }
        }
        if !missing.isEmpty {
            let words = missing.map(\.rawValue).joined(separator: ", ")
            found.append(Violation(pointer: "/passengers", detail: "lacks some that the offer is priced for: \(words)"))
        }
        return found
    }
}
