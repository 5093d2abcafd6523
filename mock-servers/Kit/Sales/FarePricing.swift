import FareDomain

/// One seller's prices and terms, from the seed.
struct FarePricing: Sendable {
    let seller: String
    let hash: SeededHash
    let currency: Currency

    /// The fares that some flights are sold at: the cheap one always, the flexible one on about half of them, or on
    /// `all`.
    func fares(for slices: [Connection], cabin: Cabin, all: Bool) -> [Fare] {
        let name = slices.map(\.key).joined(separator: "_")
        let lowCost = slices.contains { $0.flights.contains { $0.carrier.kind == .lowCost } }
        let light = fare("light", cabin, name, lowCost: lowCost)
        guard all || hash.chance(480, "flex", seller, name) else { return [light] }
        return [light, fare("flex", cabin, name, lowCost: lowCost)]
    }

    private func fare(_ code: String, _ cabin: Cabin, _ name: String, lowCost: Bool) -> Fare {
        let flexible = code == "flex"
        let cabinName = [Cabin.premiumEconomy: "Premium", .business: "Business", .first: "First"][cabin] ?? "Economy"
        let letter = [Cabin.premiumEconomy: "W", .business: "J", .first: "F"][cabin] ?? "Y"
        let penalty = hash.number(in: 0...3, "penalty", seller, name) * 10
        return Fare(
            code: code, brand: "\(cabinName) \(flexible ? "Flex" : "Light")", cabin: cabin,
            basis: letter + code.uppercased() + String(hash.number(in: 1...9, "basis", name)),
            refundable: flexible || hash.chance(250, "refundable", seller, name),
            refundPenaltyPercent: flexible ? penalty / 2 : penalty + 20,
            changeable: flexible || hash.chance(400, "changeable", seller, name),
            checkedBags: (flexible ? 1 : 0) + (cabin == .economy ? 0 : 1),
            holdable: !lowCost && hash.chance(flexible ? 900 : 600, "holdable", seller, code, name),
            holdFor: .seconds(3600 * hash.number(in: 12...72, "holdFor", seller, name)),
            guaranteesPrice: hash.chance(800, "guarantee", seller, name))
    }

    /// The offer of some flights at a fare, priced for everybody: a child pays 75 % of an adult's price, an infant 10
    /// %.
    func offer(_ slices: [Connection], fare: Fare, travellers: [TripQuery.Traveller]) -> SaleOffer {
        let adult = slices.reduce(Int64(0)) { $0 + pence(for: $1, fare: fare) }
        let prices = travellers.map { traveller in
            let share: Int64 = [.child: 75, .infant: 10][traveller] ?? 100
            let total = ExchangeTable.money(pence: (adult * share + 50) / 100, in: currency)
            // Taxes are 12 to 27 % of a fare.
            let percent = Int64(hash.number(in: 12...27, "taxes", slices[0].key))
            let taxes = Money(minorUnits: total.minorUnits * percent / 100, currency: currency)
            return TravellerPrice(
                traveller: traveller,
                base: Money(minorUnits: total.minorUnits - taxes.minorUnits, currency: currency),
                taxes: taxes, total: total)
        }
        return SaleOffer(
            key: slices.map(\.key).joined(separator: "_") + "#" + fare.code, slices: slices, fare: fare,
            prices: prices, total: sum(prices.map(\.total)), base: sum(prices.map(\.base)),
            taxes: sum(prices.map(\.taxes)))
    }

    private func sum(_ amounts: [Money]) -> Money {
        Money(minorUnits: amounts.reduce(0) { $0 + $1.minorUnits }, currency: currency)
    }

    /// What an adult pays for one slice, in pence.
    private func pence(for way: Connection, fare: Fare) -> Int64 {
        let date = "\(way.departsAt.local.date)"
        let route = way.origin.cityCode + way.destination.cityCode
        let lowCost = way.flights.contains { $0.carrier.kind == .lowCost }
        let cabin: Int64 = [Cabin.premiumEconomy: 1650, .business: 3300, .first: 5400][fare.cabin] ?? 1000
        // In thousandths, each applied to the price so far.
        let factors: [Int64] = [
            cabin,
            fare.code == "flex" ? 1380 : 1000,
            // What one mock sells alone is no bargain: it would be the cheapest on its routes every day.
            way.isSoldByAll ? (lowCost ? 800 : 1000) : 1030,
            way.stops == 0 ? 1000 : 870,
            // A good or bad day of the route, the same for all.
            Int64(hash.number(in: 800...1300, "day", route, date)),
            // What this flight is worth, the same for all.
            Int64(hash.number(in: 880...1240, "flight", way.key)),
            // What this seller makes of it.
            Int64(hash.number(in: 930...1070, "margin", seller, way.key)),
            // And of the route on that day.
            Int64(hash.number(in: 930...1070, "mood", seller, route, date)),
        ]
        return factors.reduce(market(kilometres: way.origin.kilometres(to: way.destination))) { $0 * $1 / 1000 }
    }

    /// The going rate for a distance, in pence: 25 pounds, 8 pence a kilometre up to 1,500 and 4.5 from there.
    private func market(kilometres: Int) -> Int64 {
        let near = min(kilometres, 1500)
        return Int64(2500 + near * 8 + (kilometres - near) * 9 / 2)
    }
}
