public import FareDomain
public import FarePorts
import WireFormats

extension StripePayments {
    /// Pages of a hundred that are looked through for payments that the search index may not have yet.
    private static let newestPages = 5
    /// How far behind Stripe says that its search may be, in an outage of its own (docs.stripe.com/search): seconds.
    private static let searchLag: Int64 = 3600
    /// Pages of a hundred of one span of time.
    static let spanPages = 100

    public func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        var found = try await newest(reference: reference, context: context)
        let known = Set(found.map(\.id))
        found += try await indexed(reference: reference, context: context).filter { !known.contains($0.id) }
        return found
    }

    /// Leaves out what can't be read and is not ours: the account may have payments of every kind.
    public func payments(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Payment] {
        let query =
            Self.span(from: createdAfter, to: createdBefore) + [FormField("expand[]", "data.latest_charge")]
        return try await pages("/v1/payment_intents", query: query, atMost: Self.spanPages, context: context) {
            value throws(WireError) -> Payment? in
            guard value.reference == nil else { return try PaymentIntent(value).payment }
            return try? PaymentIntent(value).payment
        }
    }

    /// Everything in a list, newest first.
    ///
    /// - Throws: `rejected` where that is more than `bound` pages of a hundred.
    func pages<Item>(
        _ path: String, query: [FormField], atMost bound: Int, context: CallContext,
        _ read: (JSONValue) throws(WireError) -> Item?
    ) async throws(PaymentError) -> [Item] {
        var items: [Item] = []
        var cursor: String?
        for _ in 0..<bound {
            let page = try await self.page(path, query: query, after: cursor, context: context, read)
            items += page.items
            guard let next = page.cursor else { return items }
            cursor = next
        }
        throw PaymentError(.rejected, outcome: .notApplied, detail: "more than \(bound) pages")
    }

    private func page<Item>(
        _ path: String, query: [FormField], after cursor: String?, context: CallContext,
        _ read: (JSONValue) throws(WireError) -> Item?
    ) async throws(PaymentError) -> StripePage<Item> {
        let place = cursor.map { [FormField("starting_after", $0)] } ?? []
        let call = StripeCall.look(path, query: [FormField("limit", "100")] + query + place, context: context)
        return try await client.answer(to: call) { value throws(WireError) in try StripePage(value, read) }
    }

    /// Looks through the newest payments, which are listed from the moment that they exist.
    private func newest(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        var found: [Payment] = []
        var newestCreated: Int64?
        var cursor: String?
        for _ in 0..<Self.newestPages {
            let page = try await page(
                "/v1/payment_intents", query: [FormField("expand[]", "data.latest_charge")], after: cursor,
                context: context
            ) { value throws(WireError) in try Self.payment(value, reference: reference) }
            found += page.items
            newestCreated = newestCreated ?? page.firstCreated
            guard let next = page.cursor, let oldest = page.lastCreated, let newest = newestCreated,
                Self.isWithinLag(oldest, of: newest)
            else { break }
            cursor = next
        }
        return found
    }

    /// Both are the peer's, so that their difference may be none that fits: that one is no reason to look further.
    private static func isWithinLag(_ oldest: Int64, of newest: Int64) -> Bool {
        let (age, overflow) = newest.subtractingReportingOverflow(oldest)
        return !overflow && age < searchLag
    }

    private func indexed(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        let quoted = reference.map { $0 == "'" || $0 == "\\" ? "\\\($0)" : String($0) }.joined()
        let query = [
            FormField("query", "metadata['\(PaymentIntent.referenceKey)']:'\(quoted)'"), FormField("limit", "100"),
            FormField("expand[]", "data.latest_charge"),
        ]
        let call = StripeCall.look("/v1/payment_intents/search", query: query, context: context)
        return try await client.answer(to: call) { value throws(WireError) in
            try StripePage(value) { value throws(WireError) in try Self.payment(value, reference: reference) }.items
        }
    }

    /// Search does not tell capitals from small letters, and the list has everybody's.
    private static func payment(_ value: JSONValue, reference: String) throws(WireError) -> Payment? {
        value.reference == reference ? try PaymentIntent(value).payment : nil
    }

    static func span(from start: Timestamp, to end: Timestamp) -> [FormField] {
        [
            FormField("created[gte]", String(second(of: start))), FormField("created[lte]", String(second(of: end))),
        ]
    }

    private static func second(of instant: Timestamp) -> Int64 {
        // Rounded down at both ends: a payment is listed under the second in which it was made.
        let (seconds, rest) = instant.millisecondsSinceEpoch.quotientAndRemainder(dividingBy: 1000)
        return rest < 0 ? seconds - 1 : seconds
    }
}
