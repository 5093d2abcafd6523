import FareDomain
import WireFormats

extension StripeIntent {
    /// As `docs.stripe.com/api/payment_intents/object`, without what the mock never has.
    ///
    /// - Parameter expansions: `latest_charge` to have it whole.
    func write(expanding expansions: Set<String>, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "payment_intent")
            writer.member("amount", amount)
            writer.member("amount_capturable", capturable)
            writer.member("amount_received", received)
            writer.member("canceled_at", canceledAt)
            writer.member("cancellation_reason", cancellationReason)
            writer.member("capture_method", capturesManually ? "manual" : "automatic")
            writer.member("client_secret", clientSecret)
            writer.member("confirmation_method", "automatic")
            writer.member("created", created)
            writer.member("currency", currency)
            writer.key("customer")
            writer.null()
            writer.member("description", description)
            writer.key("last_payment_error")
            write(lastError, to: &writer)
            writer.key("latest_charge")
            write(charge, expanded: expansions.contains("latest_charge"), to: &writer)
            writer.member("livemode", false)
            write(metadata, to: &writer)
            writer.key("next_action")
            writeNextAction(to: &writer)
            writer.member("payment_method", method)
            writer.member("payment_method_types", methodTypes)
            writer.key("processing")
            writer.null()
            writer.member("status", status.rawValue)
        }
    }

    private func write(_ error: LastError?, to writer: inout JSONWriter) {
        guard let error else { return writer.null() }
        writer.object { writer in
            writer.memberIfPresent("charge", charge?.id)
            writer.member("code", error.code)
            writer.member("decline_code", error.declineCode)
            writer.member("doc_url", "https://docs.stripe.com/error-codes/\(error.code)")
            writer.member("message", error.message)
            writer.member("type", "card_error")
        }
    }

    private func write(_ charge: Charge?, expanded: Bool, to writer: inout JSONWriter) {
        guard let charge else { return writer.null() }
        guard expanded else { return writer.value(charge.id) }
        writer.object { writer in
            writer.member("id", charge.id)
            writer.member("object", "charge")
            writer.member("amount", amount)
            writer.member("amount_captured", received)
            writer.member("amount_refunded", refunded)
            writer.member("captured", status == .succeeded)
            writer.member("created", charge.created)
            writer.member("currency", currency)
            writer.member("livemode", false)
            writer.member("paid", charge.succeeded)
            writer.member("payment_intent", id)
            writer.member("payment_method", method)
            writer.member("refunded", received > 0 && refunded == received)
            writer.member("status", charge.succeeded ? "succeeded" : "failed")
        }
    }

    private func write(_ metadata: [String: String], to writer: inout JSONWriter) {
        writer.object("metadata") { writer in
            for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
        }
    }

    private func writeNextAction(to writer: inout JSONWriter) {
        guard status == .requiresAction else { return writer.null() }
        writer.object { writer in
            writer.member("type", "use_stripe_sdk")
            writer.object("use_stripe_sdk") { $0.member("type", "three_d_secure_redirect") }
        }
    }

    func writeLedgerEntry(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("reference", reference)
            writer.member("state", ledgerState)
            for (name, units) in [("amount", amount), ("captured", received), ("refunded", refunded)] {
                let money = StripeAmount.money(units, currency)
                writer.object(name) { writer in
                    writer.member("amount", money?.amount)
                    writer.member("currency", money?.currency.code)
                }
            }
        }
    }
}

extension StripeIntent.Refund {
    /// As `docs.stripe.com/api/refunds/object`.
    ///
    /// - Parameter expansions: `payment_intent`, or what is inside it, to have it whole.
    func write(of intent: StripeIntent, expanding expansions: Set<String>, to writer: inout JSONWriter) {
        let inner = expansions.within("payment_intent")
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "refund")
            writer.member("amount", amount)
            writer.member("charge", intent.charge?.id)
            writer.member("created", created)
            writer.member("currency", intent.currency)
            writer.memberIfPresent("failure_reason", failureReason)
            writer.object("metadata") { writer in
                for (key, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.member(key, value) }
            }
            writer.key("payment_intent")
            if expansions.contains("payment_intent") || !inner.isEmpty {
                intent.write(expanding: inner, to: &writer)
            } else {
                writer.value(intent.id)
            }
            writer.member("reason", reason)
            writer.member("status", status.rawValue)
        }
    }
}
