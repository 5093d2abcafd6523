import Resilience

/// How long the last calls took: at most 256 of them, none older than five minutes.
struct LatencyWindow: Sendable {
    private static let capacity = 256
    private static let span = Duration.seconds(300)

    private var samples: [(endedAt: MonotonicInstant, duration: Duration)] = []
    private var oldest = 0

    mutating func record(_ duration: Duration, endedAt: MonotonicInstant) {
        if samples.count < LatencyWindow.capacity {
            samples.append((endedAt, duration))
        } else {
            samples[oldest] = (endedAt, duration)
            oldest = (oldest + 1) % LatencyWindow.capacity
        }
    }

    /// The smallest of the durations that no more than `1 - quantile` of them exceed; nil without any.
    func quantiles(_ quantiles: [Double], at now: MonotonicInstant) -> [Duration?] {
        let recent = samples.filter { $0.endedAt.duration(to: now) <= LatencyWindow.span }.map(\.duration).sorted()
        return quantiles.map { quantile in
            guard !recent.isEmpty else { return nil }
            let rank = Int((quantile * Double(recent.count)).rounded(.up))
            return recent[min(max(rank, 1), recent.count) - 1]
        }
    }
}
