import FareDomain

extension StripeIntent {
    /// Money on its way back. A plain record, with what will become of it.
    struct Refund: Codable, Sendable {
        enum Status: String, Codable, Sendable {
            case pending, succeeded, failed
        }

        /// Milliseconds that a refund stays as it is at first, where the card makes it change.
        static let settling: Int64 = 2000

        let id: String
        let amount: Int64
        /// Seconds since 1970.
        let created: Int64
        let reason: String?
        let metadata: [String: String]
        private(set) var status = Status.succeeded
        /// What becomes of it, if anything, and when: milliseconds since 1970.
        private(set) var next: Status?
        private var changesAt: Int64?
        /// Seconds since 1970.
        private(set) var failedAt: Int64?

        init(id: String, amount: Int64, created: Int64, reason: String?, metadata: [String: String]) {
            self.id = id
            self.amount = amount
            self.created = created
            self.reason = reason
            self.metadata = metadata
        }

        /// The one reason that Stripe's card for it has (docs.stripe.com/testing).
        var failureReason: String? { status == .failed ? "expired_or_canceled_card" : nil }

        mutating func begin(on card: StripeCard?, now: Timestamp) {
            switch card {
            case .refundsLate: (status, next) = (.pending, .succeeded)
            case .failsRefunds: (status, next) = (.succeeded, .failed)
            default: (status, next) = (.succeeded, nil)
            }
            changesAt = next == nil ? nil : now.millisecondsSinceEpoch + Self.settling
        }

        mutating func settle(at now: Timestamp) {
            guard let next, let changesAt, changesAt <= now.millisecondsSinceEpoch else { return }
            (status, self.next, self.changesAt) = (next, nil, nil)
            if next == .failed { failedAt = changesAt / 1000 }
        }
    }
}
