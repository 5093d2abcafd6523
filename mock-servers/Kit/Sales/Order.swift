import FareDomain

/// Where an order stands, in the words of the ledger.
enum OrderState: String, Codable, Sendable {
    case held, ticketed, released, cancelled, expired
}

/// Somebody on an order. Names as they were given.
struct Traveller: Codable, Sendable, Hashable {
    /// The dialect's own id of the passenger.
    var id: String
    var type: TripQuery.Traveller
    var givenName: String
    var familyName: String
    /// What else the dialect wants to give back: `born_on`, `title`, `gender`…
    var details: [String: String]

    init(
        id: String, type: TripQuery.Traveller, givenName: String, familyName: String, details: [String: String] = [:]
    ) {
        self.id = id
        self.type = type
        self.givenName = givenName
        self.familyName = familyName
        self.details = details
    }

    /// `LOVELACE/ADA`.
    var reservationName: String { "\(familyName)/\(givenName)".uppercased() }
}

/// A booking at this mock, held or paid. A plain record: it is what the state file keeps.
struct Order: Codable, Sendable {
    /// What happened, when.
    struct Event: Codable, Sendable {
        /// RFC 3339, UTC.
        var at: String
        var event: String
    }

    /// The dialect's own id of the order.
    let id: String
    /// Six letters and digits: what a passenger calls the booking.
    let locator: String
    /// The caller's own, from the dialect's field for it; nil where it sent none.
    let reference: String?
    let query: TripQuery
    /// Which offer of the query was bought.
    let offerKey: String
    let travellers: [Traveller]
    let currencyCode: String
    let totalMinor: Int64
    let baseMinor: Int64
    var state: OrderState
    /// Milliseconds since 1970, as the other instants.
    let createdAt: Int64
    /// Until when it has to be paid, as the caller was told; nil for an order paid at once.
    let payBy: Int64?
    /// Until when the price holds, as the caller was told; nil where only the seats are held.
    let priceGuaranteedUntil: Int64?
    /// When a hold really ends: earlier than `payBy` where a fault wants it so.
    var endsAt: Int64?
    var paidAt: Int64?
    var cancelledAt: Int64?
    /// What a cancellation gave back.
    var refundMinor: Int64?
    /// Anything else the dialect wants to keep with it, in its own words.
    var notes: [String: String]
    var events: [Event]

    var currency: Currency { ExchangeTable.currency(currencyCode) ?? Currency.pounds }
    var total: Money { Money(minorUnits: totalMinor, currency: currency) }
    var base: Money { Money(minorUnits: baseMinor, currency: currency) }
    var taxes: Money { Money(minorUnits: totalMinor - baseMinor, currency: currency) }

    /// Moves on to a state, and writes that down.
    mutating func become(_ next: OrderState, at now: Timestamp) {
        state = next
        events.append(Event(at: now.utcText, event: next.rawValue))
    }
}

extension Timestamp {
    /// RFC 3339 in UTC with milliseconds: `2026-12-10T09:25:00.123Z`.
    var utcText: String {
        let seconds = (millisecondsSinceEpoch - subsecond) / 1000
        let digits = String(1000 + subsecond).dropFirst()
        return "\(LocalDateTime(localSecondsSinceEpoch: seconds)).\(digits)Z"
    }

    /// Milliseconds past the whole second, 0...999, before 1970 as well.
    private var subsecond: Int64 { ((millisecondsSinceEpoch % 1000) + 1000) % 1000 }
}

extension Currency {
    /// The currency that fares of this world are made in.
    static let pounds: Currency = {
        // ISO 4217 has it: the table that says so is the domain's own.
        guard let pounds = Currency("GBP") else { preconditionFailure("the ISO 4217 table has no GBP") }
        return pounds
    }()
}
