import FarePorts
import Foundation
import Testing
import WireFormats

/// Cancelling over real processes: what the caller is told, and what the ledgers say of it.
@Suite(.serialized) struct CancellationTests {
    @Test(arguments: World.providers) func aQuoteIsConfirmedAndRefundedAsQuoted(provider: String) async throws {
        try await World.run { world in
            let booking = try await world.book { try $0.string("provider") == provider && $0.isRefundable }
            let path = "/bookings/\(try booking.string("id"))"
            let key = Requests.key()
            let quoted = try await world.service.post("\(path)/cancellations", [:], headers: key)
            #expect(quoted.status == 201, "\(quoted.text)")
            let quote = try quoted.json
            #expect(try quote.string("id").hasPrefix("cxl_"))
            #expect(try quote.string("booking_id") == booking.string("id"))
            #expect(try quote.string("status") == "quoted")
            #expect(
                try quote.minorUnits("refund") + quote.minorUnits("penalty") == booking.minorUnits("total"))
            #expect(try quote.timestamp("expires_at") > booking.timestamp("created_at"))
            let replay = try await world.service.post("\(path)/cancellations", [:], headers: key)
            #expect(replay.bytes == quoted.bytes)
            #expect(replay.header("Idempotent-Replayed") == "true")
            #expect(try await world.service.get(path).json.string("status") == "ticketed")

            let confirm = "\(path)/cancellations/\(try quote.string("id"))/confirm"
            let cancelled = try await world.service.post(confirm, [:], headers: Requests.key("confirm"))
            #expect(cancelled.status == 200, "\(cancelled.text)")
            try await Books.expectCancelled(cancelled.json, as: quote, in: world)
            let again = try await world.service.post(confirm, [:], headers: Requests.key("confirm"))
            #expect(again.bytes == cancelled.bytes)
            // Nor does asking anew do it twice.
            for path in [confirm, "\(path)/cancel"] {
                let other = try await world.service.post(path, [:], headers: Requests.key())
                #expect(other.status == 200, "\(other.text)")
                try await Books.expectCancelled(other.json, as: quote, in: world)
            }
        }
    }

    @Test func aFareWithoutRefundIsCancelledAndKept() async throws {
        try await World.run { world in
            // The others don't take such a ticket back at all.
            let booking = try await world.book {
                try $0.string("provider") == "duffel" && $0.require("fare").string("refundable") == "no"
            }
            let path = "/bookings/\(try booking.string("id"))"
            let quoted = try await world.service.post("\(path)/cancellations", [:], headers: Requests.key())
            #expect(quoted.status == 201, "\(quoted.text)")
            #expect(try quoted.json.minorUnits("refund") == 0)
            let cancelled = try await world.service.post("\(path)/cancel", [:], headers: Requests.key())
            #expect(cancelled.status == 200, "\(cancelled.text)")
            #expect(try cancelled.json.string("status") == "cancelled")
            #expect(try cancelled.json.require("payment").string("status") == "captured")
            #expect(try await world.payments().allSatisfy { try $0.minorUnits("refunded") == 0 })
        }
    }

    /// At Duffel a newer quote ends the one before.
    @Test(arguments: World.providers) func concurrentCancellationsJoin(provider: String) async throws {
        try await World.run { world in
            let booking = try await world.book { try $0.string("provider") == provider && $0.isRefundable }
            let path = "/bookings/\(try booking.string("id"))/cancel"
            let answers = try await withThrowingTaskGroup(of: Client.Answer.self) { group in
                for _ in 0..<64 {
                    group.addTask { try await world.service.post(path, [:], headers: Requests.key()) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.allSatisfy { [200, 202].contains($0.status) }, "\(answers.map(\.text))")
            let last = try await world.service.post(path, [:], headers: Requests.key())
            #expect(last.status == 200)
            let booked = try last.json
            try await Books.expectCancelled(booked, as: booked.require("cancellation"), in: world)
        }
    }

    @Test func whatIsNotKnownYetIs202UntilTheSameKeyHasTheEnd() async throws {
        try await World.run(environment: ["FAREMUX_PAYMENTS_TIMEOUT_MS": "2000"]) { world in
            let booking = try await world.book { try $0.isRefundable }
            let path = "/bookings/\(try booking.string("id"))"
            try await world.fault("payments", ["operation": "refund", "fault": "hang"])
            let key = Requests.key()
            let pending = try await world.service.post("\(path)/cancel", [:], headers: key)
            #expect(pending.status == 202, "\(pending.text)")
            #expect(pending.header("Location") == path)
            #expect(try pending.json.string("status") == "cancelling")
            // Whoever asks while the key is at work is told of which booking.
            let meanwhile = try await withThrowingTaskGroup(of: Client.Answer.self) { group in
                for _ in 0..<8 {
                    group.addTask { try await world.service.post("\(path)/cancel", [:], headers: key) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(meanwhile.contains { $0.status == 409 })
            for answer in meanwhile where answer.status == 409 {
                let problem = try answer.json
                #expect(try problem.string("code") == "request-in-progress")
                #expect(try problem.string("booking_id") == booking.string("id"))
                #expect(problem["receipt"] != nil)
            }
            try await world.fault("payments")
            var answer = pending
            try await poll("the final answer") {
                answer = try await world.service.post("\(path)/cancel", [:], headers: key)
                return answer.status != 202
            }
            #expect(answer.status == 200, "\(answer.text)")
            let cancelled = try answer.json
            try await Books.expectCancelled(cancelled, as: cancelled.require("cancellation"), in: world)
        }
    }

    /// A refusal of what is said again says nothing about what was said first.
    @Test(arguments: World.providers)
    func whatIsLostThenRefusedAndThenDoneIsCancelled(provider: String) async throws {
        try await World.run(environment: ["FAREMUX_QUARANTINE_SECONDS": "4"]) { world in
            let booking = try await world.book { try $0.string("provider") == provider && $0.isRefundable }
            let path = "/bookings/\(try booking.string("id"))/cancel"
            try await world.fault(
                provider, ["operation": "cancel", "fault": "late_apply", "latency_ms": 2000, "times": 1],
                ["operation": "cancel", "fault": "status", "status": 422, "times": 1])
            let key = Requests.key()
            var answer = try await world.service.post(path, [:], headers: key)
            for _ in 0..<100 where answer.status == 202 {
                try await Task.sleep(for: .milliseconds(200))
                answer = try await world.service.post(path, [:], headers: key)
            }
            #expect(answer.status == 200, "\(answer.text)")
            let cancelled = try answer.json
            try await Books.expectCancelled(cancelled, as: cancelled.require("cancellation"), in: world)
        }
    }

    @Test func whatCantBeCancelledIsSaidSo() async throws {
        try await World.run { world in
            let failed = try await world.service.post(
                "/cheapest-booking", Requests.booking(token: "pm_card_visa_chargeDeclined"), headers: Requests.key())
            let id = try failed.json.string("booking_id")
            for path in ["cancel", "cancellations"] {
                let answer = try await world.service.post("/bookings/\(id)/\(path)", [:], headers: Requests.key())
                #expect(answer.status == 409, "\(answer.text)")
                let problem = try answer.json
                #expect(try problem.string("code") == "not-cancellable")
                #expect(try problem.string("booking_id") == id)
                #expect(problem["receipt"] != nil)
            }
            // Amadeus' terms come with the offer, so it need not be asked for a quote.
            let booking = try await world.book { try $0.string("provider") == "duffel" && $0.isRefundable }
            let path = "/bookings/\(try booking.string("id"))"
            for missing in [
                "/bookings/bkg_1/cancel", "/bookings/bkg_1/cancellations", "\(path)/cancellations/cxl_1/confirm",
            ] {
                #expect(try await world.service.post(missing, [:], headers: Requests.key()).status == 404)
            }
            let unknown = try await world.service.post("\(path)/cancel", ["why": "rain"], headers: Requests.key())
            #expect(unknown.status == 422)
            #expect(try unknown.json.elements("errors").map { try $0.string("pointer") } == ["/why"])
            #expect(try await world.service.post("\(path)/cancel", [:]).status == 400)
            // The provider can't be asked: nothing was done, and the key is free, even for another body.
            world.kill("duffel")
            let key = Requests.key()
            let down = try await world.service.post("\(path)/cancel", [:], headers: key)
            #expect(down.status == 503, "\(down.text)")
            #expect(try down.json.string("outcome") == "none")
            #expect(try down.json.string("booking_id") == booking.string("id"))
            #expect(down.header("Retry-After") != nil)
            #expect(try await world.service.send(.post, "\(path)/cancel", headers: key).status == 503)
            #expect(try await world.service.get(path).json.string("status") == "ticketed")
        }
    }
}

extension World {
    /// Books the cheapest offer that is wanted.
    fileprivate func book(_ isWanted: (JSONValue) throws -> Bool) async throws -> JSONValue {
        let answer = try await service.post(
            "/bookings", Requests.booking(of: offer(isWanted)), headers: Requests.key())
        try #require(answer.status == 201, "\(answer.text)")
        return try answer.json
    }
}

extension JSONValue {
    /// Whether an offer's fare is given back.
    fileprivate var isRefundable: Bool {
        get throws { try require("fare").string("refundable") == "yes" }
    }
}

extension Books {
    /// The order is cancelled, and exactly what was quoted is given back.
    fileprivate static func expectCancelled(
        _ booking: JSONValue, as quote: JSONValue, in world: World
    ) async throws {
        #expect(try booking.string("status") == "cancelled")
        let cancellation = try booking.require("cancellation")
        #expect(try cancellation.string("status") == "cancelled")
        #expect(try cancellation.string("id") == quote.string("id"))
        #expect(try cancellation.amount("refund") == quote.amount("refund"))
        #expect(try booking.require("payment").string("status") == "refunded")
        #expect(try booking.require("payment").amount("amount") == quote.amount("refund"))
        let order = try await world.orders().first { try $0.order.string("locator") == booking.string("pnr") }
        #expect(try order?.order.string("state") == "cancelled")
        let reference = try booking.require("payment").string("reference")
        let payment = try #require(try await world.payments().first { try $0.string("id") == reference })
        #expect(try payment.amount("refunded") == quote.amount("refund"))
    }
}
