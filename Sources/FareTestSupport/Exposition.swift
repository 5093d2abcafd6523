/// Prometheus' text format, version 0.0.4, read as strictly as it can be: what is only usual is demanded, too.
///
/// Source: <https://prometheus.io/docs/instrumenting/exposition_formats/#text-based-format>
public struct Exposition: Sendable {
    /// One line.
    public struct Sample: Hashable, Sendable {
        public var name: String
        public var labels: [String: String]
        public var value: Double

        public init(name: String, labels: [String: String], value: Double) {
            self.name = name
            self.labels = labels
            self.value = value
        }
    }

    /// A metric with its lines, in their order.
    public struct Family: Sendable {
        public var name: String
        public var kind: String
        public var help: String?
        public var samples: [Sample] = []
    }

    /// A line that is not in the grammar, or lines that don't agree.
    public struct Malformed: Error, CustomStringConvertible {
        public let description: String
    }

    public private(set) var families: [Family] = []

    /// - Throws: `Malformed` for anything that a strict reader could object to.
    public init(_ bytes: [UInt8]) throws(Malformed) {
        let text = String(decoding: bytes, as: UTF8.self)
        guard Array(text.utf8) == bytes else { throw Malformed(description: "not UTF-8") }
        guard bytes.last == UInt8(ascii: "\n") else { throw Malformed(description: "the last line has no end") }
        // By bytes: for Swift, a carriage return and a line feed are one character.
        for line in bytes.dropLast().split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            let line = String(decoding: line, as: UTF8.self)
            do throws(Malformed) {
                try take(line)
            } catch {
                throw Malformed(description: "\(error.description): \(line)")
            }
        }
        for family in families { try family.check() }
        guard families.map(\.name) == families.map(\.name).sorted() else {
            throw Malformed(description: "the metrics are not in their order")
        }
    }

    public var samples: [Sample] { families.flatMap(\.samples) }

    /// The sum of the lines of that name that have all of those labels; nil if there is none.
    public func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let matching = samples.filter { sample in
            sample.name == name && labels.allSatisfy { sample.labels[$0.key] == $0.value }
        }
        return matching.isEmpty ? nil : matching.reduce(0) { $0 + $1.value }
    }

    private mutating func take(_ line: String) throws(Malformed) {
        if line.hasPrefix("# ") {
            var line = LineReader(line.dropFirst(2))
            let word = line.until(" ")
            let name = try line.name(ending: " ")
            switch word {
            case "HELP": try open(name, help: try line.helpText())
            case "TYPE": try type(name, line.rest)
            default: throw Malformed(description: "neither HELP nor TYPE")
            }
            return
        }
        var reader = LineReader(line[...])
        let sample = try reader.sample()
        guard let family = families.last, !family.kind.isEmpty, family.owns(sample) else {
            throw Malformed(description: "a line apart from its metric")
        }
        families[families.count - 1].samples.append(sample)
    }

    private mutating func open(_ name: String, help: String?) throws(Malformed) {
        guard !families.contains(where: { $0.name == name }) else {
            throw Malformed(description: "the metric comes twice")
        }
        families.append(Family(name: name, kind: "", help: help))
    }

    private mutating func type(_ name: String, _ kind: String) throws(Malformed) {
        guard ["counter", "gauge", "histogram"].contains(kind) else { throw Malformed(description: "no such type") }
        if families.last?.name != name || families.last?.kind != "" { try open(name, help: nil) }
        families[families.count - 1].kind = kind
    }
}

extension Exposition.Family {
    fileprivate func owns(_ sample: Exposition.Sample) -> Bool {
        guard kind == "histogram" else { return sample.name == name && sample.labels["le"] == nil }
        switch sample.name {
        case name + "_bucket": return sample.labels["le"] != nil
        case name + "_sum", name + "_count": return sample.labels["le"] == nil
        default: return false
        }
    }

    /// What the lines of one metric must be to each other.
    fileprivate func check() throws(Exposition.Malformed) {
        func refuse(_ reason: String) -> Exposition.Malformed { .init(description: "\(name): \(reason)") }
        guard !samples.isEmpty, !kind.isEmpty else { throw refuse("has no type or no line") }
        let identities = samples.map { Exposition.Sample(name: $0.name, labels: $0.labels, value: 0) }
        guard Set(identities).count == samples.count else { throw refuse("a series comes twice") }
        if kind == "counter" {
            guard name.hasSuffix("_total") else { throw refuse("a counter's name ends in _total") }
            guard samples.allSatisfy({ $0.value >= 0 }) else { throw refuse("a counter is below zero") }
        }
        guard kind == "histogram" else { return }
        for labels in Set(samples.map { $0.labels.filter { $0.key != "le" } }) {
            let series = samples.filter { $0.labels.filter { $0.key != "le" } == labels }
            guard Self.isHistogram(series, name) else { throw refuse("not a histogram: \(labels)") }
        }
    }

