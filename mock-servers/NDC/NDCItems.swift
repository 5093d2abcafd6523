import FareDomain
import WireFormats

/// The items of an offer or an order: one a type of passenger, which together cost what the whole does.
struct NDCItems {
    struct Item {
        /// `ADT`, `CHD` or `INF`.
        let code: String
        let passengerIDs: [String]
        let total: Money
        let base: Money
    }

    let items: [Item]

    /// - Parameters:
    ///   - offer: as the catalogue prices it.
    ///   - total: what it costs: a fault may have moved it.
    init(_ offer: SaleOffer, total: Money, base: Money) {
        var items: [Item] = []
        for type in TripQuery.Traveller.allCases.reversed() {
            let places = offer.prices.indices.filter { offer.prices[$0].traveller == type }
            guard !places.isEmpty else { continue }
            let others = places.reduce((total: Int64(0), base: Int64(0))) { sum, place in
                let price = offer.prices[place]
                return (sum.total + price.total.minorUnits, sum.base + price.base.minorUnits)
            }
            items.append(
                Item(
                    code: NDCItems.code(of: type), passengerIDs: places.map { NDCOfferID.passenger($0) },
                    total: NDCItems.share(others.total, of: offer.total, in: total),
                    base: NDCItems.share(others.base, of: offer.base, in: base)))
        }
        // The last one, the adults', takes what rounding left.
        if let last = items.popLast() {
            let rest = items.reduce((total: total.minorUnits, base: base.minorUnits)) {
                ($0.total - $1.total.minorUnits, $0.base - $1.base.minorUnits)
            }
            items.append(
                Item(
                    code: last.code, passengerIDs: last.passengerIDs,
                    total: Money(minorUnits: rest.total, currency: total.currency),
                    base: Money(minorUnits: rest.base, currency: base.currency)))
        }
        self.items = items
    }

    static func code(of type: TripQuery.Traveller) -> String {
        [.adult: "ADT", .child: "CHD", .infant: "INF"][type] ?? "ADT"
    }

    private static func share(_ part: Int64, of whole: Money, in moved: Money) -> Money {
        Money(minorUnits: part * moved.minorUnits / max(1, whole.minorUnits), currency: moved.currency)
    }
}

extension XMLWriter {
    /// A price. Amounts have twenty digits behind the point, as some airlines write them.
    mutating func price(_ name: String, total: Money, base: Money?) {
        element(name) { writer in
            if let base {
                writer.amount("BaseAmount", base)
                let taxes = Money(minorUnits: total.minorUnits - base.minorUnits, currency: total.currency)
                writer.element("TaxSummary") { $0.amount("TotalTaxAmount", taxes) }
            }
            writer.amount("TotalAmount", total)
        }
    }

    mutating func amount(_ name: String, _ money: Money) {
        let point = money.currency.exponent == 0 ? "." : ""
        let zeros = String(repeating: "0", count: 20 - money.currency.exponent)
        element(name, ["CurCode": money.currency.code], text: money.amount + point + zeros)
    }
}
