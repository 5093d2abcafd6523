/// Puts offers in order. Any two lists of the same offers come out the same, whatever order they came in.
public enum Ranking {
    /// The offers by `order`.
    ///
    /// What is equal by `order` goes by, one after the other: comparable total, duration, stops, departure, flights
    /// (carriers and numbers), provider, the provider's reference, and at last our id. `comparableTotal` must be of the
    /// same currency in all of them.
    ///
    /// `best` weighs an offer against the cheapest and the quickest of the list. Its score is
    ///
    ///     total ÷ cheapest total + ½ · duration ÷ shortest duration + ⅒ · stops
    ///
    /// and the lowest comes first: twice the price costs as much as thrice the time, or ten stops. It is computed in
    /// whole numbers, without loss.
    public static func sorted(_ offers: [Offer], by order: OfferOrder) -> [Offer] {
        let scale = Scale(offers)
        let ranked = offers.indices.map { Ranked(offers[$0], at: $0, by: order, on: scale) }
        let sorted = ranked.sorted { left, right in
            left.precedes(right) ?? offers[left.index].precedesByName(offers[right.index])
        }
        return sorted.map { offers[$0.index] }
    }

    /// What `best` measures against.
    private struct Scale {
        var cheapest = Int64.max
        var shortest = Int64.max

        init(_ offers: [Offer]) {
            for offer in offers {
                cheapest = min(cheapest, offer.comparableTotal.minorUnits)
                shortest = min(shortest, Ranking.seconds(offer))
            }
            // Nothing is free, and no flight takes no time; one unit keeps the score defined all the same.
            cheapest = max(cheapest, 1)
            shortest = max(shortest, 1)
        }

        /// The documented score, times 20 · cheapest · shortest. With durations of at most 2³¹ seconds it stays below
        /// 2¹⁰⁰.
        func score(total: Int64, duration: Int64, stops: Int64) -> Int128 {
            let price = 20 * Int128(total) * Int128(shortest)
            let time = 10 * Int128(duration) * Int128(cheapest)
            return price + time + 2 * Int128(stops) * Int128(cheapest) * Int128(shortest)
        }
    }

    /// The numbers that an offer is sorted by, each computed once. Small, as sorting moves it about.
    private struct Ranked {
        let index: Int
        let first: Int128
        let total: Int64
        let duration: Int64
        let stops: Int64
        let departure: Int64

        init(_ offer: Offer, at index: Int, by order: OfferOrder, on scale: Scale) {
            self.index = index
            total = offer.comparableTotal.minorUnits
            duration = Ranking.seconds(offer)
            stops = Int64(offer.fare.itinerary.stops)
            departure = offer.fare.itinerary.departsAt.instant.millisecondsSinceEpoch
            first =
                switch order {
                case .price: Int128(total)
                case .duration: Int128(duration)
                case .stops: Int128(stops)
                case .best: scale.score(total: total, duration: duration, stops: stops)
                }
        }

        /// Nil if the numbers don't tell.
        func precedes(_ other: Ranked) -> Bool? {
            if first != other.first { return first < other.first }
            if total != other.total { return total < other.total }
            if duration != other.duration { return duration < other.duration }
            if stops != other.stops { return stops < other.stops }
            return departure == other.departure ? nil : departure < other.departure
        }
    }

    /// The time in slices, in whole seconds, 2³¹ at most.
    private static func seconds(_ offer: Offer) -> Int64 {
        Int64(Int32(clamping: offer.fare.itinerary.duration.components.seconds))
    }
}

extension Offer {
    /// The end of the tie-break: what offers are called.
    fileprivate func precedesByName(_ other: Offer) -> Bool {
        let mine = fare.itinerary.slices.lazy.flatMap(\.segments)
        let others = other.fare.itinerary.slices.lazy.flatMap(\.segments)
        for (left, right) in zip(mine, others) {
            if left.marketingCarrier != right.marketingCarrier { return left.marketingCarrier < right.marketingCarrier }
            if left.flightNumber != right.flightNumber { return left.flightNumber < right.flightNumber }
        }
        if fare.provider != other.fare.provider { return fare.provider < other.fare.provider }
        if fare.reference != other.fare.reference { return fare.reference < other.fare.reference }
        return id < other.id
    }
}
