import FareDomain
import FarePorts
import WireFormats

/// What is inside the `Request` of an `IATA_OrderCreateRQ`.
struct OrderBody {
    let selection: OfferSelection
    /// The passenger in each slot, by index.
    let seating: [Int]
    let request: OrderRequest

    func write(paying: Bool, to writer: inout XMLWriter) {
        writer.element("CreateOrder") { selection.write(total: request.offer.total, to: &$0) }
        writer.element("DataLists") { writer in
            writer.element("ContactInfoList") { writer in
                for place in seating.indices { writeContact(place, to: &writer) }
            }
            writer.element("PaxList") { writer in
                for place in seating.indices { writePassenger(place, to: &writer) }
            }
        }
        if paying { OrderBody.writePayment(of: request.offer.total, itemIDs: [], to: &writer) }
    }

    /// A `PaymentFunctions`. Paid in cash means: settled with the agency's account.
    ///
    /// - Parameter itemIDs: what is paid for; none for everything.
    static func writePayment(of total: Money, itemIDs: [String], to writer: inout XMLWriter) {
        writer.element("PaymentFunctions") { writer in
            writer.element("PaymentProcessingDetails") { writer in
                writer.element("Amount", ["CurCode": total.currency.code], text: total.amount)
                if !itemIDs.isEmpty {
                    writer.element("OrderAssociation") { writer in
                        for id in itemIDs { writer.element("OrderItemRefID", text: id) }
                    }
                }
                writer.element("PaymentMethod") { $0.element("Cash") }
                writer.element("TypeCode", text: "CA")
            }
        }
    }

    private func writeContact(_ place: Int, to writer: inout XMLWriter) {
        let passenger = request.passengers[seating[place]]
        writer.element("ContactInfo") { writer in
            writer.element("ContactInfoID", text: "CONTACT\(place + 1)")
            writer.element("EmailAddress") { $0.element("EmailAddressText", text: passenger.email) }
            // The whole number, country code and all: E.164 has no mark between them.
            writer.element("Phone") { $0.element("PhoneNumber", text: passenger.phoneNumber) }
        }
    }

    private func writePassenger(_ place: Int, to writer: inout XMLWriter) {
        let passenger = request.passengers[seating[place]]
        writer.element("Pax") { writer in
            writer.element("Birthdate", text: "\(passenger.bornOn)")
            writer.element("ContactInfoRefID", text: "CONTACT\(place + 1)")
            writer.element("Individual") { writer in
                writer.element("Birthdate", text: "\(passenger.bornOn)")
                writer.element("GenderCode", text: passenger.gender.rawValue.uppercased())
                writer.element("GivenName", text: passenger.givenName)
                writer.element("IndividualID", text: "INDIVIDUAL\(place + 1)")
                writer.element("Surname", text: passenger.familyName)
                writer.element("TitleName", text: passenger.title.rawValue.uppercased())
            }
            writer.element("PaxID", text: selection.slots[place].id)
            writer.elementIfPresent("PaxRefID", text: adultID(of: passenger))
            writer.element("PTC", text: selection.slots[place].code)
        }
    }

    /// The slot of the adult that an infant sits with.
    private func adultID(of passenger: Passenger) -> String? {
        guard passenger.type == .infant, let adult = passenger.adultIndex, let place = seating.firstIndex(of: adult)
        else { return nil }
        return selection.slots[place].id
    }
}
