import FareBooking
import FareDomain
import FarePorts
import WireFormats

/// What cancelling a booking would give back, as its caller is told.
struct CancellationQuoteBody: JSONWritable {
    let cancellation: Cancellation
    let booking: BookingID

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", cancellation.id.rawValue)
            writer.member("booking_id", booking.rawValue)
            writer.member("refund", cancellation.quote.refund)
            writer.member("penalty", cancellation.quote.penalty)
            writer.memberOrNull("expires_at", cancellation.expiresAt?.description)
            writer.member("status", cancellation.status.rawValue)
        }
    }
}
