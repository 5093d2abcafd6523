import FareDomain
public import FarePorts
import WireFormats

extension NDCProvider {
    public func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let call = NDCCall(.orderChange, operation: .confirm, effect: .once, context: context) { writer in
            order.name.write(to: &writer)
            OrderBody.writePayment(of: order.total, itemIDs: order.notes.itemIDs, to: &writer)
        }
        let answer: ProviderOrder
        do throws(NDCFailure) {
            answer = try await client.send(call) { response throws(WireError) in
                try OrderReader(response, of: order.id).order(known: order)
            }
        } catch {
            guard error.isRefusal else { throw error.error }
            return try await ticketedAlready(order, or: error.error, context: context)
        }
        return try ticketed(answer)
    }

    /// The order, if what refused to be paid for has been paid for. Airlines have no common word for that.
    ///
    /// - Throws: `refusal`, its outcome unknown unless the order could be looked at.
    private func ticketedAlready(
        _ order: ProviderOrder, or refusal: ProviderError, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        var refusal = refusal
        do throws(ProviderError) {
            let now = try await status(of: order, context: context)
            if now.state == .ticketed { return now }
        } catch {
            if error.code != .orderNotFound { refusal.outcome = .unknown }
        }
        throw refusal
    }

    public func status(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        try await retrieve(order.name, context: context) { response throws(WireError) in
            try OrderReader(response, of: order.id).order(known: order)
        }
    }

    func retrieve<Result>(
        _ name: OrderName, context: CallContext, _ body: (XMLElement) throws(WireError) -> Result
    ) async throws(ProviderError) -> Result {
        let call = NDCCall(.orderRetrieve, operation: .status, effect: .read, context: context) { writer in
            writer.element("OrderFilterCriteria") { name.write(to: &$0) }
        }
        do throws(NDCFailure) {
            return try await client.send(call, body)
        } catch {
            throw error.error
        }
    }
}
