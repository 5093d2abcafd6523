/// A metric with all its series, as they are at one moment.
public struct MetricFamily: Sendable {
    /// What a single number is.
    public enum NumberKind: Sendable {
        /// Only rises, but for restarts. Its name ends in `_total`, and gets that where it doesn't.
        case counter
        /// Goes up and down.
        case gauge
    }

    enum Kind: String, Sendable {
        case counter, gauge, histogram
    }

    /// How many values fell where. `counts` has one more than `bounds`: what is above them all.
    struct Distribution: Sendable {
        var bounds: [Double]
        var counts: [UInt64]
        var sum: Double
    }

    enum Value: Sendable {
        case number(Double)
        case distribution(Distribution)
    }

    struct Sample: Sendable {
        var labels: MetricLabels
        var value: Value
    }

    var name: MetricName
    var kind: Kind
    var help: String
    var samples: [Sample]

    init(name: MetricName, kind: Kind, help: String, samples: [Sample]) {
        self.name = name
        self.kind = kind
        self.help = help
        self.samples = samples
    }

    /// Numbers that somebody else keeps, read when they are asked for.
    ///
    /// - Parameters:
    ///   - help: what it is, with its unit.
    ///   - samples: one a series. Of two with the same labels, the first counts.
    public init(
        _ name: String, _ kind: NumberKind, help: String, _ samples: [(labels: [(String, String)], value: Double)]
    ) {
        var seen: Set<MetricLabels> = []
        self.init(
            name: MetricName(name, suffix: kind == .counter ? "_total" : ""),
            kind: kind == .counter ? .counter : .gauge, help: help,
            samples: samples.compactMap { sample in
                let labels = MetricLabels(sample.labels, valueBytes: MetricLimits.labelValueBytes)
                return seen.insert(labels).inserted ? Sample(labels: labels, value: .number(sample.value)) : nil
            })
    }

    /// One series without labels.
    public init(_ name: String, _ kind: NumberKind, help: String, _ value: Double) {
        self.init(name, kind, help: help, [([], value)])
    }

    /// The names that its lines begin with, and its own: no other metric may have one of these.
    static func lineNames(of name: MetricName, _ kind: Kind) -> [String] {
        guard kind == .histogram else { return [name.text] }
        return [name.text, name.text + "_bucket", name.text + "_sum", name.text + "_count"]
    }
}

/// Tells numbers that somebody else keeps: a process's memory, a circuit's state.
public protocol MetricsCollector: Sendable {
    /// Called at each scrape, on its task: must be quick, and must not block.
    func collect() -> [MetricFamily]
}
