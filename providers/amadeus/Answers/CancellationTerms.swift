import FareDomain
import FarePorts
import WireFormats

/// What is kept with an order to say what cancelling it gives back: Amadeus has no call that quotes it.
struct CancellationTerms {
    /// In the order's own currency; nil where nothing is refunded, or nothing is known.
    private let penalty: Money?

    /// The text to keep with an order of `offer`: `{"penalty":"40.00","currency":"GBP"}`, or `{}`.
    static func text(of offer: ProviderOffer) -> String {
        guard let penalty = offer.terms.refundPenalty else { return "{}" }
        return JSONNode.object([
            .init("penalty", .string(penalty.amount)), .init("currency", .string(penalty.currency.code)),
        ]).text
    }

    /// - Parameter payload: what `text(of:)` gave; anything else is taken for no terms.
    init(payload: String) {
        let root = (try? JSONDocument(PaddedBytes(payload)))?.root
        let currency = root?["currency"]?.string.flatMap { Currency($0) }
        penalty = currency.flatMap { currency in root?["penalty"]?.string.flatMap { Money.amadeus($0, currency) } }
    }

    /// Never more than the fare's own rules promise: without them, nothing. An unpaid order costs nothing to give back.
    func quote(for order: ProviderOrder) -> CancellationQuote {
        let nothing = Money.zero(order.total.currency)
        guard order.state != .held else {
            return CancellationQuote(id: nil, refund: nothing, penalty: nothing, expiresAt: nil)
        }
        let refund =
            penalty.flatMap { try? order.total.subtracting($0) }.flatMap { $0.isNegative ? nil : $0 } ?? nothing
        let kept = (try? order.total.subtracting(refund)) ?? order.total
        return CancellationQuote(id: nil, refund: refund, penalty: kept, expiresAt: nil)
    }
}

extension JSONNode {
    fileprivate var text: String { String(decoding: bytes, as: UTF8.self) }
}
