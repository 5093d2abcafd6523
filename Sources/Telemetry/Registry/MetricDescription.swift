/// What is known of a metric beside its numbers.
public struct MetricDescription: Sendable {
    /// As it is exposed, with its unit.
    public var name: String
    public var help: String
    /// A histogram's upper bounds, in the metric's unit; nil for the usual ones.
    public var bounds: [Double]?

    /// - Parameter bounds: in any order; what is no finite number is left out.
    public init(_ name: String, _ help: String, bounds: [Double]? = nil) {
        self.name = name
        self.help = help
        self.bounds = bounds.map { Set($0.filter(\.isFinite)).sorted() }
    }
}

extension MetricDescription {
    /// A timer's bounds where nothing else is said, in seconds: from a look into memory to the longest deadline.
    static let seconds: [Double] = [
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120,
    ]
    /// A recorder's, without a unit.
    static let amounts: [Double] = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000]
}

/// How much is kept, whatever comes as a label.
public struct MetricLimits: Sendable {
    /// Metrics; a further one is not kept, and counted in `faremux_metrics_refused_total`.
    public var names = 500
    /// Series of one metric; what comes past it goes into one more, whose only label is `overflow="true"`.
    public var seriesPerName = 500
    /// A longer label value is cut.
    static let labelValueBytes = 128

    public init() {}
}
