import FareBooking
import FareDomain
import WireFormats

/// What a pass of reconciliation looked at and found, as operators are told.
struct ReconciliationBody: JSONWritable {
    let report: ReconciliationReport

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("started_at", report.startedAt.description)
            writer.member("finished_at", report.finishedAt.description)
            writer.object("checked") { writer in
                writer.member("bookings", report.bookings)
                writer.member("orders", report.orders)
                writer.member("payments", report.payments)
            }
            writer.array("findings") { writer in
                for finding in report.findings { writer.value(FindingBody(finding: finding)) }
            }
            writer.array("unreachable") { writer in
                for peer in report.unreachable {
                    writer.value(["provider": .string(peer.peer), "detail": .string(peer.detail)] as JSONNode)
                }
            }
        }
    }
}

private struct FindingBody: JSONWritable {
    let finding: ReconciliationReport.Finding

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("kind", finding.kind.rawValue)
            writer.memberOrNull("provider", finding.provider?.rawValue)
            writer.memberOrNull("booking_id", finding.booking?.rawValue)
            writer.memberOrNull("reference", finding.reference)
            writer.memberOrNull("locator", finding.locator)
            writer.memberOrNull("payment", finding.payment)
            writer.member("detail", finding.detail)
            writer.member("action", finding.action.rawValue)
        }
    }
}
