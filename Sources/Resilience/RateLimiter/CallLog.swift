/// When the last calls went: at most `capacity` of them in any span of `span`.
struct CallLog: Sendable {
    private let capacity: Int
    let span: Duration
    /// The last calls, at most `capacity` of them; the oldest is at `oldest` once it is full.
    private var instants: [MonotonicInstant] = []
    private var oldest = 0

    init(capacity: Int, span: Duration) {
        self.capacity = max(1, capacity)
        self.span = span
    }

    /// The earliest that one more call may go; nil if at any time.
    var earliest: MonotonicInstant? {
        instants.count < capacity ? nil : instants[oldest].advanced(by: span)
    }

    mutating func record(_ instant: MonotonicInstant) {
        if instants.count < capacity {
            instants.append(instant)
        } else {
            instants[oldest] = instant
            oldest = (oldest + 1) % capacity
        }
    }

    /// How many calls could go at `now`, one right after the other.
    func remaining(at now: MonotonicInstant) -> Int {
        capacity - instants.count { $0.advanced(by: span) > now }
    }

    /// The shortest time in which so many calls can go, counted from when the log has room for one.
    func time(for calls: Int) -> Duration { span * (calls / capacity) }
}
