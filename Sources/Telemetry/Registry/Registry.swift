/// What kind of metric is asked for.
enum MetricShape: Hashable, Sendable {
    case counter, gauge, seconds, amounts

    var kind: MetricFamily.Kind {
        switch self {
        case .counter: .counter
        case .gauge: .gauge
        case .seconds, .amounts: .histogram
        }
    }

    var suffix: String {
        switch self {
        case .counter: "_total"
        case .seconds: "_seconds"
        case .gauge, .amounts: ""
        }
    }
}

/// A series in the words of whoever asks for it.
struct SeriesID: Hashable, Sendable {
    var shape: MetricShape
    var label: String
    var dimensions: [(String, String)]

    static func == (left: SeriesID, right: SeriesID) -> Bool {
        left.shape == right.shape && left.label == right.label
            && left.dimensions.elementsEqual(right.dimensions, by: ==)
    }

    func hash(into hasher: inout Hasher) {
        hasher.combine(shape)
        hasher.combine(label)
        for (name, value) in dimensions {
            hasher.combine(name)
            hasher.combine(value)
        }
    }
}

/// Which series there are. A value, behind its owner's lock.
struct Registry: Sendable {
    /// All series of one name.
    struct Family: Sendable {
        var name: MetricName
        var shape: MetricShape
        var help: String
        var bounds: [Double]
        var series: [MetricLabels: any Series] = [:]

        func newSeries() -> any Series {
            switch shape {
            case .counter: CounterSeries()
            case .gauge: GaugeSeries()
            case .seconds, .amounts: HistogramSeries(bounds: bounds)
            }
        }
    }

    /// The metric that counts what is refused; nobody else may have its name.
    static let refusals = MetricName("faremux_metrics_refused_total")

    private(set) var families: [MetricName: Family] = [:]
    /// How often a metric was asked for that could not be kept.
    private(set) var refused = 0

    private let limits: MetricLimits
    private let descriptions: [String: MetricDescription]
    /// Names that begin a line, each with the metric that they belong to.
    private var owners: [String: MetricName] = [Self.refusals.text: Self.refusals]
    /// The short way to what was asked for before in the same words. One entry a series at most.
    private var known: [SeriesID: any Series] = [:]

    init(descriptions: [MetricDescription], limits: MetricLimits) {
        self.limits = limits
        self.descriptions = Dictionary(descriptions.map { ($0.name, $0) }) { first, _ in first }
    }

    /// Finds or makes a series; nil where it can't be kept.
    mutating func series(_ id: SeriesID) -> (any Series)? {
        if let series = known[id] { return series }
        let name = MetricName(id.label, suffix: id.shape.suffix)
        guard var family = families[name] ?? newFamily(name, id.shape), family.shape == id.shape else {
            refused += 1
            return nil
        }
        var labels = MetricLabels(id.dimensions, valueBytes: MetricLimits.labelValueBytes)
        if let series = family.series[labels] { return series }
        if family.series.count >= limits.seriesPerName {
            labels = .overflow
            if let series = family.series[labels] { return series }
        }
        let series = family.newSeries()
        family.series[labels] = series
        families[name] = family
        if labels != .overflow { known[id] = series }
        return series
    }

    /// Takes a series out. The one for what came past the limit stays: it is everybody's.
    mutating func forget(_ handler: AnyObject) {
        for (name, family) in families {
            guard let labels = family.series.first(where: { $0.value === handler })?.key, labels != .overflow else {
                continue
            }
            families[name]?.series[labels] = nil
            if let index = known.firstIndex(where: { $0.value === handler }) { known.remove(at: index) }
            guard families[name]?.series.isEmpty == true else { return }
            families[name] = nil
            owners = owners.filter { $0.value != name }
            return
        }
    }

    private mutating func newFamily(_ name: MetricName, _ shape: MetricShape) -> Family? {
        let lineNames = MetricFamily.lineNames(of: name, shape.kind)
        guard families.count < limits.names, lineNames.allSatisfy({ owners[$0] == nil }) else { return nil }
        for lineName in lineNames { owners[lineName] = name }
        let description = descriptions[name.text]
        return Family(
            name: name, shape: shape, help: description?.help ?? "",
            bounds: description?.bounds ?? (shape == .seconds ? MetricDescription.seconds : MetricDescription.amounts))
    }
}
