import FareDomain
import WireFormats

/// An offer in Duffel's shape.
struct DuffelOffer {
    let search: String
    /// Its place in the answer to the search.
    let index: Int
    let quote: Shop.Quote

    var id: String { DuffelID.offer(search, index) }
    var duration: Duration { quote.offer.slices.reduce(.zero) { $0 + $1.duration } }

    /// The quotes of a search that are still for sale, each at the place it was first answered at.
    static func all(_ record: SearchRecord, _ quotes: [Shop.Quote]) -> [DuffelOffer] {
        let places = Dictionary(
            record.offerKeys.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        return quotes.compactMap { quote in
            places[quote.offer.key].map { DuffelOffer(search: record.id, index: $0, quote: quote) }
        }
    }

    func write(to writer: inout JSONWriter) {
        let offer = quote.offer
        writer.object { writer in
            writer.member("id", id)
            writer.member("live_mode", false)
            writer.member("partial", false)
            writer.member("total_amount", quote.total.amount)
            writer.member("total_currency", quote.total.currency.code)
            writer.member("base_amount", quote.base.amount)
            writer.member("base_currency", quote.base.currency.code)
            // Some airlines don't tell their taxes apart.
            let tellsTaxes = offer.owner.kind == .network
            writer.member("tax_amount", tellsTaxes ? quote.taxes.amount : nil)
            writer.member("tax_currency", tellsTaxes ? quote.taxes.currency.code : nil)
            writer.member("total_emissions_kg", String(offer.flights.reduce(0) { $0 + $1.kilometres } / 11))
            writer.member("created_at", quote.createdAt?.utcText)
            writer.member("updated_at", quote.createdAt?.utcText)
            writer.member("expires_at", quote.expiresAt?.utcText)
            writer.key("owner")
            DuffelPlaces.airline(offer.owner, to: &writer)
            writePaymentRequirements(to: &writer)
            writer.object("conditions") { writer in
                DuffelOffer.writeConditions(offer, total: quote.total, to: &writer)
            }
            DuffelOffer.writePassengers(of: quote.query, search: search, to: &writer)
            writer.member("passenger_identity_documents_required", false)
            writer.member("allowed_passenger_identity_document_types", ["passport"])
            writer.member("supported_passenger_identity_document_types", ["passport"])
            writer.array("available_services") { _ in }
            writer.array("slices") { writer in
                for (place, slice) in offer.slices.enumerated() { write(slice, at: place, to: &writer) }
            }
        }
    }

    private func writePaymentRequirements(to writer: inout JSONWriter) {
        let fare = quote.offer.fare
        let limit = fare.holdable ? quote.createdAt?.advanced(by: fare.holdFor).utcText : nil
        writer.object("payment_requirements") { writer in
            writer.member("requires_instant_payment", !fare.holdable)
            writer.member("payment_required_by", limit)
            writer.member("price_guarantee_expires_at", fare.guaranteesPrice ? limit : nil)
        }
    }

    /// The two conditions of an offer or an order. Low-cost airlines say nothing of refunds they don't give.
    static func writeConditions(_ offer: SaleOffer, total: Money, to writer: inout JSONWriter) {
        let fare = offer.fare
        let penalty = Money(
            minorUnits: total.minorUnits * Int64(fare.refundPenaltyPercent) / 100, currency: total.currency)
        if !fare.refundable && offer.owner.kind == .lowCost {
            writer.member("refund_before_departure", String?.none)
        } else {
            write("refund_before_departure", fare.refundable, fare.refundable ? penalty : nil, to: &writer)
        }
        write("change_before_departure", fare.changeable, fare.changeable ? penalty : nil, to: &writer)
    }

    private static func write(_ name: String, _ allowed: Bool, _ penalty: Money?, to writer: inout JSONWriter) {
        writer.object(name) { writer in
            writer.member("allowed", allowed)
            writer.member("penalty_amount", penalty?.amount)
            writer.member("penalty_currency", penalty?.currency.code)
        }
    }

    static func writePassengers(of query: TripQuery, search: String, to writer: inout JSONWriter) {
        writer.array("passengers") { writer in
            for (place, traveller) in query.travellers.enumerated() {
                writer.object { writer in
                    writer.member("id", DuffelID.passenger(search, place))
                    writer.member("type", type(traveller))
                    writer.member("age", Int?.none)
                    writer.member("given_name", String?.none)
                    writer.member("family_name", String?.none)
                    writer.array("loyalty_programme_accounts") { _ in }
                }
            }
        }
    }

    static func type(_ traveller: TripQuery.Traveller) -> String {
        traveller == .infant ? "infant_without_seat" : traveller.rawValue
    }

    private func write(_ slice: Connection, at place: Int, to writer: inout JSONWriter) {
        let fare = quote.offer.fare
        let before = quote.offer.slices.prefix(place).reduce(0) { $0 + $1.flights.count }
        writer.object { writer in
            writer.member("id", DuffelID.slice(search, index, place))
            writer.member("fare_brand_name", fare.brand)
            DuffelSlice.writeEnds(of: slice, to: &writer)
            writer.object("conditions") { writer in
                DuffelOffer.write("change_before_departure", fare.changeable, nil, to: &writer)
            }
            writer.array("segments") { writer in
                for (offset, flight) in slice.flights.enumerated() {
                    DuffelSlice.write(
                        flight, id: DuffelID.segment(search, index, before + offset), fare: fare,
                        passengerIDs: quote.query.travellers.indices.map { DuffelID.passenger(search, $0) },
                        to: &writer)
                }
            }
        }
    }
}
