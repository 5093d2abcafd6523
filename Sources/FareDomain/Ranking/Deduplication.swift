/// Makes one offer of what several providers sell.
public enum Deduplication {
    /// Folds offers of the same thing into the cheapest of them; the others are its `alsoSoldBy`, cheapest first. The
    /// result is in order of price. What `alsoSoldBy` held before is replaced.
    ///
    /// Two offers are of the same thing if they have
    /// - the same flights: marketing carrier, number, airports, local departure and cabin of each segment, in the same
    ///   slices;
    /// - the same terms: refundable, changeable and checked bags, where "doesn't say" is a value of its own: who pays
    ///   less for less must see both. Brands and penalties don't count, as each provider words them in its own way;
    /// - the same answer to whether they can be booked here.
    ///
    /// A provider is in an offer once. If it sells the same thing at several prices, those are different fares whose
    /// difference we can't see: its cheapest is matched with the others' cheapest, its second with their second, and so
    /// on.
    public static func fold(_ offers: [Offer]) -> [Offer] {
        var groups: [Sameness: Group] = [:]
        groups.reserveCapacity(offers.count)
        for offer in Ranking.sorted(offers, by: .price) {
            groups[Sameness(offer), default: Group()].add(offer)
        }
        return Ranking.sorted(groups.values.flatMap(\.offers), by: .price)
    }

    /// Offers of the same thing.
    private struct Group {
        private(set) var offers: [Offer] = []
        private var seen: [ProviderID: Int] = [:]

        /// - Parameter offer: not cheaper than those that came before.
        mutating func add(_ offer: Offer) {
            let rank = seen[offer.fare.provider, default: 0]
            seen[offer.fare.provider] = rank + 1
            if rank == offers.count {
                var offer = offer
                offer.alsoSoldBy = []
                offers.append(offer)
            } else {
                offers[rank].alsoSoldBy.append(
                    Offer.Resale(provider: offer.fare.provider, offerID: offer.id, total: offer.fare.total))
            }
        }
    }

    /// What two offers of the same thing have in common.
    private struct Sameness: Hashable {
        let slices: [Slice]
        let refundable: Permission
        let changeable: Permission
        let checkedBags: Int?
        let bookable: Bool

        init(_ offer: Offer) {
            slices = offer.fare.itinerary.slices
            refundable = offer.fare.terms.refundable
            changeable = offer.fare.terms.changeable
            checkedBags = offer.fare.terms.checkedBags
            bookable = offer.bookable
        }

        static func == (left: Sameness, right: Sameness) -> Bool {
            left.refundable == right.refundable && left.changeable == right.changeable
                && left.checkedBags == right.checkedBags && left.bookable == right.bookable
                && left.slices.elementsEqual(right.slices) { left, right in
                    left.segments.elementsEqual(right.segments) { FlightKey($0) == FlightKey($1) }
                }
        }

        func hash(into hasher: inout Hasher) {
            // Flights tell offers apart nearly always: the rest is left to ==.
            for slice in slices {
                hasher.combine(slice.segments.count)
                for segment in slice.segments { hasher.combine(FlightKey(segment)) }
            }
        }
    }

    /// One flight on one day in one cabin.
    private struct FlightKey: Hashable {
        let carrier: CarrierCode
        let number: String
        let origin: LocationCode
        let destination: LocationCode
        let departure: LocalDateTime
        let cabin: Cabin

        init(_ segment: Segment) {
            carrier = segment.marketingCarrier
            number = segment.flightNumber
            origin = segment.origin
            destination = segment.destination
            departure = segment.departsAt.local
            cabin = segment.cabin
        }
    }
}
