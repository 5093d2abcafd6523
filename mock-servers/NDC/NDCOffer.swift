import FareDomain
import WireFormats

/// An offer in NDC's shape.
struct NDCOffer {
    let id: String
    let quote: Shop.Quote
    /// The listed fee for cancelling it; nil where it can't be.
    let feeID: String?
    let lists: NDCLists

    private var fare: Fare { quote.offer.fare }

    /// What is kept of a refund; nil where there is none.
    static func fee(of quote: Shop.Quote) -> Money? {
        let fare = quote.offer.fare
        guard fare.refundable else { return nil }
        return Money(
            minorUnits: quote.total.minorUnits * Int64(fare.refundPenaltyPercent) / 100, currency: quote.total.currency)
    }

    /// - Parameter withTotal: whether the whole is priced as well as its items.
    func write(withTotal: Bool, to writer: inout XMLWriter) {
        let items = NDCItems(quote.offer, total: quote.total, base: quote.base).items
        let payBy = fare.holdable ? quote.createdAt?.advanced(by: fare.holdFor).utcText : nil
        writer.element("Offer") { writer in
            writeBags(to: &writer)
            writer.elementIfPresent("OfferExpirationTimeLimitDateTime", text: quote.expiresAt?.utcText)
            writer.element("OfferID", text: id)
            for item in items { write(item, guaranteedUntil: fare.guaranteesPrice ? payBy : nil, to: &writer) }
            writer.element("OwnerCode", text: quote.offer.owner.code)
            writer.elementIfPresent("PaymentTimeLimitDateTime", text: payBy)
            writer.elementIfPresent("PenaltyRefID", text: feeID)
            if withTotal { writer.price("TotalPrice", total: quote.total, base: quote.base) }
        }
    }

    private func writeBags(to writer: inout XMLWriter) {
        let seated = quote.query.travellers.indices.filter { quote.query.travellers[$0] != .infant }
        writer.element("BaggageAllowance") { writer in
            writer.element("BaggageAllowanceRefID", text: "CABIN")
            if fare.checkedBags > 0 { writer.element("BaggageAllowanceRefID", text: "CHECKED\(fare.checkedBags)") }
            for place in seated { writer.element("PaxRefID", text: NDCOfferID.passenger(place)) }
        }
    }

    private func write(_ item: NDCItems.Item, guaranteedUntil: String?, to writer: inout XMLWriter) {
        writer.element("OfferItem") { writer in
            writeRestriction("CancelRestrictions", allowed: fare.refundable, to: &writer)
            writeRestriction("ChangeRestrictions", allowed: fare.changeable, to: &writer)
            NDCOffer.writeFare(fare, quote.offer, lists, to: &writer)
            writer.element("OfferItemID", text: "\(id)-\(item.code)")
            writer.price("Price", total: item.total, base: item.base)
            writer.elementIfPresent("PriceGuaranteeTimeLimitDateTime", text: guaranteedUntil)
            for passenger in item.passengerIDs {
                for way in quote.offer.slices {
                    NDCOffer.writeService(passenger, lists.journeyID(way), status: nil, to: &writer)
                }
            }
        }
    }

    private func writeRestriction(_ name: String, allowed: Bool, to writer: inout XMLWriter) {
        writer.element(name) { $0.element("AllowedModificationInd", text: allowed ? "true" : "false") }
    }

    /// The fare of every segment: its cabin and its brand.
    static func writeFare(_ fare: Fare, _ offer: SaleOffer, _ lists: NDCLists, to writer: inout XMLWriter) {
        writer.element("FareDetail") { writer in
            writer.element("FareComponent") { writer in
                writer.element("CabinType") { writer in
                    writer.element("CabinTypeCode", text: String(fare.basis.prefix(1)))
                    writer.element(
                        "CabinTypeName", text: fare.cabin.rawValue.split(separator: "_").joined(separator: " "))
                }
                writer.element("FareBasisCode", text: fare.basis)
                for flight in offer.flights { writer.element("PaxSegmentRefID", text: lists.segmentID(flight)) }
                writer.element("PriceClassRefID", text: lists.brandID(fare))
            }
        }
    }

    static func writeService(
        _ passenger: String, _ journey: String, status: String?, to writer: inout XMLWriter
    ) {
        writer.element("Service") { writer in
            writer.element("PaxRefID", text: passenger)
            writer.element("ServiceAssociations") { $0.element("PaxJourneyRefID", text: journey) }
            writer.element("ServiceID", text: "SERVICE-\(journey)-\(passenger)")
            writer.elementIfPresent("StatusCode", text: status)
        }
    }
}
