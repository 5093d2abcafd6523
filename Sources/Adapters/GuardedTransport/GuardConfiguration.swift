import FarePorts
public import Resilience

/// The policies of one provider, as its `provider.yaml` states them. The defaults are those of an absent key.
public struct GuardConfiguration: Hashable, Sendable {
    public var timeouts = Timeouts()
    public var limits = Limits()
    /// `retry.attempts`, `base_ms` and `cap_ms`: 3, 50 and 1000.
    public var retry = RetryPolicy()
    /// `retry.budget`: how many retries one request earns; 0.2 lets retries add 20 % to the load.
    public var retryBudget = 0.2
    /// `breaker`: each lane has one of its own.
    public var breaker = CircuitConfiguration()

    public init() {}
}

extension GuardConfiguration {
    /// How long one attempt of an operation may take.
    public struct Timeouts: Hashable, Sendable {
        public var connect = Duration.milliseconds(500)
        public var search = Duration.milliseconds(5000)
        public var reprice = Duration.milliseconds(3000)
        public var hold = Duration.milliseconds(8000)
        /// For tickets, and for what moves money towards them.
        public var confirm = Duration.milliseconds(15000)
        public var aftercare = Duration.milliseconds(8000)

        public init() {}

        /// The same for every operation: what a payment gateway has.
        public init(connect: Duration, all: Duration) {
            self.connect = connect
            search = all
            reprice = all
            hold = all
            confirm = all
            aftercare = all
        }

        /// The longest of those operations that change something.
        public var longestChange: Duration { max(hold, confirm, aftercare) }

        /// A token may take as long as the quickest call of the lane that it is for.
        func timeout(of operation: ProviderOperation, lane: Lane) -> Duration {
            switch operation {
            case .search: search
            case .reprice: reprice
            case .hold: hold
            case .confirm, .authorize, .capture: confirm
            case .release, .status, .cancel, .void, .refund: aftercare
            case .token:
                switch lane {
                case .search: search
                case .booking: reprice
                case .aftercare: aftercare
                }
            }
        }
    }

    /// How much may be asked of the provider at once, and how fast.
    public struct Limits: Hashable, Sendable {
        public var inFlight = 64
        public var perSecond = 20.0
        public var spacing = Duration.zero
        /// The share of `inFlight` and `perSecond`, 0…1, that searches leave to the other lanes.
        public var bookingShare = 0.25
        /// The largest answer, decompressed.
        public var bodyBytes = 33_554_432
        /// How many calls may wait for a slot, and how many for their turn.
        public var queue = 256
        /// The longest pause that a provider's 429 can impose on all its calls.
        public var longestPause = Duration.seconds(60)

        public init() {}
    }
}
