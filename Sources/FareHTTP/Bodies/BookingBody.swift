import FareBooking
import FareDomain
import FarePorts
import WireFormats

/// A booking as callers see it.
struct BookingBody: JSONWritable {
    let snapshot: BookingSnapshot
    let journal: [JournalEntry]

    private var saga: Saga { snapshot.saga }
    /// The attempt that the booking stands for: the ticketed one, or the last that is still at work.
    private var main: Attempt? { saga.ticketing ?? saga.attempts.last { $0.failure == nil } }
    /// What it is about, also where nothing came of it.
    private var shown: Attempt? { main ?? saga.attempts.last }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", saga.id.rawValue)
            writer.member("status", saga.status.rawValue)
            writer.member("needs_attention", saga.needsAttention)
            writer.memberOrNull("pnr", main?.order?.locator)
            writer.memberOrNull("provider", main?.offer.provider.rawValue)
            writer.array("components") { writer in
                if let main { writer.value(ComponentBody(attempt: main)) }
            }
            writer.memberOrNull("total", shown?.charge)
            if let shown {
                writer.object("itinerary") { shown.offer.itinerary.writeSlices(to: &$0) }
            } else {
                writer.key("itinerary")
                writer.null()
            }
            writer.array("passengers") { writer in
                for passenger in saga.terms.passengers { writer.value(PassengerView(passenger: passenger)) }
            }
            writer.key("payment")
            writer.value(
                PaymentBody(
                    attempt: main ?? saga.attempts.last { $0.payment != nil },
                    nothing: Money.zero(saga.terms.acceptedTotal.currency)))
            writer.memberOrNull("cancellation", saga.cancellation.map { CancellationBody(cancellation: $0) })
            writer.key("receipt")
            writer.value(ReceiptBody(snapshot: snapshot))
            writer.array("timeline") { writer in
                for entry in journal { writer.value(TimelineBody(entry: entry)) }
            }
            writer.member("created_at", saga.createdAt.description)
            writer.member("updated_at", saga.updatedAt.description)
        }
    }
}

private struct ComponentBody: JSONWritable {
    let attempt: Attempt

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("provider", attempt.offer.provider.rawValue)
            writer.memberOrNull("pnr", attempt.order?.locator)
            writer.member("status", status)
            writer.member("offer_id", attempt.offerID.rawValue)
            writer.member("total", attempt.order?.total ?? attempt.offer.total)
        }
    }

    private var status: String {
        switch (attempt.ticket, attempt.hold) {
        case (.ticketed, _): "ticketed"
        case (.cancelled, _): "cancelled"
        case (.unknown, _): "unknown"
        case (_, .live): "held"
        default: "pending"
        }
    }
}

private struct PassengerView: JSONWritable {
    let passenger: Passenger

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", passenger.type.rawValue)
            writer.member("title", passenger.title.rawValue)
            writer.member("given_name", passenger.givenName)
            writer.member("family_name", passenger.familyName)
            writer.member("born_on", passenger.bornOn.description)
            writer.member("gender", passenger.gender.rawValue)
            writer.member("email", passenger.email)
            writer.member("phone_number", passenger.phoneNumber)
            if let adult = passenger.adultIndex { writer.member("adult", adult) }
        }
    }
}

private struct PaymentBody: JSONWritable {
    let attempt: Attempt?
    /// In a currency that fits, while there is no payment.
    let nothing: Money

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("status", status)
            writer.memberOrNull("reference", attempt?.payment?.id)
            writer.member("amount", amount)
        }
    }

    private var status: String {
        switch attempt?.money {
        case .authorized: "authorized"
        case .captured: "captured"
        case .voided: "voided"
        case .refunded: "refunded"
        case nil, .some(.none), .unknown, .refused: "none"
        }
    }

    private var amount: Money {
        guard let payment = attempt?.payment else { return nothing }
        return switch attempt?.money {
        case .captured: payment.captured
        case .refunded: payment.refunded
        default: payment.amount
        }
    }
}

/// A cancellation that was confirmed, as part of its booking.
private struct CancellationBody: JSONWritable {
    let cancellation: Cancellation

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", cancellation.id.rawValue)
            writer.member("refund", cancellation.quote.refund)
            writer.member("penalty", cancellation.quote.penalty)
            writer.member("status", cancellation.status.rawValue)
        }
    }
}

/// What was searched, compared, tried, and why it failed.
struct ReceiptBody: JSONWritable {
    let snapshot: BookingSnapshot

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.array("providers") { writer in
                for report in snapshot.search.providers { writer.value(ProviderReportBody(report: report)) }
            }
            writer.member("considered", snapshot.search.considered)
            writer.array("attempts") { writer in
                for attempt in snapshot.saga.attempts { writer.value(AttemptBody(attempt: attempt)) }
            }
            writer.array("fx") { writer in
                for rate in snapshot.search.rates { writer.value(RateBody(use: rate)) }
            }
        }
    }
}

private struct AttemptBody: JSONWritable {
    let attempt: Attempt

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("offer_id", attempt.offerID.rawValue)
            writer.member("provider", attempt.offer.provider.rawValue)
            writer.member("total", attempt.offer.total)
            writer.member("outcome", (attempt.outcome ?? .unknown).rawValue)
            writer.memberOrNull("step", attempt.failure?.step.rawValue)
            writer.memberOrNull("detail", attempt.failure?.detail)
        }
    }
}

struct RateBody: JSONWritable {
    let use: RateUse

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("from", use.from.code)
            writer.member("to", use.to.code)
            writer.member("rate", use.rate)
            writer.member("as_of", use.asOf.description)
        }
    }
}

private struct TimelineBody: JSONWritable {
    let entry: JournalEntry

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("at", entry.at.description)
            writer.member("component", entry.component)
            writer.member("step", entry.step)
            writer.member("result", entry.result.rawValue)
            writer.member("detail", entry.detail)
        }
    }
}

extension JSONWritable {
    /// This value as a part of a `JSONNode`.
    var node: JSONNode { .raw(json()) }
}
