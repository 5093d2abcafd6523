import FareDomain
import FarePorts

/// What cancelling a ticket gives back, and when it does not.
extension ProviderContract {
    static let refundChecks: [Check] = [
        Check("a fare without a refund is quoted nothing, and can be cancelled all the same") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let ticketed = try await contract.ticketed { $0.terms.refundable == .no }
            let quote = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            try contract.require(quote.refund.minorUnits == 0, "\(quote.refund) of a fare without a refund")
            try contract.require(quote.penalty == ticketed.total, "\(quote.penalty) is kept of \(ticketed.total)")
            _ = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            try await contract.onlyOrder(is: "cancelled")
        },
        Check("a fare with a penalty gives back the rest of it") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let ticketed = try await contract.ticketed {
                $0.terms.refundable == .yes && $0.terms.refundPenalty.map { $0.minorUnits > 0 } ?? true
            }
            let quote = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            try contract.require(quote.refund.minorUnits > 0, "nothing of a refundable fare")
            try contract.require(
                try quote.refund.adding(quote.penalty) == ticketed.total, "\(quote.refund) and \(quote.penalty)")
            let done = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            try contract.require(done.refund == quote.refund, "\(done.refund) in place of \(quote.refund)")
            try await contract.onlyOrder(is: "cancelled")
        },
        Check("a ticket that was ordered in one step can be cancelled, though it can't be held") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let offer = try await contract.repriced(holdable: false)
            let order = try await contract.provider.order(
                contract.request(offer, reference: "bkg_contract/10"), context: contract.context)
            let quote = try await contract.provider.quoteCancellation(of: order, context: contract.context)
            try contract.require(
                try quote.refund.adding(quote.penalty) == order.total, "\(quote.refund) and \(quote.penalty)")
            _ = try await contract.provider.cancel(order, as: quote, context: contract.context)
            try await contract.onlyOrder(is: "cancelled")
        },
        lostCancel("reset_after", leaves: "cancelled"), lostCancel("reset_before", leaves: "ticketed"),
        lostCancel("garbage", leaves: "cancelled"),
        Check("a quote that no longer holds is refused as such, and nothing is cancelled") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let ticketed = try await contract.ticketed()
            var stale = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            // Only a provider that quotes can refuse a quote, and such a quote ends.
            guard stale.expiresAt != nil else { return }
            let fresh = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            // Dialects tell a quote by its id, of which the newest counts, or by its amount.
            stale.refund = Money(minorUnits: stale.refund.minorUnits + 1, currency: stale.refund.currency)
            let error = try await contract.failure(of: "a stale quote") { () throws(ProviderError) in
                _ = try await contract.provider.cancel(ticketed, as: stale, context: contract.context)
            }
            try contract.require(error.code == .quoteExpired, "\(error.code): \(error.detail)")
            try contract.require(error.outcome == .notApplied, "outcome \(error.outcome)")
            try await contract.onlyOrder(is: "ticketed")
            _ = try await contract.provider.cancel(ticketed, as: fresh, context: contract.context)
            try await contract.onlyOrder(is: "cancelled")
        },
    ]

    /// Repeating a cancellation that nobody heard of ends it, at the refund that was quoted.
    private static func lostCancel(_ fault: String, leaves state: String) -> Check {
        Check("a cancellation that ends in \(fault) is unknown, and repeating it is safe") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let ticketed = try await contract.ticketed()
            let quote = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            try await contract.mock.setFaults([.init("cancel", fault)])
            let error = try await contract.failure(of: fault) { () throws(ProviderError) in
                _ = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            }
            try contract.require(error.outcome == .unknown, "outcome \(error.outcome) (\(error.code))")
            try await contract.mock.setFaults([])
            try await contract.onlyOrder(is: state)
            let done = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            try contract.require(done.refund == quote.refund, "\(done.refund) in place of \(quote.refund)")
            try await contract.onlyOrder(is: "cancelled")
        }
    }

    /// A ticket of the first offer that can be held and whose live terms fit.
    private func ticketed(where fits: (ProviderOffer) -> Bool) async throws -> ProviderOrder {
        for offer in try await offers() where offer.holdable {
            let live = try await provider.reprice(offer, for: aged(Self.couple), context: context)
            guard fits(live) else { continue }
            let held = try await provider.hold(request(live, reference: "bkg_contract/11"), context: context)
            return try await provider.confirm(held, context: context)
        }
        throw ContractViolation("no holdable offer has such terms")
    }
}
