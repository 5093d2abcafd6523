public import FareDomain

/// What the caller asked for and accepted. Fixed when the booking is created.
public struct BookingTerms: Sendable, Codable {
    public var passengers: [Passenger]
    /// The most that may be charged, all passengers together.
    public var acceptedTotal: Money
    /// The gateway's token of the caller's means of payment. Cleared when it is not needed any more; never logged.
    public var paymentToken: String
    /// After this no candidate, hold or ticketing call is started.
    public var deadline: Timestamp
    /// Goes out with every call, and into every log line.
    public var requestID: String
    public var traceparent: String?
    public var policy: BookingPolicy
    /// Whether the same passengers may be booked on the same flights a second time within minutes.
    public var allowsDuplicate: Bool?

    public init(
        passengers: [Passenger], acceptedTotal: Money, paymentToken: String, deadline: Timestamp, requestID: String,
        traceparent: String?, policy: BookingPolicy, allowsDuplicate: Bool = false
    ) {
        self.passengers = passengers
        self.acceptedTotal = acceptedTotal
        self.paymentToken = paymentToken
        self.deadline = deadline
        self.requestID = requestID
        self.traceparent = traceparent
        self.policy = policy
        self.allowsDuplicate = allowsDuplicate
    }
}

/// The bounds of a booking.
public struct BookingPolicy: Hashable, Sendable, Codable {
    /// Candidates tried at one provider, at most.
    public var attemptsPerProvider = 3
    /// Candidates tried, at most.
    public var attempts = 10
    /// How long after a call "not found" becomes proof.
    public var quarantine = Duration.seconds(10)
    /// How long our holds live.
    public var holdFor = Duration.seconds(600)
    /// The pause before the first repetition of a step; doubled for each one after, up to `longestPause`.
    public var firstPause = Duration.milliseconds(100)
    public var longestPause = Duration.seconds(5)
    /// A call that never reached the gateway is repeated so often before the booking is given up.
    public var unsentTries = 4
    /// After so many failures in a row of one step, people are told.
    public var attentionAfter = 8

    public init() {}

    /// The pause after the `count`-th failure of a step, from 1.
    func pause(after count: Int) -> Duration {
        let doublings = min(max(count, 1) - 1, 16)
        return switch count {
        case ...60: min(firstPause * (1 << doublings), longestPause)
        // What was in vain for minutes can wait for half a one; for more than an hour, for ten.
        case ...200: longestPause * 6
        default: longestPause * 120
        }
    }
}
