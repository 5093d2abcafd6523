import FarePorts
import Foundation
import WireFormats

/// Requests that tests send, with one thing or another changed.
enum Requests {
    /// Days from today: far enough for every provider to sell.
    static let ahead = 40
    static let day = day(ahead: ahead)

    static func day(ahead days: Int) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(identifier: "UTC")
        format.dateFormat = "yyyy-MM-dd"
        return format.string(from: Date().addingTimeInterval(Double(days) * 86_400))
    }

    static let ada: JSONNode = [
        "type": "adult", "title": "ms", "given_name": "Ada", "family_name": "Lovelace", "born_on": "1985-12-10",
        "gender": "f", "email": "ada@example.com", "phone_number": "+442080160508",
    ]

    /// Milliseconds that a busy machine answers within, where the deadline is not what is tested. Less than a client's
    /// patience.
    static let deadline = 25_000

    static func search(
        _ origin: String = "LHR", _ destination: String = "JFK", day: String = day, deadline: Int = deadline
    ) -> JSONNode {
        [
            "origin": .string(origin), "destination": .string(destination), "departure_date": .string(day),
            "passengers": [["type": "adult"]], "currency": "GBP", "deadline_ms": .int(deadline),
        ]
    }

    static func booking(
        _ origin: String = "LHR", _ destination: String = "JFK", day: String = day, maxTotal: String = "9000.00",
        token: String = "pm_card_visa", passengers: [JSONNode] = [ada], more: [JSONNode.Member] = []
    ) -> JSONNode {
        var body: JSONNode = [
            "origin": .string(origin), "destination": .string(destination), "departure_date": .string(day),
            "passengers": .array(passengers), "currency": "GBP",
            "max_total": ["amount": .string(maxTotal), "currency": "GBP"], "payment": ["token": .string(token)],
        ]
        append(more, to: &body)
        return body
    }

    private static func append(_ more: [JSONNode.Member], to body: inout JSONNode) {
        for member in more { body.append(member.name, member.value) }
        if !more.contains(where: { $0.name == "deadline_ms" }) { body.append("deadline_ms", .int(deadline)) }
    }

    /// Ada, with some fields changed.
    static func passenger(_ changes: (String, JSONNode)...) -> JSONNode {
        guard case .object(var members) = ada else { return .null }
        for (name, value) in changes {
            members.removeAll { $0.name == name }
            members.append(JSONNode.Member(name, value))
        }
        return .object(members)
    }

    /// A booking of one offer.
    static func booking(
        offer: String, token: String? = nil, payment: String = "pm_card_visa", passengers: [JSONNode] = [ada],
        more: [JSONNode.Member] = []
    ) -> JSONNode {
        var body: JSONNode = [
            "offer_id": .string(offer), "passengers": .array(passengers), "payment": ["token": .string(payment)],
            "accept_token": .string(token),
        ]
        append(more, to: &body)
        return body
    }

    static func booking(
        of offer: JSONValue, token: String? = nil, payment: String = "pm_card_visa", more: [JSONNode.Member] = []
    ) throws -> JSONNode {
        booking(offer: try offer.string("id"), token: token, payment: payment, more: more)
    }

    static func key(_ key: String = UUID().uuidString) -> [HTTPHeader] { [HTTPHeader("Idempotency-Key", key)] }
}
