import WireFormats

/// The requests that only look.
struct StripeShelf {
    let form: StripeForm
    let ledger: StripeLedger

    private var expansions: Set<String> { Set(form.list("expand")) }

    func look(_ steps: [String]) throws(StripeRefusal) -> StripeAnswer {
        switch (steps.dropFirst().first, steps.count) {
        case ("payment_intents", 2): return try list()
        case ("payment_intents", 3) where steps[2] == "search": return try search()
        case ("payment_intents", 3):
            guard let intent = ledger[steps[2]] else {
                throw StripeRefusal.unknown("payment_intent", steps[2], parameter: "intent", status: 404)
            }
            return StripeAnswer(200) { intent.write(expanding: expansions, to: &$0) }
        case ("refunds", 2): return try refunds()
        case ("refunds", 3):
            for intent in ledger.intents {
                guard let refund = intent.refunds.first(where: { $0.id == steps[2] }) else { continue }
                return StripeAnswer(200) { refund.write(of: intent, expanding: expansions, to: &$0) }
            }
            throw StripeRefusal.unknown("refund", steps[2], parameter: "refund", status: 404)
        case ("events", 2): return try events()
        default: throw StripeRefusal.noSuchURL("/" + steps.joined(separator: "/"))
        }
    }

    private func limit() throws(StripeRefusal) -> Int {
        Int(min(try form.integer("limit", atLeast: 1) ?? 10, 100))
    }

    /// `created[gte]=…&created[lt]=…`: the seconds that it leaves.
    private func span() throws(StripeRefusal) -> Range<Int64> {
        var first = Int64.min
        var end = Int64.max
        for (word, text) in form.hash("created") {
            guard let bound = Int64(text), bound < .max else {
                throw StripeRefusal.invalid("created", "Invalid integer: \(text)")
            }
            switch word {
            case "gt": first = max(first, bound + 1)
            case "gte": first = max(first, bound)
            case "lt": end = min(end, bound)
            case "lte": end = min(end, bound + 1)
            default: throw StripeRefusal.invalid("created", "Received unknown parameter: created[\(word)]")
            }
        }
        return first < end ? first..<end : 0..<0
    }

    /// Newest first.
    private func list() throws(StripeRefusal) -> StripeAnswer {
        try form.allow(["limit", "starting_after", "created", "customer"])
        let span = try span()
        let matching = ledger.intents.reversed().filter { span.contains($0.created) }
        return try page(matching, id: \.id, url: "/v1/payment_intents") { intent, expansions, writer in
            intent.write(expanding: expansions, to: &writer)
        }
    }

    private func refunds() throws(StripeRefusal) -> StripeAnswer {
        try form.allow(["limit", "starting_after", "payment_intent", "charge", "created"])
        if let id = form.value("payment_intent"), ledger[id] == nil {
            throw StripeRefusal.unknown("payment_intent", id, parameter: "payment_intent", status: 404)
        }
        let span = try span()
        let intents = ledger.intents.filter { intent in
            (form.value("payment_intent").map { $0 == intent.id } ?? true)
                && (form.value("charge").map { $0 == intent.charge?.id } ?? true)
        }
        let refunds = intents.flatMap { intent in intent.refunds.map { (intent, $0) } }
            .filter { span.contains($0.1.created) }
            .enumerated()
            .sorted { ($0.element.1.created, $0.offset) > ($1.element.1.created, $1.offset) }
            .map(\.element)
        return try page(refunds, id: \.1.id, url: "/v1/refunds") { entry, expansions, writer in
            entry.1.write(of: entry.0, expanding: expansions, to: &writer)
        }
    }

    /// Newest first. There is one kind: `refund.failed`.
    private func events() throws(StripeRefusal) -> StripeAnswer {
        try form.allow(["type", "limit", "starting_after", "created"])
        let isAsked = form.value("type").map { $0 == StripeEvent.type } ?? true
        let span = try span()
        let events = ledger.intents.flatMap { intent in
            intent.refunds.compactMap { StripeEvent(failureOf: $0, of: intent) }
        }
        let matching = events.filter { isAsked && span.contains($0.created) }
            .sorted { ($0.created, $0.id) > ($1.created, $1.id) }
        return try page(matching, id: \.id, url: "/v1/events") { event, _, writer in event.write(to: &writer) }
    }

    private func page<Item>(
        _ items: [Item], id: (Item) -> String, url: String, _ write: (Item, Set<String>, inout JSONWriter) -> Void
    ) throws(StripeRefusal) -> StripeAnswer {
        let limit = try limit()
        var rest = items[...]
        if let cursor = form.value("starting_after") {
            guard let place = items.firstIndex(where: { id($0) == cursor }) else {
                throw StripeRefusal.unknown("object", cursor, parameter: "starting_after", status: 400)
            }
            rest = items[(place + 1)...]
        }
        let inner = expansions.within("data")
        return StripeAnswer(200) { writer in
            writer.object { writer in
                writer.member("object", "list")
                writer.array("data") { writer in
                    for item in rest.prefix(limit) { write(item, inner, &writer) }
                }
                writer.member("has_more", rest.count > limit)
                writer.member("url", url)
            }
        }
    }

    /// Newest first. Unlike Stripe's, the index is never behind.
    private func search() throws(StripeRefusal) -> StripeAnswer {
        try form.allow(["query", "limit", "page"])
        guard let text = form.value("query") else { throw StripeRefusal.missing("query") }
        let query = try StripeQuery(text)
        let limit = try limit()
        let start = Int(try form.integer("page", atLeast: 0) ?? 0)
        let rest = ledger.intents.reversed().filter { query.matches($0) }.dropFirst(start)
        let inner = expansions.within("data")
        return StripeAnswer(200) { writer in
            writer.object { writer in
                writer.member("object", "search_result")
                writer.array("data") { writer in
                    for intent in rest.prefix(limit) { intent.write(expanding: inner, to: &writer) }
                }
                writer.member("has_more", rest.count > limit)
                writer.member("next_page", rest.count > limit ? String(start + limit) : nil)
                writer.member("url", "/v1/payment_intents/search")
            }
        }
    }
}

extension Set<String> {
    /// What is to be expanded inside a member: `latest_charge` for `data.latest_charge` in `data`.
    func within(_ member: String) -> Set<String> {
        Set(filter { $0.hasPrefix(member + ".") }.map { String($0.dropFirst(member.count + 1)) })
    }
}
