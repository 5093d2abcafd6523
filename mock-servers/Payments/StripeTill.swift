import FareDomain

/// The requests that change something, one at a time.
struct StripeTill {
    let form: StripeForm
    let ledger: StripeLedger
    let now: Timestamp
    let fault: DomainFault?

    private static let creating: Set<String> = [
        "amount", "currency", "capture_method", "confirm", "payment_method", "payment_method_types",
        "automatic_payment_methods", "description", "metadata", "customer", "off_session", "receipt_email",
        "return_url",
        "confirmation_method", "statement_descriptor_suffix", "use_stripe_sdk",
    ]

    private var seconds: Int64 { now.millisecondsSinceEpoch / 1000 }

    func change(_ steps: [String]) throws(StripeRefusal) -> StripeOutcome {
        switch (steps.dropFirst().first, steps.count) {
        case ("payment_intents", 2): return try create()
        case ("refunds", 2): return try refund()
        case ("payment_intents", 4):
            let id = steps[2]
            guard let intent = ledger[id] else {
                throw StripeRefusal.unknown("payment_intent", id, parameter: "intent", status: 404)
            }
            switch steps[3] {
            case "confirm": return try confirm(intent)
            case "capture": return try capture(intent)
            case "cancel": return try cancel(intent)
            default: break
            }
        default: break
        }
        throw StripeRefusal.noSuchURL("/" + steps.joined(separator: "/"))
    }

    /// Breaks off in the middle, as only a request can that was begun: one with wrong parameters never is.
    ///
    /// - Parameter applied: whether what was asked for is done all the same.
    func fail(_ steps: [String], applied: Bool) throws(StripeRefusal) -> StripeOutcome {
        let failure = StripeRefusal(status: 500).answer
        do throws(StripeRefusal) {
            let outcome = try change(steps)
            return StripeOutcome(intent: applied ? outcome.intent : nil, answer: failure)
        } catch {
            guard error.executed else { throw error }
            return StripeOutcome(answer: failure)
        }
    }

    private func create() throws(StripeRefusal) -> StripeOutcome {
        try form.allow(StripeTill.creating)
        guard let amount = try form.integer("amount", atLeast: 1) else { throw StripeRefusal.missing("amount") }
        guard let code = form.value("currency") else { throw StripeRefusal.missing("currency") }
        guard let currency = Currency(code.uppercased()), currency.exponent <= 3 else {
            throw StripeRefusal.invalid("currency", "Invalid currency: \(code).")
        }
        try StripeAmount.check(amount, currency, parameter: "amount")
        let capturing = form.value("capture_method") ?? "automatic"
        guard ["automatic", "automatic_async", "manual"].contains(capturing) else {
            throw StripeRefusal.invalid("capture_method", "Invalid capture_method: \(capturing).")
        }
        let types = form.list("payment_method_types")
        let id = "pi_" + RandomText.letters(24)
        var intent = StripeIntent(
            id: id, clientSecret: id + "_secret_" + RandomText.letters(25), amount: amount,
            currency: currency.code.lowercased(), capturesManually: capturing == "manual",
            methodTypes: types.isEmpty ? ["card"] : types, description: form.value("description"),
            metadata: form.hash("metadata"), created: seconds, status: .requiresPaymentMethod)
        if form.value("confirm") == "true" { return try confirm(intent) }
        if let token = form.value("payment_method") {
            _ = try card(token)
            // The mock's cards are told by their tokens: this one is needed when it is confirmed.
            intent.method = token
            intent.status = .requiresConfirmation
        }
        return shown(intent)
    }

