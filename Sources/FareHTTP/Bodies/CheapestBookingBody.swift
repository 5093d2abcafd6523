import FareDomain
import WireFormats

/// A cheapest booking as it is asked for.
struct CheapestBookingBody {
    var search: SearchBody
    var passengers: [Passenger]
    var maxTotal: Money
    var paymentToken: String
    var isDryRun: Bool
    /// Whether the same passengers may be booked on the same flights twice within minutes.
    var allowsDuplicate: Bool

    init?(_ root: JSONValue, now: Timestamp, reader: inout FieldReader) {
        let names = SearchBody.names.union(["max_total", "payment", "dry_run", "allow_duplicate"])
        guard let fields = reader.object(root, at: "", allowing: names) else { return nil }
        isDryRun = reader.bool(fields, "dry_run") ?? false
        allowsDuplicate = reader.bool(fields, "allow_duplicate") ?? false
        if fields["max_total"] == nil { reader.refuse(fields.place("max_total"), "is missing") }
        let maxTotal = reader.money(fields, "max_total")
        let token = Self.token(fields, isRequired: !isDryRun, &reader)
        let passengers = PassengerBody.passengers(fields, &reader)
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

    private static func token(_ fields: Fields, isRequired: Bool, _ reader: inout FieldReader) -> String? {
        guard let value = fields["payment"] else {
            if isRequired { reader.refuse(fields.place("payment"), "is missing") }
            return isRequired ? nil : ""
        }
        guard let payment = reader.object(value, at: fields.place("payment"), allowing: ["token"]),
            let token = reader.requiredString(payment, "token")
        else { return nil }
        guard (1...255).contains(token.utf8.count), token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            reader.refuse(payment.place("token"), "must be 1 to 255 visible characters")
            return nil
        }
        return token
    }
}

/// The passengers of a booking.
enum PassengerBody {
    static func passengers(_ fields: Fields, _ reader: inout FieldReader) -> [Passenger] {
        guard fields["passengers"] != nil else {
            reader.refuse(fields.place("passengers"), "is missing")
            return []
        }
        guard let elements = reader.elements(fields, "passengers", limit: 18) else { return [] }
        return elements.compactMap { passenger($0.value, at: $0.pointer, &reader) }
    }

    private static let names: Set<String> = [
        "type", "title", "given_name", "family_name", "born_on", "gender", "email", "phone_number", "adult",
    ]

    private static func passenger(_ value: JSONValue, at pointer: String, _ reader: inout FieldReader) -> Passenger? {
        guard let fields = reader.object(value, at: pointer, allowing: names) else { return nil }
        for key: StaticString in ["type", "title", "gender"] where fields[key] == nil {
            reader.refuse(fields.place(key), "is missing")
        }
        let type = reader.word(fields, "type", as: PassengerType.self)
        let title = reader.word(fields, "title", as: Title.self)
        let gender = reader.word(fields, "gender", as: Gender.self)
        let givenName = reader.requiredString(fields, "given_name")
        let familyName = reader.requiredString(fields, "family_name")
        let bornOn = reader.date(fields, "born_on")
        let email = reader.requiredString(fields, "email")
        let phone = reader.requiredString(fields, "phone_number")
        let adult = reader.integer(fields, "adult", in: 0...17)
        guard let type, let title, let gender, let givenName, let familyName, let bornOn, let email, let phone
        else { return nil }
        return Passenger(
            type: type, title: title, givenName: givenName, familyName: familyName, bornOn: bornOn, gender: gender,
            email: email, phoneNumber: phone, adultIndex: adult)
    }
}
