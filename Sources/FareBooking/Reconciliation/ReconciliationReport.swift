public import FareDomain

/// What one pass of reconciliation looked at and found.
public struct ReconciliationReport: Sendable {
    /// One thing that is not as it should be.
    public struct Finding: Hashable, Sendable {
        public enum Action: String, Sendable {
            /// The booking has been given back to recovery, which undoes what nobody wants.
            case repairing
            /// For people: nothing was changed.
            case reported
        }

        public var kind: ReconciliationKind
        public var action: Action
        public var booking: BookingID?
        public var provider: ProviderID?
        public var reference: String?
        public var locator: String?
        /// The gateway's id.
        public var payment: String?
        /// In words, without passengers.
        public var detail: String

        public init(
            _ kind: ReconciliationKind, _ action: Action, booking: BookingID? = nil, provider: ProviderID? = nil,
            reference: String? = nil, locator: String? = nil, payment: String? = nil, detail: String = ""
        ) {
            self.kind = kind
            self.action = action
            self.booking = booking
            self.provider = provider
            self.reference = reference
            self.locator = locator
            self.payment = payment
            self.detail = detail
        }
    }

    /// A peer that could not be asked: what it has is not known.
    public struct Unreachable: Hashable, Sendable {
        /// A provider's id, `payments` or `store`.
        public var peer: String
        public var detail: String
    }

    public var startedAt: Timestamp
    public var finishedAt: Timestamp
    public var bookings = 0
    public var orders = 0
    public var payments = 0
    public var findings: [Finding] = []
    public var unreachable: [Unreachable] = []

    public init(startedAt: Timestamp) {
        self.startedAt = startedAt
        finishedAt = startedAt
    }
}
