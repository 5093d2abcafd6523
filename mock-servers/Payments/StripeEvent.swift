import WireFormats

/// That a refund failed (docs.stripe.com/api/events/object): it follows from the refund, and is not kept itself.
struct StripeEvent {
    static let type = "refund.failed"

    let id: String
    /// Seconds since 1970.
    let created: Int64
    private let intent: StripeIntent
    private let refund: StripeIntent.Refund

    /// Nil where it has not failed.
    init?(failureOf refund: StripeIntent.Refund, of intent: StripeIntent) {
        guard let failedAt = refund.failedAt else { return nil }
        id = "evt_" + refund.id.dropFirst("re_".count)
        created = failedAt
        self.intent = intent
        self.refund = refund
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", id)
            writer.member("object", "event")
            writer.member("api_version", "2025-03-31.basil")
            writer.member("created", created)
            writer.object("data") { writer in
                writer.key("object")
                refund.write(of: intent, expanding: [], to: &writer)
            }
            writer.member("livemode", false)
            writer.member("pending_webhooks", 0)
            writer.object("request") { writer in
                for name in ["id", "idempotency_key"] {
                    writer.key(name)
                    writer.null()
                }
            }
            writer.member("type", Self.type)
        }
    }
}
