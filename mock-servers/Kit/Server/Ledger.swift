import FareDomain
import WireFormats

extension Shop {
    /// The body of a provider's `GET /__mock/ledger`.
    func ledger() -> MockReply {
        do {
            let orders = try orders()
            return .json(200) { writer in
                writer.object { writer in
                    writer.array("orders") { writer in
                        for order in orders { order.writeLedgerEntry(to: &writer) }
                    }
                }
            }
        } catch {
            return .json(500) { writer in writer.object { $0.member("error", String(describing: error)) } }
        }
    }
}

extension Order {
    fileprivate func writeLedgerEntry(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("locator", locator)
            writer.member("reference", reference)
            writer.member("passengers", travellers.map(\.reservationName))
            writer.member("state", state.rawValue)
            writer.object("total") { writer in
                writer.member("amount", total.amount)
                writer.member("currency", total.currency.code)
            }
            writer.key("refund")
            if let refund = refundMinor {
                writer.object { writer in
                    writer.member("amount", Money(minorUnits: refund, currency: currency).amount)
                    writer.member("currency", currencyCode)
                }
            } else {
                writer.null()
            }
            writer.member("created_at", Timestamp(millisecondsSinceEpoch: createdAt).utcText)
            writer.array("events") { writer in
                for event in events {
                    writer.object { writer in
                        writer.member("at", event.at)
                        writer.member("event", event.event)
                    }
                }
            }
        }
    }
}