    /// Buckets by rising bounds and with rising counts, the last without a bound, then the sum and the count.
    private static func isHistogram(_ series: [Exposition.Sample], _ name: String) -> Bool {
        let buckets = series.dropLast(2)
        guard series.suffix(2).map(\.name) == [name + "_sum", name + "_count"],
            buckets.allSatisfy({ $0.name == name + "_bucket" }), let total = buckets.last, let count = series.last
        else { return false }
        let bounds = buckets.map { LineReader.number($0.labels["le"] ?? "") ?? .nan }
        let rises = zip(bounds, bounds.dropFirst()).allSatisfy { $0 < $1 }
        let adds = zip(buckets, buckets.dropFirst()).allSatisfy { $0.value <= $1.value }
        return rises && adds && total.labels["le"] == "+Inf" && total.value == count.value
    }
}

/// Reads the parts of one line.
private struct LineReader {
    private var text: Substring.UnicodeScalarView

    init(_ text: Substring) { self.text = text.unicodeScalars }

    var rest: String { String(text) }

    mutating func until(_ end: Unicode.Scalar) -> String {
        let part = String(text.prefix { $0 != end })
        text = text.drop { $0 != end }.dropFirst()
        return part
    }

    /// A metric's or label's name; colons are for recording rules.
    mutating func name(ending end: Unicode.Scalar) throws(Exposition.Malformed) -> String {
        let name = until(end)
        try Self.checkName(name)
        return name
    }

    private static func checkName(_ name: String) throws(Exposition.Malformed) {
        let isName = name.utf8.allSatisfy { byte in
            byte == UInt8(ascii: "_") || (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x61...0x7A).contains(byte)
        }
        guard isName, let first = name.utf8.first, !(0x30...0x39).contains(first) else {
            throw .init(description: "not a name: '\(name)'")
        }
    }

    mutating func helpText() throws(Exposition.Malformed) -> String {
        var help = ""
        while let scalar = text.popFirst() {
            help.unicodeScalars.append(scalar == "\\" ? try escape(quotes: false) : scalar)
        }
        guard !help.isEmpty else { throw .init(description: "an empty help text") }
        return help
    }

    private mutating func escape(quotes: Bool) throws(Exposition.Malformed) -> Unicode.Scalar {
        switch text.popFirst() {
        case "\\": return "\\"
        case "n": return "\n"
        case "\"" where quotes: return "\""
        default: throw .init(description: "no such escape")
        }
    }

    mutating func sample() throws(Exposition.Malformed) -> Exposition.Sample {
        let name = String(text.prefix { $0 != "{" && $0 != " " })
        try Self.checkName(name)
        text = text.dropFirst(name.unicodeScalars.count)
        var labels: [String: String] = [:]
        if text.first == "{" {
            repeat {
                text = text.dropFirst()
                let (label, value) = try label()
                guard labels.updateValue(value, forKey: label) == nil else {
                    throw .init(description: "the label \(label) comes twice")
                }
            } while text.first == ","
            guard text.popFirst() == "}" else { throw .init(description: "labels without an end") }
        }
        guard text.popFirst() == " ", let value = Self.number(rest) else { throw .init(description: "not a value") }
        return Exposition.Sample(name: name, labels: labels, value: value)
    }

    private mutating func label() throws(Exposition.Malformed) -> (String, String) {
        let label = try name(ending: "=")
        guard text.popFirst() == "\"" else { throw .init(description: "a label value without quotes") }
        var value = ""
        while let scalar = text.popFirst(), scalar != "\"" {
            value.unicodeScalars.append(scalar == "\\" ? try escape(quotes: true) : scalar)
        }
        // The same as no label: two such series would be one.
        guard !value.isEmpty else { throw .init(description: "an empty label value") }
        return (label, value)
    }

    /// What Go's ParseFloat reads, in the spellings that the format names.
    static func number(_ text: String) -> Double? {
        switch text {
        case "NaN": return .nan
        case "+Inf": return .infinity
        case "-Inf": return -.infinity
        default:
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) || "+-.e".utf8.contains($0) }) else { return nil }
            return Double(text)
        }
    }
}
