import FareDomain
import FarePorts
import WireFormats

/// The body of `POST /v1/booking/flight-orders`.
enum OrderBody {
    enum Agreement {
        /// Cancel it by itself unless it is ticketed in time.
        case hold(Duration)
        /// Ticket it at once.
        case confirm
    }

    /// - Throws: `rejected` for passengers the offer is not for, or that Amadeus can't write.
    static func bytes(_ request: OrderRequest, _ agreement: Agreement) throws(ProviderError) -> [UInt8] {
        let payload = request.offer.payload
        let travelers = try TravelerSeats.assign(request.passengers, payload: payload)
        var writer = JSONWriter(reserving: payload.utf8.count + 2048)
        writer.object { writer in
            writer.object("data") { writer in
                writer.member("type", "flight-order")
                writer.array("flightOffers") { $0.raw(payload.utf8) }
                writer.member("travelers", travelers)
                writeReference(request.reference, to: &writer)
                writer.object("ticketingAgreement") { write(agreement, to: &$0) }
                if let contact = travelers.first(where: { $0.passenger.type == .adult }) ?? travelers.first {
                    writer.array("contacts") { $0.object(contact.writeAsContact) }
                }
            }
        }
        return writer.bytes
    }

    private static func writeReference(_ reference: String, to writer: inout JSONWriter) {
        writer.object("remarks") { writer in
            writer.array("general") { writer in
                writer.object { writer in
                    writer.member("subType", "GENERAL_MISCELLANEOUS")
                    writer.member("text", reference)
                }
            }
        }
    }

    private static func write(_ agreement: Agreement, to writer: inout JSONWriter) {
        switch agreement {
        case .confirm: writer.member("option", "CONFIRM")
        case .hold(let wanted):
            writer.member("option", "DELAY_TO_CANCEL")
            writer.member("delay", "\(days(for: wanted))D")
        }
    }

    /// Whole days of which the hold lasts at least `wanted`: cancelling happens at 00:00 local time of the day that
    /// is so many days on, so the first of them may be a minute long.
    private static func days(for wanted: Duration) -> Int64 {
        let seconds = max(1, wanted.components.seconds)
        return min((seconds - 1) / 86_400 + 2, 365)
    }
}
