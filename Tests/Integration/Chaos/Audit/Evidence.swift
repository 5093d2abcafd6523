import FareDomain
import Foundation

/// All that is known when a world has come to rest: what was asked and answered, and what every ledger says.
struct Evidence: Sendable {
    /// Everything that was asked for, one a key.
    var asked: [Asked] = []
    /// The service's bookings as `GET /bookings/{id}` shows them, by id.
    var bookings: [String: BookingView] = [:]
    var orders: [LedgerOrder] = []
    var payments: [LedgerPayment] = []
    /// The mocks' request logs.
    var calls: [Call] = []
    /// Owners that were stopped for longer than their lease.
    var pauses: [Pause] = []
    /// Programs that ended without being told to.
    var deaths: [String] = []
    /// When the last fault was switched off.
    var calmSince = Date.distantFuture
}

/// What was asked for under one idempotency key, and every answer to it.
struct Asked: Sendable {
    let key: String
    /// Names on the ticket, as ledgers write them. Nobody outside the party has them.
    let passengers: [String]
    /// Who travels: several keys of one party ask for the same trip.
    let party: String
    /// Nil until an offer was chosen.
    var accepted: Money?
    let allowsDuplicate: Bool
    /// Whether the card's bank sends every refund back.
    var refundsFail = false
    /// The request: what it is sent to, and its body.
    var path = "/cheapest-booking"
    var body: [UInt8] = []
    /// Of a named offer.
    var offerID: String?
    var answers: [Reply] = []
    /// To quotes, their confirmations, and cancelling at once.
    var cancellations: [Reply] = []

    /// Bookings that the answers named.
    var bookingIDs: Set<String> { Set((answers + cancellations).compactMap(\.bookingID)) }
}

/// One answer of the service.
struct Reply: Sendable {
    var sentAt: Date
    var at: Date
    /// 0 where there was none.
    var status: Int
    var body: [UInt8] = []
    var bookingID: String?
    /// Of a problem: `sold-out`.
    var code: String?
    /// Of a problem: `none`.
    var outcome: String?
    /// What the request was sent under.
    var key = ""
    var requestID: String?
    var isReplay = false
    /// Of a cancellation: what it says that was given back.
    var refund: Money?
    /// Of a cancellation: which it is, and how far it says that it is.
    var cancellationID: String?
    var cancellation: String?
    /// Of a fare that rose: what it is now, and what accepts that.
    var risen: (total: Money, token: String)?

    /// Whether the same key must get these very bytes from now on.
    var isFinal: Bool {
        switch status {
        case 200, 201, 402, 404, 410, 502: true
        case 409: code != "request-in-progress"
        default: false
        }
    }
}

/// A booking as its caller is shown it.
struct BookingView: Sendable {
    struct Attempt: Sendable {
        var provider: String
        var outcome: String
        var step: String?
    }

    struct Line: Sendable {
        var at: String
        var step: String
        var result: String
        var detail: String
    }

    var id: String
    var status: String
    var provider: String?
    var pnr: String?
    var total: Money?
    var paymentStatus: String
    var paymentReference: String?
    var paymentAmount: Money?
    /// What the cancellation that was confirmed gives back.
    var quoted: Money?
    /// Carriers, numbers and times of the flights.
    var flights: String
    var createdAt: Date
    var attempts: [Attempt] = []
    /// From a currency, to another, at what rate.
    var rates: [(from: String, to: String, rate: String)] = []
    var timeline: [Line] = []
    var needsAttention = false

    var isTerminal: Bool { ["ticketed", "failed", "cancelled"].contains(status) }
}

/// An order in a provider's ledger.
struct LedgerOrder: Sendable {
    struct Event: Sendable {
        var at: String
        var event: String
    }

    var provider: String
    var locator: String
    var reference: String?
    var passengers: [String]
    var state: String
    var total: Money
    var createdAt: Date
    /// What the airline gave back when it was cancelled.
    var refund: Money?
    var events: [Event] = []

    /// The booking that its reference names.
    var bookingID: String? { reference.flatMap(Reference.init)?.booking }
}

/// A payment in the gateway's ledger.
struct LedgerPayment: Sendable {
    var id: String
    var reference: String?
    var state: String
    var amount: Money
    var captured: Money
    var refunded: Money

    var bookingID: String? { reference.flatMap(Reference.init)?.booking }
    /// What the payer is out of.
    var kept: Int64 { captured.minorUnits - refunded.minorUnits }
}

/// What an order or a payment is known by: `bkg_…/2`, a booking and its attempt.
struct Reference: Sendable {
    var booking: String
    var attempt: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let attempt = Int(parts[1]) else { return nil }
        booking = String(parts[0])
        self.attempt = attempt
    }
}

/// One request in a mock's log.
struct Call: Sendable, Hashable {
    var mock: String
    /// Nil where it is none, or continues one.
    var operation: String
    var requestID: String
    /// Which of the service's processes sent it, told by its credentials. Empty where they don't tell.
    var sender: String
    var at: Date
    /// Whether it changes something.
    var isChange: Bool { !["search", "reprice", "status", "token", ""].contains(operation) }
}

/// A process of the service that was stopped, outlived its lease, and was continued beside another.
struct Pause: Sendable {
    var paused: String
    var other: String
    var resumedAt: Date
    /// When one of the two ended: from then on work may change hands again.
    var endedAt: Date
}
