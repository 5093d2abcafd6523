import FareDomain
import FarePorts
import Hummingbird
import WireFormats

/// The query string of `GET /search`, as the object that a POST would have sent.
enum QueryString {
    private static let texts: Set = [
        "origin", "destination", "departure_date", "return_date", "cabin", "currency", "sort",
    ]
    private static let numbers: Set = ["limit", "deadline_ms", "settle_ms"]

    static func object(of request: Request) throws(Problem) -> JSONValue {
        var reader = FieldReader()
        var body: JSONNode = [:]
        var filters: JSONNode = [:]
        var passengers: [JSONNode] = []
        var seen: Set<String> = []
        var countsPassengers = false
        for (name, value) in request.uri.queryParameters {
            let name = String(name)
            let value = String(value)
            guard seen.insert(name).inserted else {
                reader.refuse("/\(name)", "repeated parameter")
                continue
            }
            if texts.contains(name) {
                body.append(name, .string(value))
            } else if numbers.contains(name) {
                body.append(name, number(value))
            } else if name == "max_stops" {
                filters.append(name, number(value))
            } else if let type = ["adults": "adult", "children": "child", "infants": "infant"][name] {
                guard let count = Int(value), (0...9).contains(count) else {
                    reader.refuse("/\(name)", "must be a whole number from 0 to 9")
                    continue
                }
                countsPassengers = true
                passengers += Array(repeating: ["type": .string(type)], count: count)
            } else {
                reader.refuse("/\(name)", "unknown parameter")
            }
        }
        guard reader.violations.isEmpty else { throw Problem(reader.violations) }
        if filters != [:] { body.append("filters", filters) }
        if countsPassengers { body.append("passengers", .array(passengers)) }
        do {
            return try JSONDocument(PaddedBytes(body.bytes)).root
        } catch {
            throw Problem(.malformedRequest, "\(error)")
        }
    }

    /// Digits become a number; anything else stays a text, which its reader will refuse with its name.
    private static func number(_ text: String) -> JSONNode {
        Int64(text).map(JSONNode.int) ?? .string(text)
    }
}
