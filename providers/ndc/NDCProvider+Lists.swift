public import FareDomain
public import FarePorts
import WireFormats

extension NDCProvider {
    /// Orders that one look reads one by one before it gives up rather than leave one out.
    private static let lookUpLimit = 100

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
        let names = try await list(matches.span, surname: search.passengers.first?.familyName, context: context)
        guard names.count <= Self.lookUpLimit else {
            throw ProviderError(.unreadable, outcome: .unknown, detail: "more orders than can be looked through")
        }
        var found: [ProviderOrder] = []
        for name in names {
            do throws(ProviderError) {
                let order = try await retrieve(name, context: context) { response throws(WireError) in
                    try matches.order(in: response, named: name)
                }
                if let order { found.append(order) }
            } catch  where error.code == .orderNotFound {
                // One of those that were listed has ended, and is forgotten: it says nothing of the others.
            }
        }
        return found
    }

    /// Lists the orders of the span, and reads each, as a list tells no state that can be relied on. Reads 100 orders
    /// at most: with more it throws `tooMany`.
    public func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        guard createdAfter <= createdBefore else { return [] }
        let span = CreationSpan(after: createdAfter, before: createdBefore)
        let names = try await list(span, surname: nil, context: context)
        guard names.count <= Self.lookUpLimit else {
            throw ProviderError(.tooMany, outcome: .notApplied, detail: "\(names.count) orders")
        }
        var found: [ProviderOrder] = []
        for name in names {
            if let order = try await listed(name, span, context: context) { found.append(order) }
        }
        return found
    }

    /// - Returns: nil for an order of another time, and for one that has ended and can't be retrieved any more.
    private func listed(
        _ name: OrderName, _ span: CreationSpan, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder? {
        let order: ProviderOrder
        do throws(ProviderError) {
            order = try await retrieve(name, context: context) { response throws(WireError) in
                try OrderReader(response, of: name.id).order(known: nil)
            }
        } catch  where error.code == .orderNotFound {
            return nil
        }
        guard let created = order.createdAt else {
            throw ProviderError(.unreadable, outcome: .notApplied, detail: "an order without a time of creation")
        }
        return span.contains(created) ? order : nil
    }

    /// The orders of an `IATA_OrderListRS` that may be of the span: those that don't tell their time, too.
    private func list(
        _ span: CreationSpan, surname: String?, context: CallContext
    ) async throws(ProviderError) -> [OrderName] {
        let call = NDCCall(.orderList, operation: .status, effect: .read, context: context) { writer in
            writer.element("OrderFilterCriteria") { writer in
                span.write(to: &writer)
                if let surname {
                    writer.element("Pax") { writer in
                        writer.element("Individual") { $0.element("Surname", text: surname) }
                    }
                }
            }
        }
        do throws(NDCFailure) {
            return try await client.send(call) { response throws(WireError) in
                var names: [OrderName] = []
                for order in response.children(named: "Order") {
                    let id = try order.requireText("OrderID")
                    if let created = try OrderReader.createdAt(order), !span.contains(created) { continue }
                    names.append(OrderName(id: id, ownerCode: order.text("OwnerCode")))
                }
                return names
            }
        } catch {
            // "No such order" is an answer to this question.
            if error.isRefusal, error.error.code == .orderNotFound { return [] }
            throw error.error
        }
    }
}
