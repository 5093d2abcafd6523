import FareDomain
import Testing
import WireFormats

@testable import MockServers

/// Refunds that take their time, and lists.
struct PaymentsRefundTests {
    /// A payment of 123.45 GBP that is taken, by a card.
    private func captured(_ token: String, at payments: PaymentsCaller) async throws -> String {
        let made = await payments.post("/v1/payment_intents", payments.form(token))
        let id = try json(made.body).string("id")
        #expect(await payments.post("/v1/payment_intents/\(id)/capture").status == 200)
        return id
    }

    private func refund(_ id: String, at payments: PaymentsCaller) async throws -> String {
        let answer = await payments.post("/v1/refunds", "payment_intent=\(id)")
        return try await show(try json(answer.body).string("id"), at: payments, first: answer)
    }

    /// `re_1 pending -`: id, status and the reason of a failure.
    private func show(_ id: String, at payments: PaymentsCaller, first: RawAnswer? = nil) async throws -> String {
        let looked = await RawClient.send("GET", "/v1/refunds/\(id)", port: payments.port)
        if let first { #expect(looked.body == first.body) }
        let refund = try json(looked.body)
        return "\(id) \(try refund.string("status")) \(try refund.stringIfPresent("failure_reason") ?? "-")"
    }

    @Test func aPendingRefundSucceedsAfterTwoSeconds() async throws {
        let clock = TestClock()
        try await withPayments(clock: clock) { payments async throws in
            let id = try await captured("pm_card_pendingRefund", at: payments)
            let line = try await refund(id, at: payments)
            #expect(line.hasSuffix(" pending -"))
            #expect(try await payments.entry() == "refunded 123.45 123.45 123.45 GBP bkg_1", "pending ones count")
            let refundID = String(line.prefix { $0 != " " })
            clock.advance(by: .milliseconds(1999))
            #expect(try await show(refundID, at: payments) == line)
            clock.advance(by: .milliseconds(1))
            #expect(try await show(refundID, at: payments) == "\(refundID) succeeded -")
        }
    }

    @Test func aRefundThatFailsLeavesThePaymentCaptured() async throws {
        let clock = TestClock()
        try await withPayments(clock: clock) { payments async throws in
            let id = try await captured("pm_card_refundFail", at: payments)
            let line = try await refund(id, at: payments)
            #expect(line.hasSuffix(" succeeded -"))
            let early = await payments.post("/v1/refunds", "payment_intent=\(id)")
            #expect(try payments.problem(early) == "400 invalid_request_error charge_already_refunded")
            clock.advance(by: .seconds(2))
            let refundID = String(line.prefix { $0 != " " })
            #expect(try await show(refundID, at: payments) == "\(refundID) failed expired_or_canceled_card")
            #expect(try await payments.entry() == "captured 123.45 123.45 0.00 GBP bkg_1")
            let path = "/v1/payment_intents/\(id)?expand[]=latest_charge"
            let charge = try json(await RawClient.send("GET", path, port: payments.port).body).require("latest_charge")
            #expect(try charge.int("amount_refunded") == 0)
            #expect(await payments.post("/v1/refunds", "payment_intent=\(id)").status == 200)
        }
    }

    @Test func whatFailedIsAnEventOfTheSecondInWhichItDid() async throws {
        let clock = TestClock()
        let start = clock.now.millisecondsSinceEpoch / 1000
        try await withPayments(clock: clock) { payments async throws in
            var refunds: [String] = []
            for card in ["pm_card_refundFail", "pm_card_visa", "pm_card_refundFail"] {
                let line = try await refund(try await captured(card, at: payments), at: payments)
                refunds.append(String(line.prefix { $0 != " " }))
                clock.advance(by: .seconds(1))
            }
            func events(_ query: String) async throws -> [String] {
                let answer = await RawClient.send("GET", "/v1/events?\(query)", port: payments.port)
                return try json(answer.body).elements("data").map { event in
                    #expect(try event.string("object") == "event")
                    #expect(try event.string("type") == "refund.failed")
                    let refund = try event.require("data").require("object")
                    #expect(try refund.string("status") == "failed")
                    return "\(try refund.string("id")) \(try event.int64("created") - start)"
                }
            }
            #expect(try await events("type=refund.failed") == ["\(refunds[0]) 2"], "the other has not failed yet")
            clock.advance(by: .seconds(60))
            let both = ["\(refunds[2]) 4", "\(refunds[0]) 2"]
            #expect(try await events("type=refund.failed") == both)
            #expect(try await events("created[gte]=\(start + 3)") == [both[0]])
            let next = "type=refund.failed&limit=1&starting_after=evt_\(refunds[2].dropFirst("re_".count))"
            #expect(try await events(next) == [both[1]])
            #expect(try await events("type=refund.created").isEmpty)
            #expect(await RawClient.send("GET", "/v1/events?delivery_success=true", port: payments.port).status == 400)
        }
    }

    @Test func whatWillBecomeOfARefundIsInTheStateFile() async throws {
        let clock = TestClock()
        try await withStateFile { path in
            let ids = try await withPayments(clock: clock, statePath: path) { payments async throws in
                let pending = try await captured("pm_card_pendingRefund", at: payments)
                let failing = try await captured("pm_card_refundFail", at: payments)
                var ids: [String] = []
                for id in [pending, failing] { ids.append(try await refund(id, at: payments)) }
                return ids.map { String($0.prefix { $0 != " " }) }
            }
            clock.advance(by: .seconds(2))
            try await withPayments(clock: clock, statePath: path) { payments async throws in
                #expect(try await show(ids[0], at: payments) == "\(ids[0]) succeeded -")
                #expect(try await show(ids[1], at: payments) == "\(ids[1]) failed expired_or_canceled_card")
                #expect(try await payments.entry() == "captured 123.45 123.45 0.00 GBP bkg_1")
            }
        }
    }

    @Test func theRefundsOfAPaymentAreListedNewestFirstInPages() async throws {
        try await withPayments { payments in
            let id = try await captured("pm_card_visa", at: payments)
            let other = try await captured("pm_card_visa", at: payments)
            var ids: [String] = []
            for _ in 0..<3 {
                let body = "payment_intent=\(id)&amount=100&metadata[faremux_reference]=bkg_1"
                ids.append(try json(await payments.post("/v1/refunds", body).body).string("id"))
            }
            _ = try await refund(other, at: payments)
            let path = "/v1/refunds?payment_intent=\(id)&limit=2"
            let first = try json(await RawClient.send("GET", path, port: payments.port).body)
            #expect(try first.elements("data").map { try $0.string("id") } == [ids[2], ids[1]], "within a second too")
            #expect(try first.bool("has_more"))
            let rest = await RawClient.send("GET", path + "&starting_after=\(ids[1])", port: payments.port)
            let refunds = try json(rest.body).elements("data").map(\.self)
            #expect(try refunds.map { try $0.string("id") } == [ids[0]])
            #expect(try refunds[0].require("metadata").string("faremux_reference") == "bkg_1")
            let none = await RawClient.send("GET", "/v1/refunds?payment_intent=pi_none", port: payments.port)
            #expect(try payments.problem(none) == "404 invalid_request_error resource_missing")
        }
    }

    @Test(
        arguments: [
            ("created[gte]=1", [2, 1]), ("created[gt]=1", [2]), ("created[lte]=1", [1, 0]), ("created[lt]=1", [0]),
            ("created[gte]=1&created[lte]=1", [1]), ("created[gt]=2", []), ("created[gte]=2&created[lt]=2", []),
        ])
    func aSpanOfTimeIsListedInPages(_ span: String, _ places: [Int]) async throws {
        let clock = TestClock()
        let start = clock.now.millisecondsSinceEpoch / 1000
        try await withPayments(clock: clock) { payments async throws in
            var ids: [String] = []
            for _ in 0..<3 {
                ids.append(try await payments.authorize())
                clock.advance(by: .seconds(1))
            }
            let bounds = span.split(separator: "&").map { bound in
                let parts = bound.split(separator: "=")
                return "\(parts[0])=\(start + (Int64(parts[1]) ?? 0))"
            }
            var listed: [String] = []
            var place = ""
            repeat {
                let path = "/v1/payment_intents?limit=1&\(bounds.joined(separator: "&"))" + place
                let page = try json(await RawClient.send("GET", path, port: payments.port).body)
                listed += try page.elements("data").map { try $0.string("id") }
                place = try page.bool("has_more") ? "&starting_after=\(listed.last ?? "")" : ""
            } while !place.isEmpty
            #expect(listed == places.map { ids[$0] })
        }
    }

    @Test(arguments: ["created[gte]=x", "created[gte]=9223372036854775807", "created[near]=1"])
    func aSpanThatCannotBeMeantIsRefused(_ span: String) async throws {
        try await withPayments { payments in
            let answer = await RawClient.send("GET", "/v1/payment_intents?\(span)", port: payments.port)
            #expect(answer.status == 400)
        }
    }
}
