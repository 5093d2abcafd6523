import FareDomain
import WireFormats

/// The amounts of an offer.
struct OfferPrice {
    let total: Money
    let base: Money?
    let taxes: Money?

    /// The offer's own total, or that of its items together. An offer whose two totals differ can't be sold.
    init(_ offer: XMLElement) throws(DroppedOffer) {
        let items = offer.children(named: "OfferItem").map(\.self)
        let sum = try OfferPrice.sum(items.map { $0.first("Price", "TotalAmount") })
        if let stated = offer.first("TotalPrice", "TotalAmount") {
            total = try OfferPrice.money(stated)
            if let sum, sum != total { throw DroppedOffer("totals disagree") }
        } else if let sum {
            total = sum
        } else {
            throw DroppedOffer("no total")
        }
        guard !total.isNegative else { throw DroppedOffer("unreadable amount") }
        // What is below informs; a total is never computed from it.
        base = OfferPrice.part(of: offer, items, ["BaseAmount"])
        taxes = OfferPrice.part(of: offer, items, ["TaxSummary", "TotalTaxAmount"])
    }

    private static func part(of offer: XMLElement, _ items: [XMLElement], _ path: [String]) -> Money? {
        func find(_ price: XMLElement?) -> XMLElement? { path.reduce(price) { $0?.first($1) } }
        if let stated = find(offer.first("TotalPrice")) { return try? money(stated) }
        return (try? sum(items.map { find($0.first("Price")) })).flatMap(\.self)
    }

    /// Nil where an element is missing, or there is none at all.
    private static func sum(_ elements: [XMLElement?]) throws(DroppedOffer) -> Money? {
        var sum: Money?
        for element in elements {
            guard let element else { return nil }
            let money = try money(element)
            guard let next = try? sum?.adding(money) ?? money else { throw DroppedOffer("unaddable amounts") }
            sum = next
        }
        return sum
    }

    private static func money(_ element: XMLElement) throws(DroppedOffer) -> Money {
        guard let code = element.attribute("CurCode") else { throw DroppedOffer("no currency") }
        guard Currency(code) != nil else { throw DroppedOffer("unknown currency") }
        guard let money = try? element.requireMoney() else { throw DroppedOffer("unreadable amount") }
        return money
    }
}
