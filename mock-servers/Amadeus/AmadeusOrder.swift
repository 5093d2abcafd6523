import FareDomain
import WireFormats

/// An order in the shape of a `flight-order`.
struct AmadeusOrder {
    let order: Order

    func write(to writer: inout JSONWriter) {
        writer.member("type", "flight-order")
        writer.member("id", order.id)
        writer.member("queuingOfficeId", "LON1A0955")
        writer.array("associatedRecords") { writer in
            writer.object { writer in
                writer.member("reference", order.locator)
                writer.member("creationDate", utc(order.createdAt))
                writer.member("originSystemCode", "GDS")
                writer.member("flightOfferId", "1")
            }
        }
        writer.array("flightOffers") { $0.raw((order.notes["offer"] ?? "{}").utf8) }
        for name in ["travelers", "remarks", "contacts"] {
            if let text = order.notes[name] { writer.member(name, raw: text.utf8) }
        }
        writer.object("ticketingAgreement", writeAgreement)
        if order.state == .ticketed { writer.array("tickets", writeTickets) }
    }

    private func writeAgreement(to writer: inout JSONWriter) {
        guard order.state == .held, let limit = order.payBy else {
            writer.member("option", "CONFIRM")
            return
        }
        writer.member("option", order.notes["option"] ?? "DELAY_TO_CANCEL")
        writer.memberIfPresent("delay", order.notes["delay"])
        // As the clocks where the journey begins show it, without saying so.
        let origin = order.query.legs.first.flatMap { Place.airport($0.origin) }
        let time = origin?.airport.zone.time(at: Timestamp(millisecondsSinceEpoch: limit)).local
        writer.memberIfPresent("dateTime", time.map { "\($0).000" })
    }

    private func writeTickets(to writer: inout JSONWriter) {
        for traveller in order.travellers {
            writer.object { writer in
                let digits = SeededHash(seed: 0).number(in: 1_000_000_000...9_999_999_999, order.id, traveller.id)
                writer.member("documentType", "ETICKET")
                writer.member("documentNumber", "125-\(digits)")
                writer.member("documentStatus", "ISSUED")
                writer.member("travelerId", traveller.id)
            }
        }
    }

    /// UTC without saying so: `2026-07-09T12:30:00.000`.
    private func utc(_ milliseconds: Int64) -> String {
        String(Timestamp(millisecondsSinceEpoch: milliseconds).utcText.dropLast())
    }
}
