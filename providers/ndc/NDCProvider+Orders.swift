import FareDomain
public import FarePorts
import WireFormats

extension NDCProvider {
    /// Orders that a look-up reads one by one before it gives up rather than say "not found".
    private static let lookUpLimit = 100

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

    private func retrieve<Result>(
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

    /// Orders of these passengers on these flights, made since `createdAfter`. An NDC order has no place for our
    /// reference.
    ///
    /// The list narrows it down by a passenger's name and the day; each order on it is then read, and compared.
    ///
    /// - Throws: `unreadable` too when an order that may be ours can't be read or doesn't tell its time, or there are
    ///   more than can be looked through: neither is a "not found".
    public func find(
        _ search: OrderSearch, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        let matches = OrderMatches(search)
        var found: [ProviderOrder] = []
        for name in try await candidates(matches, context: context) {
            let order = try await retrieve(name, context: context) { response throws(WireError) in
                try matches.order(in: response, named: name)
            }
            if let order { found.append(order) }
        }
        return found
    }

    private func candidates(
        _ matches: OrderMatches, context: CallContext
    ) async throws(ProviderError) -> [OrderName] {
        let call = NDCCall(.orderList, operation: .status, effect: .read, context: context) { writer in
            matches.writeCriteria(to: &writer)
        }
        let listed: [OrderName]
        do throws(NDCFailure) {
            listed = try await client.send(call) { response throws(WireError) in
                try matches.candidates(in: response)
            }
        } catch {
            // "No such order" is an answer to this question.
            if error.isRefusal, error.error.code == .orderNotFound { return [] }
            throw error.error
        }
        guard listed.count <= Self.lookUpLimit else {
            throw ProviderError(.unreadable, outcome: .unknown, detail: "more orders than can be looked through")
        }
        return listed
    }
}
