import FareDomain
import WireFormats

/// The passengers of an order request, checked against those of its offer.
enum NDCTravellers {
    static func read(_ request: XMLElement, query: TripQuery) throws -> [Traveller] {
        let listed = request.first("DataLists", "PaxList")?.children(named: "Pax").map(\.self) ?? []
        guard listed.count == query.travellers.count else {
            throw NDCProblem.malformed("other passengers than the offer's")
        }
        let travellers = try listed.map { try traveller($0, query: query) }
        guard Set(travellers.map(\.id)).count == travellers.count else {
            throw NDCProblem.malformed("a passenger who is listed twice")
        }
        try seatInfants(travellers)
        return travellers
    }

    private static func traveller(_ pax: XMLElement, query: TripQuery) throws -> Traveller {
        let known = query.travellers.indices.map { NDCOfferID.passenger($0) }
        guard let id = pax.text("PaxID"), let place = known.firstIndex(of: id) else {
            throw NDCProblem.malformed("a PaxID that is not the offer's")
        }
        let type = query.travellers[place]
        guard pax.text("PTC") == NDCItems.code(of: type) else { throw NDCProblem.malformed("a PTC not the offer's") }
        guard let given = pax.text("Individual", "GivenName"), let family = pax.text("Individual", "Surname") else {
            throw NDCProblem.missing("GivenName or Surname")
        }
        guard let born = pax.text("Birthdate") ?? pax.text("Individual", "Birthdate"),
            (try? ISO8601.date(born)) != nil
        else { throw NDCProblem.missing("Birthdate") }
        var details = ["born_on": born]
        details["title"] = pax.text("Individual", "TitleName")
        details["gender"] = pax.text("Individual", "GenderCode")
        details["adult"] = pax.text("PaxRefID")
        return Traveller(id: id, type: type, givenName: given, familyName: family, details: details)
    }

    /// Every infant sits on the lap of an adult of its own.
    private static func seatInfants(_ travellers: [Traveller]) throws {
        let adults = Set(travellers.filter { $0.type == .adult }.map(\.id))
        let laps = travellers.filter { $0.type == .infant }.map { $0.details["adult"] ?? "" }
        guard Set(laps).count == laps.count, adults.isSuperset(of: laps) else {
            throw NDCProblem.malformed("an infant without an adult of its own in PaxRefID")
        }
    }
}
