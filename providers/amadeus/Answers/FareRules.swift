import FareDomain
import WireFormats

/// An offer's `fareRules`, which pricing adds: what changing and giving back cost.
struct FareRules {
    private let offer: JSONValue
    private let rules: JSONElements?

    /// - Parameter offer: an offer, or anything else with `fareRules`.
    init(_ offer: JSONValue) {
        self.offer = offer
        rules = offer["fareRules"]?["rules"]?.elements
    }

    func terms(_ details: FareDetails, currency: Currency) -> FareTerms {
        // A search knows no rules, only this mark.
        let marked: Permission = offer["pricingOptions"]?["refundableFare"]?.bool == true ? .yes : .unknown
        let refund = permission("REFUND")
        return FareTerms(
            brand: details.brand, refundable: refund == .unknown ? marked : refund,
            changeable: permission("EXCHANGE"), checkedBags: details.checkedBags,
            refundPenalty: refund == .yes ? refundPenalty(currency) : nil)
    }

    /// What giving all tickets back costs: the highest penalty of any refund rule, for each traveller. Nil if not
    /// stated, or if there is no refund.
    func refundPenalty(_ currency: Currency) -> Money? {
        guard permission("REFUND") == .yes else { return nil }
        let amounts = (rules.map(Array.init) ?? []).filter { $0["category"]?.equals("REFUND") == true }
            .map { $0["maxPenaltyAmount"]?.string.flatMap { Money.amadeus($0, currency) } }
        // One rule without an amount could be the dearest.
        let known = amounts.compactMap(\.self)
        guard known.count == amounts.count, let highest = known.map(\.minorUnits).max() else { return nil }
        return try? Money(minorUnits: highest, currency: currency).multiplied(by: Int64(travelers))
    }

    /// One ticket a traveller; at least one.
    private var travelers: Int { max(1, offer["travelerPricings"]?.count ?? 1) }

    /// `notApplicable` in any rule of a category forbids: for a traveller the stricter one counts.
    private func permission(_ category: StaticString) -> Permission {
        var permission = Permission.unknown
        for rule in rules ?? offer.elements where rule["category"]?.equals(category) == true {
            if rule["notApplicable"]?.bool == true { return .no }
            permission = .yes
        }
        return permission
    }
}
