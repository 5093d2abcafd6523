/// The labels that tell one series of a metric from another: valid names, each once, in their order.
struct MetricLabels: Hashable, Comparable, Sendable {
    struct Label: Hashable, Comparable, Sendable {
        var name: String
        var value: String

        static func < (left: Label, right: Label) -> Bool {
            (left.name, left.value) < (right.name, right.value)
        }
    }

    let labels: [Label]

    /// What stands for all the series that came past the limit.
    static let overflow = MetricLabels([("overflow", "true")], valueBytes: 8)

    /// Makes labels of anything.
    ///
    /// An empty value is none, as in Prometheus. Of two that come to the same name the first counts. `le`, `quantile`
    /// and what begins with `__` mean something to Prometheus, and get `label_` before them.
    ///
    /// - Parameter valueBytes: a longer value is cut, between characters.
    init(_ dimensions: [(String, String)], valueBytes: Int) {
        var labels: [Label] = []
        for (key, value) in dimensions where !value.isEmpty {
            var name = MetricName(key).text
            if name == "le" || name == "quantile" || name.hasPrefix("__") { name = "label_" + name }
            guard !labels.contains(where: { $0.name == name }) else { continue }
            labels.append(Label(name: name, value: Self.cut(value, to: valueBytes)))
        }
        self.labels = labels.sorted()
    }

    private static func cut(_ value: String, to bytes: Int) -> String {
        guard value.utf8.count > bytes else { return value }
        var text = ""
        for character in value {
            guard text.utf8.count + character.utf8.count <= bytes else { break }
            text.append(character)
        }
        // One character may be longer than all that is allowed; an empty value would be no label.
        return text.isEmpty ? "_" : text
    }

    static func < (left: MetricLabels, right: MetricLabels) -> Bool {
        left.labels.lexicographicallyPrecedes(right.labels)
    }
}
