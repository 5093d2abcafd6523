import FareDomain
import FarePorts
import Foundation
import WireFormats

extension LedgerOrder {
    init(_ value: JSONValue, provider: String) throws {
        self.init(
            provider: provider, locator: try value.string("locator"),
            reference: try value.stringIfPresent("reference"),
            passengers: try value.elements("passengers").map { try $0.requireString() },
            state: try value.string("state"), total: try value.require("total").asMoney,
            createdAt: try value.string("created_at").asDate, refund: try value.present("refund")?.asMoney,
            events: try value.elements("events").map {
                Event(at: try $0.string("at"), event: try $0.string("event"))
            })
    }
}

extension LedgerPayment {
    init(_ value: JSONValue) throws {
        self.init(
            id: try value.string("id"), reference: try value.stringIfPresent("reference"),
            state: try value.string("state"), amount: try value.require("amount").asMoney,
            captured: try value.require("captured").asMoney, refunded: try value.require("refunded").asMoney)
    }
}

extension BookingView {
    init(_ value: JSONValue) throws {
        let payment = try value.require("payment")
        let receipt = try value.require("receipt")
        self.init(
            id: try value.string("id"), status: try value.string("status"),
            provider: try value.stringIfPresent("provider"), pnr: try value.stringIfPresent("pnr"),
            total: try value.present("total")?.asMoney, paymentStatus: try payment.string("status"),
            paymentReference: try payment.stringIfPresent("reference"),
            paymentAmount: try payment.present("amount")?.asMoney, flights: try Self.flights(value),
            createdAt: try value.string("created_at").asDate)
        quoted = try value.present("cancellation")?.require("refund").asMoney
        attempts = try receipt.elements("attempts").map {
            Attempt(
                provider: try $0.string("provider"), outcome: try $0.string("outcome"),
                step: try $0.stringIfPresent("step"))
        }
        rates = try receipt.elements("fx").map { try ($0.string("from"), $0.string("to"), $0.string("rate")) }
        timeline = try value.elements("timeline").map {
            Line(
                at: try $0.string("at"), step: try $0.string("step"), result: try $0.string("result"),
                detail: try $0.stringIfPresent("detail") ?? "")
        }
        needsAttention = try value.bool("needs_attention")
    }

    private static func flights(_ value: JSONValue) throws -> String {
        guard let itinerary = value.present("itinerary") else { return "" }
        return try itinerary.elements("slices").flatMap { slice in
            try slice.elements("segments").map {
                try $0.string("marketing_carrier") + $0.string("flight_number") + "@" + $0.string("departs_at")
            }
        }.joined(separator: "+")
    }
}

extension Reply {
    init(_ answer: Client.Answer, sentAt: Date, key: String, requestID: String) {
        self.init(sentAt: sentAt, at: Date(), status: answer.status, body: answer.bytes)
        self.key = key
        self.requestID = requestID
        isReplay = answer.header("Idempotent-Replayed") == "true"
        guard let json = try? answer.json else { return }
        code = json.present("code")?.string
        outcome = json.present("outcome")?.string
        let id = json.present("booking_id")?.string ?? json.present("id")?.string
        bookingID = id.flatMap { $0.hasPrefix("bkg_") ? $0 : nil }
        let cancelling = json.present("cancellation")
        refund = try? (json.present("refund") ?? cancelling?.present("refund"))?.asMoney
        cancellation = (cancelling ?? json).present("status")?.string
        cancellationID = (cancelling ?? json).present("id")?.string
        if let total = try? json.present("new")?.asMoney, let token = json.present("accept_token")?.string {
            risen = (total, token)
        }
    }
}

extension JSONValue {
    /// `{"amount":"123.45","currency":"GBP"}`.
    var asMoney: Money {
        get throws { try money("amount", "currency") }
    }
}

extension String {
    fileprivate var asDate: Date {
        get throws {
            guard let date = Instant.date(self) else { throw HarnessError("not a time: \(self)") }
            return date
        }
    }
}
