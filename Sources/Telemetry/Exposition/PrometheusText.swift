/// Writes Prometheus' text format, version 0.0.4.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
enum PrometheusText {
    /// - Parameter families: in any order, no two with a line's name in common; those without a series are left out.
    static func write(_ families: [MetricFamily]) -> [UInt8] {
        var writer = Writer()
        for family in families.sorted(by: { $0.name < $1.name }) where !family.samples.isEmpty { writer.write(family) }
        return writer.bytes
    }

    /// A value: whole numbers without a fraction, and the three that are none as Go's ParseFloat reads them.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        // Up to here a Double is exact.
        if value.magnitude < 0x1p53, value == value.rounded() { return String(Int64(value)) }
        return "\(value)"
    }

    private struct Writer {
        var bytes: [UInt8] = []

        mutating func write(_ family: MetricFamily) {
            let name = family.name.text
            if !family.help.isEmpty { line("# HELP \(name) \(escaped(family.help, quotes: false))") }
            line("# TYPE \(name) \(family.kind.rawValue)")
            for sample in family.samples.sorted(by: { $0.labels < $1.labels }) {
                let labels = sample.labels.labels.map { "\($0.name)=\"\(escaped($0.value, quotes: true))\"" }
                switch sample.value {
                case .number(let value): line(name + braces(labels) + " " + number(value))
                case .distribution(let distribution): write(distribution, of: name, labels)
                }
            }
        }

        private mutating func write(_ distribution: MetricFamily.Distribution, of name: String, _ labels: [String]) {
            var count: UInt64 = 0
            for (index, inBucket) in distribution.counts.enumerated() {
                count &+= inBucket
                // As Prometheus 3 and OpenMetrics want it: a bound looks like a floating-point number.
                let bound = index < distribution.bounds.count ? "\(distribution.bounds[index])" : "+Inf"
                line("\(name)_bucket" + braces(labels + ["le=\"\(bound)\""]) + " \(count)")
            }
            line("\(name)_sum" + braces(labels) + " " + number(distribution.sum))
            line("\(name)_count" + braces(labels) + " \(count)")
        }

        private func braces(_ labels: [String]) -> String {
            labels.isEmpty ? "" : "{" + labels.joined(separator: ",") + "}"
        }

        private func escaped(_ text: String, quotes: Bool) -> String {
            var escaped = ""
            for scalar in text.unicodeScalars {
                switch scalar {
                case "\\": escaped += "\\\\"
                case "\n": escaped += "\\n"
                case "\"" where quotes: escaped += "\\\""
                default: escaped.unicodeScalars.append(scalar)
                }
            }
            return escaped
        }

        private mutating func line(_ text: String) {
            bytes += text.utf8
            bytes.append(UInt8(ascii: "\n"))
        }
    }
}
