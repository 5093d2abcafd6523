import FareDomain
public import FarePorts
import WireFormats

extension DuffelProvider {
    /// Orders on one page of a list, the most that Duffel gives.
    private static let pageSize = 200
    /// Pages that a look-up reads before it gives up rather than say "not found".
    private static let pageLimit = 10

    public func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let body: JSONNode = [
            "data": ["order_id": .string(order.id), "payment": OrderBody.payment(of: order.total)]
        ]
        let call = DuffelCall(
            .post, "/air/payments", body: body, operation: .confirm, effect: .once,
            context: context)
        do throws(DuffelFailure) {
            let payment = try await client.send(call)
            if payment["status"]?.equals("failed") == true {
                throw DuffelFailure(ProviderError(.rejected, outcome: .notApplied, detail: "payment failed"))
            }
        } catch {
            guard error.code == "already_paid" else { throw error.error }
        }
        return try await paid(order, context: context)
    }

    /// The order behind an accepted payment. Duffel answers a payment with the payment, not with the ticket.
    private func paid(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let now: ProviderOrder
        do throws(ProviderError) {
            now = try await status(of: order, context: context)
        } catch {
            // The payment went through, whatever became of this question.
            var unsettled = error
            unsettled.outcome = .unknown
            throw unsettled
        }
        guard now.state == .ticketed else {
            throw ProviderError(.unreadable, outcome: .unknown, detail: "paid, but the order is \(now.state.rawValue)")
        }
        return now
    }

    public func status(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        let path = "/air/orders/\(FormEncoding.percentEncode(order.id))"
        let call = DuffelCall(.get, path, operation: .status, effect: .read, context: context)
        let data = try await client.data(of: call)
        return try client.reading { () throws(WireError) in
            try OrderReader(now: client.clock.timestamp).order(data)
        }
    }

    /// Orders with our reference in their metadata; where there is none, orders without a reference whose passengers,
    /// flights and time of creation fit.
    ///
    /// - Throws: `unreadable` too when an order that may be ours can't be read, or there are more than can be looked
    ///   through: neither is a "not found".
    public func find(
        _ search: OrderSearch, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        var matches = OrderMatches(search, reader: OrderReader(now: client.clock.timestamp))
        var cursor: String?
        for _ in 0..<Self.pageLimit {
            let call = DuffelCall(
                .get, "/air/orders?" + Self.listQuery(search, after: cursor), operation: .status, effect: .read,
                context: context)
            let page = try await client.page(of: call)
            try client.reading { () throws(WireError) in
                for order in try page.elements("data") { try matches.add(order) }
            }
            cursor = page.present("meta")?.present("after")?.string
            if cursor == nil { return matches.orders }
        }
        throw ProviderError(.unreadable, outcome: .unknown, detail: "more orders than can be looked through")
    }

    private static func listQuery(_ search: OrderSearch, after cursor: String?) -> String {
        var fields = [FormField("limit", String(pageSize))]
        // Exact and partial matches of given and family names: it narrows the list, the rest is compared here.
        if let passenger = search.passengers.first {
            fields.append(FormField("passenger_name[]", passenger.familyName))
        }
        if let cursor { fields.append(FormField("after", cursor)) }
        return FormEncoding.encode(fields)
    }
}
