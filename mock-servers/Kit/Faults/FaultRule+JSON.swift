import FareDomain
import FarePorts
import WireFormats

extension FaultRule {
    /// Reads `{"rules":[…]}`.
    ///
    /// - Throws: `WireError` that names the place; an unknown field, operation or fault is refused, since a rule that
    ///   silently does nothing makes a test that tests nothing.
    static func rules(from body: [UInt8]) throws(WireError) -> [FaultRule] {
        let document = try JSONDocument(PaddedBytes(body), limits: JSONLimits(bytes: 1_048_576, nodes: 100_000))
        var rules: [FaultRule] = []
        for value in try document.root.elements("rules") { rules.append(try FaultRule(value)) }
        return rules
    }

    init(_ value: JSONValue) throws(WireError) {
        let operationName = try value.stringIfPresent("operation") ?? "*"
        let faultName = try value.string("fault")
        guard let fault = FaultKind(rawValue: faultName) else {
            throw value.error(.badValue, "no such fault: \(faultName)")
        }
        let operation = MockOperation(rawValue: operationName)
        guard operation != nil || operationName == "*" else {
            throw value.error(.badValue, "no such operation: \(operationName)")
        }
        self.init(operation: operation, fault: fault)
        for (key, field) in try value.requireMembers() where !field.isNull {
            try set(key, field)
        }
    }

    private mutating func set(_ key: String, _ field: JSONValue) throws(WireError) {
        switch key {
        case "operation", "fault": break
        case "probability": probability = try FaultRule.fraction(field)
        case "after": after = try field.requireInt()
        case "times": times = try field.requireInt()
        case "latency_ms": latency = .milliseconds(try FaultRule.within(0...3_600_000, field))
        case "status": status = try FaultRule.within(200...599, field)
        case "percent": percent = try FaultRule.within(-99...10_000, field)
        default: throw field.error(.badValue, "no such field: \(key)")
        }
    }

    private static func within(_ range: ClosedRange<Int>, _ field: JSONValue) throws(WireError) -> Int {
        let number = try field.requireInt()
        guard range.contains(number) else { throw field.error(.badValue, "not in \(range)") }
        return number
    }

    private static func fraction(_ field: JSONValue) throws(WireError) -> Double {
        guard let text = field.rawNumber, let number = Double(text), (0...1).contains(number) else {
            throw field.error(.badValue, "not a number from 0 to 1")
        }
        return number
    }

    /// As it was written, with every field and how often it fired.
    func write(fired: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("operation", operation?.rawValue ?? "*")
            writer.member("fault", fault.rawValue)
            writer.member("probability", probability)
            writer.member("after", after)
            writer.member("times", times)
            writer.member("latency_ms", latency.milliseconds)
            writer.member("status", status)
            writer.member("percent", percent)
            writer.member("fired", fired)
        }
    }
}
