import FareDomain
public import FarePorts
import WireFormats

extension NDCProvider {
    /// Ends an unpaid order. It is looked at first: cancelling is one message for holds and for tickets, and a ticket
    /// must never be given up as a hold. A refund of nothing is expected, so that an order which is paid for in between
    /// is refused where paying it back would give anything.
    public func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) {
        guard try await isStillHeld(order, context: context) else { return }
        do throws(NDCFailure) {
            _ = try await end(order, refunding: .zero(order.total.currency), operation: .release, context: context)
        } catch {
            guard error.isRefusal, try await !isStillHeld(order, after: error.error, context: context) else {
                throw error.error
            }
        }
    }

    /// - Parameter refusal: what releasing it was refused with, if it was.
    /// - Returns: false for an order that has ended.
    /// - Throws: `notCancellable` for a ticket.
    private func isStillHeld(
        _ order: ProviderOrder, after refusal: ProviderError? = nil, context: CallContext
    ) async throws(ProviderError) -> Bool {
        let state = try await state(of: order, after: refusal, context: context)
        guard state != .ticketed else {
            throw ProviderError(.notCancellable, outcome: .notApplied, detail: "ticketed: not a hold any more")
        }
        return state == .held
    }

    public func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        let call = NDCCall(.orderReshop, operation: .cancel, effect: .read, context: context) { writer in
            writer.element("OrderRefID", text: order.id)
            writer.element("UpdateOrder") { writer in
                writer.element("ReshopOrder") { writer in
                    writer.element("ServiceOrder") { Self.writeDeletion(of: order, to: &$0) }
                }
            }
        }
        do throws(NDCFailure) {
            return try await client.send(call) { response throws(WireError) in
                try CancellationTerms(reshop: response, of: order).quote
            }
        } catch {
            throw error.error
        }
    }

    private static func writeDeletion(of order: ProviderOrder, to writer: inout XMLWriter) {
        let itemIDs = order.notes.itemIDs
        writer.element("DeleteOrderItem") { writer in
            // Where the items are not known, the order's id stands for all of them.
            for id in itemIDs.isEmpty ? [order.id] : itemIDs { writer.element("OrderItemRefID", text: id) }
        }
    }

    public func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        do throws(NDCFailure) {
            let penalty = try await end(order, refunding: quote.refund, operation: .cancel, context: context)
            guard let penalty, let refund = try? order.total.subtracting(penalty) else { return quote }
            let refunded = refund.isNegative ? Money.zero(refund.currency) : refund
            return CancellationQuote(id: quote.id, refund: refunded, penalty: penalty, expiresAt: quote.expiresAt)
        } catch {
            // What is cancelled already was cancelled as quoted: nothing else is ever sent.
            guard error.isRefusal,
                try await state(of: order, after: error.error, context: context) == .cancelled
            else { throw error.error }
            return quote
        }
    }

    /// Cancels an order. Sent once: what was lost is asked about, by whoever journals it, before it is said again.
    ///
    /// - Parameter refund: an airline that would give back another amount refuses.
    /// - Returns: what was kept, where the answer tells.
    private func end(
        _ order: ProviderOrder, refunding refund: Money, operation: ProviderOperation, context: CallContext
    ) async throws(NDCFailure) -> Money? {
        let call = NDCCall(.orderCancel, operation: operation, effect: .once, context: context) { writer in
            writer.element("ExpectedRefundAmount", ["CurCode": refund.currency.code], text: refund.amount)
            order.name.write(to: &writer)
        }
        return try await client.send(call) { response throws(WireError) in
            try CancellationTerms.keptAmount(in: response, of: order)
        }
    }

    /// - Parameter refusal: what ending it was refused with, if it was.
    private func state(
        of order: ProviderOrder, after refusal: ProviderError?, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder.State {
        do throws(ProviderError) {
            return try await status(of: order, context: context).state
        } catch {
            throw refusal?.unsettled(by: error) ?? error
        }
    }
}
