public import FareDomain
public import FarePorts
import WireFormats

extension DuffelProvider {
    /// Orders on one page of a list, the most that Duffel gives.
    private static let pageSize = 200
    /// Pages that one look reads before it gives up rather than leave an order out.
    private static let pageLimit = 10

    /// Orders with our reference in their metadata; where there is none, orders without a reference whose passengers,
    /// flights and time of creation fit.
    ///
    /// - Throws: `unreadable` too when an order that may be ours can't be read, or there are more than can be looked
    ///   through: neither is a "not found".
    public func find(
        _ search: OrderSearch, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        var matches = OrderMatches(search, reader: OrderReader(now: client.clock.timestamp))
        // Exact and partial matches of given and family names: it narrows the list, the rest is compared here.
        let filters = search.passengers.first.map { [FormField("passenger_name[]", $0.familyName)] } ?? []
        let isWhole = try await eachOrder(filters, context: context) { order throws(WireError) in
            try matches.add(order)
        }
        guard isWhole else {
            throw ProviderError(.unreadable, outcome: .unknown, detail: "more orders than can be looked through")
        }
        return matches.orders
    }

    /// Reads 2,000 orders at most: past them it throws `tooMany`.
    public func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        guard createdAfter <= createdBefore else { return [] }
        let reader = OrderReader(now: client.clock.timestamp)
        var found: [ProviderOrder] = []
        // A second wider than asked for: whether Duffel counts the ends in, and how finely, it does not say.
        let filters = [
            FormField("created_at[after]", createdAfter.advanced(by: .seconds(-1)).description),
            FormField("created_at[before]", createdBefore.advanced(by: .seconds(1)).description),
        ]
        let isWhole = try await eachOrder(filters, context: context) { order throws(WireError) in
            guard (createdAfter...createdBefore).contains(try order.timestamp("created_at")) else { return }
            found.append(try reader.order(order))
        }
        guard isWhole else {
            throw ProviderError(.tooMany, outcome: .notApplied, detail: "more orders than can be listed")
        }
        return found
    }

    /// Reads a list to its end, page by page.
    ///
    /// - Returns: false if it has more pages than are read.
    private func eachOrder(
        _ filters: [FormField], context: CallContext, _ body: (JSONValue) throws(WireError) -> Void
    ) async throws(ProviderError) -> Bool {
        var cursor: String?
        for _ in 0..<Self.pageLimit {
            let fields = [FormField("limit", String(Self.pageSize))] + filters
            let query = FormEncoding.encode(fields + (cursor.map { [FormField("after", $0)] } ?? []))
            let call = DuffelCall(.get, "/air/orders?" + query, operation: .status, effect: .read, context: context)
            let page = try await client.page(of: call)
            try client.reading { () throws(WireError) in
                for order in try page.elements("data") { try body(order) }
            }
            cursor = page.present("meta")?.present("after")?.string
            if cursor == nil { return true }
        }
        return false
    }
}
