import FareDomain
import FarePorts
import WireFormats

/// A passenger as pricing and orders name one: in Amadeus' letters, and with the place in the offer.
struct OrderedTraveler: JSONWritable {
    let id: String
    let passenger: Passenger
    private let givenName: String
    private let familyName: String
    private let phone: PhoneNumber

    /// - Throws: `rejected` for a name without any letter that can be written, or a number that is not E.164.
    init(_ passenger: Passenger, id: String) throws(ProviderError) {
        guard let givenName = ReservationText.name(passenger.givenName),
            let familyName = ReservationText.name(passenger.familyName)
        else {
            throw ProviderError(
                .rejected, outcome: .notApplied, detail: "a name can't be written in the letters A to Z")
        }
        guard let phone = PhoneNumber(passenger.phoneNumber) else {
            throw ProviderError(.rejected, outcome: .notApplied, detail: "a telephone number is not E.164")
        }
        self.id = id
        self.passenger = passenger
        self.givenName = givenName
        self.familyName = familyName
        self.phone = phone
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("dateOfBirth", passenger.bornOn.description)
            writer.object("name", writeName)
            writer.member("gender", passenger.gender.amadeusName)
            writer.object("contact", writeReach)
        }
    }

    /// The members of a `contacts` entry: whom the airline turns to about the order.
    func writeAsContact(to writer: inout JSONWriter) {
        writer.object("addresseeName", writeName)
        writer.member("purpose", "STANDARD")
        writeReach(to: &writer)
    }

    private func writeName(to writer: inout JSONWriter) {
        writer.member("firstName", givenName)
        writer.member("lastName", familyName)
    }

    private func writeReach(to writer: inout JSONWriter) {
        writer.member("emailAddress", passenger.email)
        writer.array("phones") { writer in
            writer.object { writer in
                writer.member("deviceType", "MOBILE")
                writer.member("countryCallingCode", phone.countryCode)
                writer.member("number", phone.number)
            }
        }
    }
}
