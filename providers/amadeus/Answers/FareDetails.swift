import FareDomain
import WireFormats

/// What an offer says of each flight in `travelerPricings`: the cabin, the brand, the bags.
///
/// Taken from the first traveller, which is an adult wherever one travels: cabins are the same for all.
struct FareDetails {
    private let bySegment: JSONElements?

    init(_ offer: JSONValue) {
        bySegment = offer["travelerPricings"]?.elements.first { _ in true }?["fareDetailsBySegment"]?.elements
    }

    func cabin(segmentID: String) throws(OfferFault) -> Cabin {
        guard let detail = bySegment?.first(where: { $0["segmentId"]?.string == segmentID }),
            let name = detail["cabin"]?.string
        else { throw OfferFault("no cabin") }
        guard let cabin = Cabin(amadeusName: name) else { throw OfferFault("unknown cabin") }
        return cabin
    }

    /// Of the first flight: brands are the airline's own words and differ between its partners.
    var brand: String? { bySegment?.first { _ in true }?["brandedFare"]?.string }

    /// The fewest of any flight. A weight without a number is one bag of that weight; 0 kg is none.
    var checkedBags: Int? {
        guard let bySegment else { return nil }
        var fewest: Int?
        for detail in bySegment {
            guard let allowance = detail["includedCheckedBags"] else { return nil }
            let weight = allowance["weight"]?.int.map { $0 > 0 ? 1 : 0 }
            guard let bags = allowance["quantity"]?.int ?? weight, (0...99).contains(bags) else { return nil }
            fewest = min(fewest ?? bags, bags)
        }
        return fewest
    }
}
