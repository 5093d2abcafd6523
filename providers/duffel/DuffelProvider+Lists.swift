public import FareDomain
public import FarePorts
import WireFormats

extension DuffelProvider {
    /// Orders on one page of a list, the most that Duffel gives.
    private static let pageSize = 200
    /// Pages that one look reads before it gives up rather than leave an order out.
    private static let pageLimit = 10
    /// How far Duffel's clock and ours may be apart for an order of ours to be found among too many.
    private static let clockSlack = Duration.seconds(24 * 3600)

    /// Orders with our reference in their metadata; where there is none, orders without a reference whose passengers,
    /// flights and time of creation fit.
    ///
    /// Looks through all orders of a passenger's name, and no further than the page that has our reference. Only where
    /// those are too many is it a time that narrows the list, and with a day to spare: were ours left out because of a
    /// wrong clock, "not found" would be believed.
    ///
    /// - Throws: `unreadable` too when an order that may be ours can't be read, or there are more than can be looked
    ///   through: neither is a "not found".
    public func find(
        _ search: OrderSearch, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        // Exact and partial matches of given and family names: it narrows the list, the rest is compared here.
        let name = search.passengers.first.map { [FormField("passenger_name[]", $0.familyName)] } ?? []
        let start = search.createdAfter.advanced(by: .zero - Self.clockSlack)
        for filters in [name, name + [FormField("created_at[after]", start.description)]] {
            if let found = try await matches(of: search, filters, context: context) { return found }
        }
        throw ProviderError(.unreadable, outcome: .unknown, detail: "more orders than can be looked through")
    }

    /// - Returns: nil if the list has more orders than are read, and none of those read has our reference.
    private func matches(
        of search: OrderSearch, _ filters: [FormField], context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder]? {
        var matches = OrderMatches(search, reader: OrderReader(now: client.clock.timestamp))
        let isWhole = try await eachPage(filters, context: context) { orders throws(WireError) in
            for order in orders { try matches.add(order) }
            return !matches.isProven
        }
        return isWhole || matches.isProven ? matches.orders : nil
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
        let isWhole = try await eachPage(filters, context: context) { orders throws(WireError) in
            for order in orders where (createdAfter...createdBefore).contains(try order.timestamp("created_at")) {
                found.append(try reader.order(order))
            }
            return true
        }
        guard isWhole else {
            throw ProviderError(.tooMany, outcome: .notApplied, detail: "more orders than can be listed")
        }
        return found
    }

    /// Reads a list page by page.
    ///
    /// - Parameter body: reads a page's orders, and tells whether to go on.
    /// - Returns: whether it was read to its end.
    private func eachPage(
        _ filters: [FormField], context: CallContext, _ body: (JSONElements) throws(WireError) -> Bool
    ) async throws(ProviderError) -> Bool {
        var cursor: String?
        for _ in 0..<Self.pageLimit {
            let fields = [FormField("limit", String(Self.pageSize))] + filters
            let query = FormEncoding.encode(fields + (cursor.map { [FormField("after", $0)] } ?? []))
            let call = DuffelCall(.get, "/air/orders?" + query, operation: .status, effect: .read, context: context)
            let page = try await client.page(of: call)
            let goesOn = try client.reading { () throws(WireError) in try body(try page.elements("data")) }
            cursor = page.present("meta")?.present("after")?.string
            if cursor == nil { return true }
            if !goesOn { return false }
        }
        return false
    }
}
