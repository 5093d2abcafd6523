import FareDomain
import WireFormats

/// An order in Duffel's shape.
struct DuffelOrder {
    let order: Order
    /// Nil only for an order of another seed's state file: its slices are then left empty.
    let offer: SaleOffer?

    private var search: String { order.notes["search"] ?? "" }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", order.id)
            writer.member("live_mode", false)
            writer.member("type", order.notes["type"] ?? "instant")
            writer.member("offer_id", order.notes["offer_id"])
            writer.member("booking_reference", order.locator)
            writer.member("content", "managed")
            let live = order.state == .held || order.state == .ticketed
            writer.member("available_actions", live ? ["cancel", "update"] : [])
            writeAmounts(to: &writer)
            writer.member("created_at", text(order.createdAt))
            writer.member("synced_at", text(order.createdAt))
            // A hold that ran out was cancelled by its airline.
            writer.member("cancelled_at", text(order.state == .expired ? order.endsAt : order.cancelledAt))
            if let metadata = order.notes["metadata"] {
                writer.member("metadata", raw: metadata.utf8)
            } else {
                writer.member("metadata", String?.none)
            }
            writer.object("payment_status") { writer in
                writer.member("awaiting_payment", order.state == .held)
                writer.member("payment_required_by", order.state == .held ? text(order.payBy) : nil)
                writer.member(
                    "price_guarantee_expires_at", order.state == .held ? text(order.priceGuaranteedUntil) : nil)
                writer.member("paid_at", text(order.paidAt))
            }
            writePassengers(to: &writer)
            writeDocuments(to: &writer)
            writer.array("services") { _ in }
            writeFlights(to: &writer)
        }
    }

    private func writeAmounts(to writer: inout JSONWriter) {
        writer.member("total_amount", order.total.amount)
        writer.member("total_currency", order.currency.code)
        writer.member("base_amount", order.base.amount)
        writer.member("base_currency", order.currency.code)
        writer.member("tax_amount", order.taxes.amount)
        writer.member("tax_currency", order.currency.code)
    }

    private func writePassengers(to writer: inout JSONWriter) {
        writer.array("passengers") { writer in
            for traveller in order.travellers {
                writer.object { writer in
                    writer.member("id", traveller.id)
                    writer.member("type", DuffelOffer.type(traveller.type))
                    writer.member("given_name", traveller.givenName)
                    writer.member("family_name", traveller.familyName)
                    for field in ["title", "gender", "born_on", "email", "phone_number", "infant_passenger_id"] {
                        writer.member(field, traveller.details[field])
                    }
                    writer.array("loyalty_programme_accounts") { _ in }
                }
            }
        }
    }

    /// A ticket for everybody, once it is paid.
    private func writeDocuments(to writer: inout JSONWriter) {
        writer.array("documents") { writer in
            guard order.paidAt != nil else { return }
            for traveller in order.travellers {
                writer.object { writer in
                    writer.member("type", "electronic_ticket")
                    let digits = SeededHash(seed: 0).number(in: 1_000_000_000...9_999_999_999, order.id, traveller.id)
                    writer.member("unique_identifier", "125\(digits)")
                    writer.member("passenger_ids", [traveller.id])
                }
            }
        }
    }

    private func writeFlights(to writer: inout JSONWriter) {
        guard let offer else { return writer.array("slices") { _ in } }
        writer.key("owner")
        DuffelPlaces.airline(offer.owner, to: &writer)
        writer.object("conditions") { DuffelOffer.writeConditions(offer, total: order.total, to: &$0) }
        writer.array("slices") { writer in
            var segments = 0
            for (place, slice) in offer.slices.enumerated() {
                writer.object { writer in
                    writer.member("id", DuffelID.slice(search, 0, place))
                    writer.member("changeable", offer.fare.changeable)
                    writer.member("fare_brand_name", offer.fare.brand)
                    DuffelSlice.writeEnds(of: slice, to: &writer)
                    writer.object("conditions") { $0.member("change_before_departure", String?.none) }
                    writer.array("segments") { writer in
                        for flight in slice.flights {
                            DuffelSlice.write(
                                flight, id: DuffelID.segment(search, 0, segments), fare: offer.fare,
                                passengerIDs: order.travellers.map(\.id), to: &writer)
                            segments += 1
                        }
                    }
                }
            }
        }
    }

    private func text(_ milliseconds: Int64?) -> String? {
        milliseconds.map { Timestamp(millisecondsSinceEpoch: $0).utcText }
    }
}
