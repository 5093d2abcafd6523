/// A metric's or label's name as Prometheus takes it: `[a-zA-Z_][a-zA-Z0-9_]*`. Colons are left to recording rules.
///
/// Source: <https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels>
struct MetricName: Hashable, Comparable, Sendable {
    let text: String

    /// Whatever may not stand in a name becomes `_`.
    ///
    /// - Parameter suffix: what the name must end in, and gets where it doesn't; `_total`, say.
    init(_ raw: String, suffix: String = "") {
        var text = ""
        for scalar in raw.unicodeScalars { text.unicodeScalars.append(Self.isAllowed(scalar) ? scalar : "_") }
        if text.unicodeScalars.first.map({ ("0"..."9").contains($0) }) ?? true { text = "_" + text }
        self.text = text.hasSuffix(suffix) ? text : text + suffix
    }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }

    static func < (left: MetricName, right: MetricName) -> Bool { left.text < right.text }
}
