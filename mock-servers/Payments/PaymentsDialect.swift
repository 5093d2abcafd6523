import FareDomain
import WireFormats

/// Stripe's PaymentIntents and refunds, as its public documentation and its official Python client know them.
///
/// Which call is which operation, and where it is simpler than Stripe: `Payments/README.md`.
struct PaymentsDialect: Dialect {
    let name = "payments"
    let book: StripeBook
    let now: @Sendable () -> Timestamp

    init(settings: MockProvider.Settings) throws {
        book = try StripeBook(statePath: settings.statePath)
        now = settings.now
    }

    func classify(_ request: MockRequest) -> Classification {
        let steps = request.steps
        guard steps.count >= 2, steps[0] == "v1" else { return .aside }
        switch (request.method, steps[1], steps.count) {
        case ("GET", "payment_intents", _), ("GET", "refunds", _), ("GET", "events", 2):
            let isFurtherPage = request.query("starting_after") != nil || request.query("page") != nil
            return isFurtherPage ? .continues(.status) : .opens(.status)
        case ("POST", "payment_intents", 2):
            // Only a confirmation asks the card for anything.
            return (try? StripeForm(request.body))?.value("confirm") == "true" ? .opens(.authorize) : .aside
        case ("POST", "payment_intents", 4):
            switch steps[3] {
            case "confirm": return .opens(.authorize)
            case "capture": return .opens(.capture)
            case "cancel": return .opens(.void)
            default: return .aside
            }
        case ("POST", "refunds", 2): return .opens(.refund)
        default: return .aside
        }
    }

    func answer(_ request: MockRequest, fault: DomainFault?) -> MockReply {
        guard request.headers["authorization"] != nil else { return dressed(StripeRefusal.noKey.answer, request) }
        do {
            if request.method == "POST" { return try change(request, fault: fault) }
            return dressed(try look(request), request)
        } catch let refusal as StripeRefusal {
            return dressed(refusal.answer, request)
        } catch {
            return failure(status: 500)
        }
    }

    /// Does what a POST asks once a key.
    private func change(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        let form = try StripeForm(request.body)
        let key = request.headers["idempotency-key"].map { text in
            StripeKey(text: text, request: "\(request.path)?\(form.canonical)", at: now().millisecondsSinceEpoch)
        }
        if let key, let answer = try book.claim(key) {
            var reply = dressed(answer, request)
            reply.headers.append(("idempotent-replayed", "true"))
            return reply
        }
        let time = now()
        let answer = try book.perform(under: key, at: time) { ledger throws(StripeRefusal) in
            let till = StripeTill(form: form, ledger: ledger, now: time, fault: fault)
            guard case .failed(let applied) = fault else { return try till.change(request.steps) }
            return try till.fail(request.steps, applied: applied)
        }
        return dressed(answer, request)
    }

    private func look(_ request: MockRequest) throws -> StripeAnswer {
        try StripeShelf(form: StripeForm(fields: request.query), ledger: book.ledger(at: now())).look(request.steps)
    }

    /// With the headers that all of Stripe's answers have.
    private func dressed(_ answer: StripeAnswer, _ request: MockRequest) -> MockReply {
        var headers = [
            (name: "content-type", value: "application/json"),
            (name: "request-id", value: "req_" + RandomText.letters(14)),
        ]
        if let version = request.headers["stripe-version"] { headers.append(("stripe-version", version)) }
        if let key = request.headers["idempotency-key"] { headers.append(("idempotency-key", key)) }
        return MockReply(status: answer.status, headers: headers, body: Array(answer.body.utf8))
    }

    func failure(status: Int) -> MockReply {
        let answer = StripeRefusal(status: status).answer
        return MockReply(
            status: status, headers: [("content-type", "application/json")], body: Array(answer.body.utf8))
    }

    func rateLimited() -> MockReply {
        var reply = failure(status: 429)
        reply.headers.append(("stripe-rate-limited-reason", "global-rate"))
        return reply
    }

    func ledger() -> MockReply {
        .json(200) { writer in
            writer.object { writer in
                writer.array("payments") { writer in
                    for intent in book.ledger(at: now()).intents { intent.writeLedgerEntry(to: &writer) }
                }
            }
        }
    }

    func reset() { book.reset() }
}
