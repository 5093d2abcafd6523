import FareDomain
import Synchronization

/// What one seller sells of the world's flights, and for how much. Told from the seed; knows nothing of what was sold.
///
/// Sellers differ in three ways: some carriers are sold by one alone (`Carrier.soleSeller`); of the other flights each
/// sells about two in three; and each has its own price for each of them, and better and worse days on a route.
final class Catalogue: Sendable {
    /// `duffel`, `amadeus`, `ndc`, `kiwi` or `sabre`: decides what is sold at what price.
    let seller: String
    /// What it sells in unless the query says otherwise.
    let currency: Currency
    private let world: FlightWorld
    /// Guards the memory of what was told before.
    private let told = Mutex(BoundedMemory<TripQuery, [SaleOffer]>(limit: 128))

    init(seller: String, world: FlightWorld, currency: Currency) {
        self.seller = seller
        self.world = world
        self.currency = currency
    }

    private static let mostOffers = 40
    /// With fewer itineraries than this, each is sold at all fares; half as many are sold whatever the seed says.
    private static let thinShelf = 16

    /// Every offer for a query, the cheapest first: at most 40. Empty where a place is unknown.
    func offers(for query: TripQuery) -> [SaleOffer] {
        if let known = told.withLock({ $0[query] }) { return known }
        let pricing = FarePricing(seller: seller, hash: world.hash, currency: currency(of: query))
        let itineraries = itineraries(for: query)
        let isThin = itineraries.count < Catalogue.thinShelf
        let offers = itineraries.flatMap { slices in
            pricing.fares(for: slices, cabin: query.cabin, all: isThin).map { fare in
                pricing.offer(slices, fare: fare, travellers: query.travellers)
            }
        }
        let sorted = offers.sorted { ($0.total.minorUnits, $0.key) < ($1.total.minorUnits, $1.key) }
        // A seller's bargain can be held, so that a fault on `hold` strikes whoever books the cheapest.
        let shown = sorted.contains(where: \.fare.holdable) ? sorted.drop { !$0.fare.holdable } : sorted[...]
        let cheapest = Array(shown.prefix(Catalogue.mostOffers))
        told.withLock { $0[query] = cheapest }
        return cheapest
    }

    /// The offer that a key names, priced for the passengers, the cabin and the currency of `query`; its legs don't
    /// matter.
    ///
    /// - Returns: nil for a key that is none of this world's.
    func offer(key: String, for query: TripQuery) -> SaleOffer? {
        let parts = key.split(separator: "#")
        guard parts.count == 2 else { return nil }
        let slices = parts[0].split(separator: "_").map { world.connection(key: String($0)) }
        guard !slices.isEmpty, !slices.contains(nil) else { return nil }
        let found = slices.compactMap(\.self)
        let pricing = FarePricing(seller: seller, hash: world.hash, currency: currency(of: query))
        return pricing.fares(for: found, cabin: query.cabin, all: true).first { $0.code == parts[1] }
            .map { pricing.offer(found, fare: $0, travellers: query.travellers) }
    }

    /// What prices of a query are in: what it asks for, if the mocks sell in that.
    func currency(of query: TripQuery) -> Currency {
        query.currencyCode.flatMap { ExchangeTable.currency($0) } ?? currency
    }

    /// The itineraries this seller has on its shelf: of one leg, all connections; of several, each leg's best ones
    /// combined.
    private func itineraries(for query: TripQuery) -> [[Connection]] {
        let legs = query.legs.map { leg in
            world.connections(from: leg.origin, to: leg.destination, on: leg.date)
                .filter { $0.stops <= query.maxStops ?? .max }
        }
        guard legs.count > 1 else { return shelf(legs.first ?? [], cabin: query.cabin).map { [$0] } }
        // So many of each leg that there are about eighty combinations.
        let perLeg = [2: 10, 3: 5, 4: 3][legs.count] ?? 2
        return legs.reduce([[]]) { combined, leg in
            let best = shelf(leg, cabin: query.cabin).prefix(perLeg)
            return combined.flatMap { before in
                best.filter { follows($0, after: before.last) }.map { before + [$0] }
            }
        }
    }

    /// What this seller sells of the ways of one leg: its own choice, and on a route with few of them, more.
    private func shelf(_ ways: [Connection], cabin: Cabin) -> [Connection] {
        let possible = ways.filter { canSell($0, cabin: cabin) }
        let chosen = possible.filter { chooses($0) }
        guard chosen.count < Catalogue.thinShelf / 2 else { return chosen }
        let rest = possible.filter { !chooses($0) }
            .sorted { world.hash.value("spare", seller, $0.key) < world.hash.value("spare", seller, $1.key) }
        return chosen + rest.prefix(Catalogue.thinShelf / 2 - chosen.count)
    }

    private func follows(_ next: Connection, after last: Connection?) -> Bool {
        guard let last else { return true }
        return last.arrivesAt.duration(to: next.departsAt) >= .seconds(3600)
    }

    private func canSell(_ way: Connection, cabin: Cabin) -> Bool {
        let carriers = way.flights.map(\.carrier)
        guard carriers.allSatisfy({ $0.soleSeller == nil || $0.soleSeller == seller }) else { return false }
        // Low-cost airlines have one cabin, and a little more.
        return cabin == .economy || cabin == .premiumEconomy || carriers.allSatisfy { $0.kind == .network }
    }

    private func chooses(_ way: Connection) -> Bool {
        way.flights.contains { $0.carrier.soleSeller == seller } || world.hash.chance(660, "sells", seller, way.key)
    }
}