    private func confirm(_ intent: StripeIntent) throws(StripeRefusal) -> StripeOutcome {
        guard [.requiresPaymentMethod, .requiresConfirmation, .requiresAction].contains(intent.status) else {
            throw StripeRefusal.state(intent, "confirm")
        }
        guard let token = form.value("payment_method") ?? intent.method else {
            throw StripeRefusal.state(intent, "confirm without a payment method")
        }
        var card = try card(token)
        switch fault {
        case .declined: card = .declines(StripeCard.refusal)
        case .actionRequired: card = .wantsAction
        default: break
        }
        var intent = intent
        intent.method = token
        intent.confirm(card, now: seconds)
        if case .declines(let error) = card {
            return StripeOutcome(intent: intent, answer: StripeRefusal.declined(intent, error).answer)
        }
        return shown(intent)
    }

    private func card(_ token: String) throws(StripeRefusal) -> StripeCard {
        guard let card = StripeCard(token: token) else {
            throw StripeRefusal.unknown("PaymentMethod", token, parameter: "payment_method", status: 400)
        }
        return card
    }

    private func capture(_ intent: StripeIntent) throws(StripeRefusal) -> StripeOutcome {
        try form.allow(["amount_to_capture", "metadata", "statement_descriptor_suffix"])
        let amount = try form.integer("amount_to_capture", atLeast: 1) ?? intent.capturable
        guard intent.status == .requiresCapture else { throw StripeRefusal.state(intent, "capture") }
        guard amount <= intent.capturable else {
            throw StripeRefusal.amount(
                "amount_to_capture", "The amount to capture is greater than the amount that can be captured.",
                code: "amount_too_large")
        }
        var intent = intent
        intent.received = amount
        intent.status = .succeeded
        return shown(intent)
    }

    private func cancel(_ intent: StripeIntent) throws(StripeRefusal) -> StripeOutcome {
        try form.allow(["cancellation_reason"])
        guard intent.status != .succeeded, intent.status != .canceled else {
            throw StripeRefusal.state(intent, "cancel")
        }
        var intent = intent
        intent.status = .canceled
        intent.canceledAt = seconds
        intent.cancellationReason = form.value("cancellation_reason")
        return shown(intent)
    }

    private func refund() throws(StripeRefusal) -> StripeOutcome {
        try form.allow(["payment_intent", "charge", "amount", "reason", "metadata"])
        let asked = try form.integer("amount", atLeast: 1)
        var intent = try refunded()
        guard intent.status == .succeeded else { throw StripeRefusal.state(intent, "refund") }
        let left = intent.received - intent.refunded
        guard left > 0 else {
            throw StripeRefusal.amount(
                "", "Charge \(intent.charge?.id ?? "") has already been refunded.", code: "charge_already_refunded")
        }
        let amount = asked ?? left
        guard amount <= left else {
            throw StripeRefusal.amount(
                "amount", "The refund is greater than the unrefunded amount on the charge.", code: nil)
        }
        var refund = StripeIntent.Refund(
            id: "re_" + RandomText.letters(24), amount: amount, created: seconds, reason: form.value("reason"),
            metadata: form.hash("metadata"))
        refund.begin(on: intent.method.flatMap { StripeCard(token: $0) }, now: now)
        intent.refunds.append(refund)
        let expansions = Set(form.list("expand"))
        return StripeOutcome(
            intent: intent,
            answer: StripeAnswer(200) { [intent, refund] in refund.write(of: intent, expanding: expansions, to: &$0) })
    }

    /// The payment that a refund names, itself or by its charge.
    private func refunded() throws(StripeRefusal) -> StripeIntent {
        if let id = form.value("payment_intent") {
            guard let intent = ledger[id] else {
                throw StripeRefusal.unknown("payment_intent", id, parameter: "payment_intent", status: 404)
            }
            return intent
        }
        guard let id = form.value("charge") else { throw StripeRefusal.missing("payment_intent") }
        guard let intent = ledger.intents.first(where: { $0.charge?.id == id }) else {
            throw StripeRefusal.unknown("charge", id, parameter: "charge", status: 404)
        }
        return intent
    }

    private func shown(_ intent: StripeIntent) -> StripeOutcome {
        let expansions = Set(form.list("expand"))
        return StripeOutcome(
            intent: intent, answer: StripeAnswer(200) { intent.write(expanding: expansions, to: &$0) })
    }
}
