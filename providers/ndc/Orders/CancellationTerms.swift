import FareDomain
import FarePorts
import WireFormats

/// What ending an order costs.
struct CancellationTerms {
    let quote: CancellationQuote

    /// Reads an `IATA_OrderReshopRS`: an offer to delete the items, and the penalties that it refers to.
    init(reshop response: XMLElement, of order: ProviderOrder) throws(WireError) {
        let offer = try response.require("ReshopResults", "ReshopOffers", "Offer")
        let references = Set(offer.children(named: "PenaltyRefID").map(\.text))
        var kept = Money.zero(order.total.currency)
        var isTold = false
        for penalty in response.first("DataLists", "PenaltyList")?.children(named: "Penalty").map(\.self) ?? [] {
            guard references.contains(penalty.text("PenaltyID") ?? ""), penalty.text("CancelFeeInd") != "false" else {
                continue
            }
            isTold = true
            kept = try CancellationTerms.sum(kept, CancellationTerms.price(of: penalty, in: order))
        }
        guard isTold else { throw offer.error(.missing, "no cancellation fee") }
        guard let refund = try? order.total.subtracting(kept) else { throw offer.error(.badValue, "not addable") }
        let limit = try offer.first("OfferExpirationTimeLimitDateTime")?.requireDateTime()
        quote = CancellationQuote(
            id: offer.text("OfferID"), refund: refund.isNegative ? .zero(refund.currency) : refund,
            penalty: refund.isNegative ? order.total : kept, expiresAt: limit?.timestamp(assumingOffset: 0))
    }

    /// What an `IATA_OrderCancelRS` says was kept; nil where it doesn't.
    static func keptAmount(in response: XMLElement, of order: ProviderOrder) throws(WireError) -> Money? {
        var kept: Money?
        for fee in response.children(named: "ChangeFees") where fee.text("CancelFeeInd") != "false" {
            kept = try sum(kept ?? .zero(order.total.currency), price(of: fee, in: order))
        }
        return kept
    }

    /// An amount without a currency is in the order's: a fee of `0` often comes bare.
    private static func price(of penalty: XMLElement, in order: ProviderOrder) throws(WireError) -> Money {
        let amount = try penalty.require("Price", "TotalAmount")
        if amount.attribute("CurCode") != nil { return try amount.requireMoney() }
        guard let money = try? Money(decimal: amount.text, currency: order.total.currency) else {
            throw amount.error(.badValue, "not an amount")
        }
        return money
    }

    private static func sum(_ left: Money, _ right: Money) throws(WireError) -> Money {
        guard !right.isNegative, let sum = try? left.adding(right) else {
            throw WireError(.badValue, detail: "fees that can't be added")
        }
        return sum
    }
}
