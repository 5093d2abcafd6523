import FareDomain
import WireFormats

/// The passengers of a booking.
enum PassengerFields {
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
            email: email, phoneNumber: phone, adultIndex: type == .infant ? adult ?? 0 : adult)
    }
}
