public import FareDomain
import FareSearch
public import WireFormats

extension Money: JSONWritable {
    public func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("amount", amount)
            writer.member("currency", currency.code)
        }
    }
}

extension JSONWriter {
    /// The value, or null.
    mutating func memberOrNull(_ name: String, _ value: (some JSONWritable)?) {
        if let value {
            member(name, value)
        } else {
            key(name)
            null()
        }
    }
}

extension Itinerary {
    func writeSlices(to writer: inout JSONWriter) {
        writer.array("slices") { writer in
            for slice in slices { writer.value(SliceBody(slice: slice)) }
        }
    }
}

private struct SliceBody: JSONWritable {
    let slice: Slice

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("origin", slice.origin.rawValue)
            writer.member("destination", slice.destination.rawValue)
            writer.member("duration", slice.duration.iso8601)
            writer.member("stops", slice.stops)
            writer.array("segments") { writer in
                for segment in slice.segments { writer.value(SegmentBody(segment: segment)) }
            }
        }
    }
}

private struct SegmentBody: JSONWritable {
    let segment: Segment

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("origin", segment.origin.rawValue)
            writer.member("destination", segment.destination.rawValue)
            writer.member("departs_at", segment.departsAt.description)
            writer.member("arrives_at", segment.arrivesAt.description)
            writer.member("duration", segment.duration.iso8601)
            writer.member("marketing_carrier", segment.marketingCarrier.rawValue)
            writer.member("flight_number", segment.flightNumber)
            writer.memberOrNull("operating_carrier", segment.operatingCarrier?.rawValue)
            writer.member("cabin", segment.cabin.rawValue)
        }
    }
}

/// An offer as callers see it.
struct OfferBody: JSONWritable {
    let offer: Offer

    func write(to writer: inout JSONWriter) {
        let fare = offer.fare
        writer.object { writer in
            writer.member("id", offer.id.rawValue)
            writer.member("provider", fare.provider.rawValue)
            writer.member("total", fare.total)
            writer.memberOrNull("base", fare.base)
            writer.memberOrNull("taxes", fare.taxes)
            writer.member("comparable_total", offer.comparableTotal)
            fare.itinerary.writeSlices(to: &writer)
            writer.member("holdable", fare.holdable)
            writer.member("bookable", offer.bookable)
            writer.memberOrNull("expires_at", fare.expiresAt.map(\.description))
            writer.memberOrNull("price_guarantee_expires_at", fare.priceGuaranteeExpiresAt.map(\.description))
            writer.object("fare") { writer in
                writer.memberOrNull("brand", fare.terms.brand)
                writer.member("refundable", fare.terms.refundable.rawValue)
                writer.member("changeable", fare.terms.changeable.rawValue)
                writer.memberOrNull("checked_bags", fare.terms.checkedBags)
            }
            writer.member("self_transfer", false)
            writer.array("also_sold_by") { writer in
                for resale in offer.alsoSoldBy { writer.value(ResaleBody(resale: resale)) }
            }
        }
    }
}

private struct ResaleBody: JSONWritable {
    let resale: Offer.Resale

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("provider", resale.provider.rawValue)
            writer.member("offer_id", resale.offerID.rawValue)
            writer.member("total", resale.total)
        }
    }
}

/// How a provider did.
struct ProviderReportBody: JSONWritable {
    let report: ProviderReport

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", report.provider.rawValue)
            writer.member("status", report.status.rawValue)
            writer.member("offers", report.offers)
            writer.member("latency_ms", report.latency.milliseconds)
            writer.member("cached", report.cached)
            writer.member("age_s", report.age.components.seconds)
            writer.memberOrNull("detail", report.detail)
        }
    }
}

extension SearchOutcome {
    /// `amadeus: ok, duffel: timeout`, for the detail of a problem.
    var summary: String { reports.map { "\($0.provider): \($0.status.rawValue)" }.joined(separator: ", ") }

    var reportsNode: JSONNode { .array(reports.map { ProviderReportBody(report: $0).node }) }
}

/// A SearchResult.
struct SearchResultBody: JSONWritable {
    let outcome: SearchOutcome
    let limit: Int

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("search_id", outcome.id)
            writer.member("completeness", outcome.isComplete ? "complete" : "partial")
            writer.member("currency", outcome.currency.code)
            writer.array("offers") { writer in
                for offer in outcome.offers.prefix(limit) { writer.value(OfferBody(offer: offer)) }
            }
            writer.member("total_offers", outcome.offers.count)
            writer.array("providers") { writer in
                for report in outcome.reports { writer.value(ProviderReportBody(report: report)) }
            }
        }
    }
}

extension JSONWritable {
    /// This value as one JSON text.
    func json(reserving capacity: Int = 1024) -> [UInt8] {
        var writer = JSONWriter(reserving: capacity)
        write(to: &writer)
        return writer.bytes
    }
}
