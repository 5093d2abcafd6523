import WireFormats

/// The passengers of an order request, checked against those of its offer.
enum DuffelTravellers {
    private static let required = [
        "given_name", "family_name", "born_on", "gender", "title", "email", "phone_number",
    ]
    private static let kept = ["born_on", "gender", "title", "email", "phone_number", "infant_passenger_id"]

    static func read(_ data: JSONValue, search: String, query: TripQuery) throws -> [Traveller] {
        let passengers = data.member(named: "passengers")?.elements.map(\.self) ?? []
        let known = query.travellers.indices.map { DuffelID.passenger(search, $0) }
        guard passengers.count == known.count else {
            throw DuffelProblem.invalid("length", "/passengers", "must have the passengers of the offer")
        }
        let travellers = try passengers.enumerated().map { place, passenger in
            try traveller(passenger, at: "/passengers/\(place)", known: known, query: query)
        }
        guard Set(travellers.map(\.id)).count == known.count else {
            throw DuffelProblem.invalid("invalid", "/passengers", "must have each passenger once")
        }
        try seatInfants(travellers)
        return travellers
    }

    private static func traveller(
        _ passenger: JSONValue, at pointer: String, known: [String], query: TripQuery
    ) throws -> Traveller {
        guard let id = passenger.member(named: "id")?.string, let index = known.firstIndex(of: id) else {
            throw DuffelProblem.invalid("invalid", "\(pointer)/id", "is not a passenger of the offer")
        }
        for field in required where passenger.member(named: field)?.string?.isEmpty ?? true {
            throw DuffelProblem.invalid("required", "\(pointer)/\(field)", "can't be blank")
        }
        let gender = passenger.member(named: "gender")?.string ?? ""
        guard ["m", "f"].contains(gender) else {
            throw DuffelProblem.invalid("inclusion", "\(pointer)/gender", "is not m or f")
        }
        guard (passenger.member(named: "phone_number")?.string ?? "").hasPrefix("+") else {
            throw DuffelProblem.invalid("format", "\(pointer)/phone_number", "is not in the E.164 format")
        }
        guard let born = passenger.member(named: "born_on")?.string, (try? ISO8601.date(born)) != nil else {
            throw DuffelProblem.invalid("format", "\(pointer)/born_on", "is not a date")
        }
        var details: [String: String] = [:]
        for field in kept { details[field] = passenger.member(named: "\(field)")?.string }
        return Traveller(
            id: id, type: query.travellers[index], givenName: passenger.member(named: "given_name")?.string ?? "",
            familyName: passenger.member(named: "family_name")?.string ?? "", details: details)
    }

    /// Every infant sits on the lap of an adult of its own.
    private static func seatInfants(_ travellers: [Traveller]) throws {
        let infants = travellers.filter { $0.type == .infant }.map(\.id)
        let carried = travellers.filter { $0.type == .adult }.compactMap { $0.details["infant_passenger_id"] }
        guard infants.sorted() == carried.sorted() else {
            throw DuffelProblem.invalid(
                "invalid", "/passengers", "must name each infant in the infant_passenger_id of one adult")
        }
    }
}
