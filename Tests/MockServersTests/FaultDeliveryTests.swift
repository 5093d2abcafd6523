import FareDomain
import Testing
import WireFormats

@testable import MockServers

/// Each fault as a client sees it, over a socket.
struct FaultDeliveryTests {
    private func hold(_ duffel: DuffelCaller, rule: String, patience: Int = 10) async throws -> RawAnswer {
        let body = try await duffel.orderBody(hold: true)
        try await duffel.setRule(rule)
        return await RawClient.send("POST", "/air/orders", body, port: duffel.port, patience: patience)
    }

    @Test func withoutRulesAHoldIsAnswered() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = await RawClient.send("POST", "/air/orders", try await duffel.orderBody(hold: true), port: port)
            #expect(answer.status == 201)
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func statusIsTheProvidersOwnErrorAndAppliesNothing() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(duffel, rule: #"{"operation":"hold","fault":"status","status":502}"#)
            #expect(answer.status == 502)
            #expect(try json(answer.body).elements("errors").map { try $0.string("type") } == ["api_error"])
            #expect(try await duffel.states() == [])
        }
    }

    @Test func htmlErrorIsAPageAndRateLimitHasTheProvidersHeaders() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let page = try await hold(duffel, rule: #"{"operation":"hold","fault":"html_error"}"#)
            #expect(page.status == 503)
            #expect(page.headers["content-type"]?.hasPrefix("text/html") == true)
            let limited = try await hold(duffel, rule: #"{"operation":"hold","fault":"rate_limit"}"#)
            #expect(limited.status == 429)
            #expect(limited.headers["ratelimit-reset"]?.hasSuffix("GMT") == true)
            #expect(try await duffel.states() == [])
        }
    }

    @Test func resetBeforeAppliesNothingAndResetAfterApplies() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let before = try await hold(duffel, rule: #"{"operation":"hold","fault":"reset_before"}"#)
            #expect(before.status == 0 && before.body.isEmpty && before.end == .reset)
            #expect(try await duffel.states() == [])
            let after = try await hold(duffel, rule: #"{"operation":"hold","fault":"reset_after"}"#)
            #expect(after.status == 0 && after.body.isEmpty && after.end == .reset)
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func aHangIsNeverAnsweredAndAppliesNothing() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(duffel, rule: #"{"operation":"hold","fault":"hang"}"#, patience: 1)
            #expect(answer.end == .silent && answer.body.isEmpty)
            #expect(try await duffel.states() == [])
        }
    }

    @Test func latencyIsTheRightAnswerLate() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let body = try await duffel.orderBody(hold: true)
            try await duffel.setRule(#"{"operation":"hold","fault":"latency","latency_ms":300}"#)
            let start = ContinuousClock.now
            let answer = await RawClient.send("POST", "/air/orders", body, port: port)
            #expect(answer.status == 201)
            #expect(ContinuousClock.now - start >= .milliseconds(300))
        }
    }

    @Test func aLateApplyClosesNowAndAppliesLater() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(
                duffel, rule: #"{"operation":"hold","fault":"late_apply","latency_ms":3000}"#)
            #expect(answer.status == 0 && answer.end == .reset)
            #expect(try await duffel.states() == [])
            let deadline = ContinuousClock.now.advanced(by: .seconds(20))
            while try await duffel.states() != ["held"], ContinuousClock.now < deadline { await Task.yield() }
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func truncateIsHalfTheBodyOfTheRightLengthAndApplies() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(duffel, rule: #"{"operation":"hold","fault":"truncate"}"#)
            let promised = try #require(answer.promised)
            #expect(answer.status == 201)
            #expect(answer.body.count == promised / 2)
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func garbageIsNotTheFormatAndApplies() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(duffel, rule: #"{"operation":"hold","fault":"garbage"}"#)
            #expect(answer.status == 200)
            #expect(throws: (any Error).self) { try json(answer.body) }
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func aDripComesByteByByteAndApplies() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let body = try await duffel.orderBody(hold: true)
            try await duffel.setRule(#"{"operation":"hold","fault":"drip"}"#)
            let start = ContinuousClock.now
            let answer = await RawClient.send("POST", "/air/orders", body, port: port, most: 10)
            #expect(answer.body.count == 10)
            #expect(ContinuousClock.now - start >= .milliseconds(180), "nine pauses of twenty milliseconds")
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func oversizeIsMoreThanSixtyFourMebibytes() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let body = try await duffel.orderBody(hold: true)
            try await duffel.setRule(#"{"operation":"hold","fault":"oversize"}"#)
            let answer = await RawClient.send("POST", "/air/orders", body, port: port, most: 64 * 1_048_576 + 1)
            #expect(answer.status == 201)
            #expect(answer.body.count > 64 * 1_048_576)
            #expect(try await duffel.states() == ["held"])
        }
    }

    @Test func soldOutIsRefusedInDuffelsWords() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(duffel, rule: #"{"operation":"*","fault":"sold_out"}"#)
            #expect(answer.status == 422)
            #expect(
                try json(answer.body).elements("errors").map { try $0.string("code") } == ["offer_no_longer_available"])
            #expect(try await duffel.states() == [])
        }
    }

    @Test func anEarlyExpiryIsAHoldThatIsDeadWhenItIsLookedAt() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let answer = try await hold(duffel, rule: #"{"operation":"hold","fault":"expire_early"}"#)
            #expect(answer.status == 201)
            #expect(try await duffel.states() == ["expired"])
        }
    }

    @Test func rulesShowHowOftenTheyFiredAndResetForgetsThem() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            _ = try await hold(duffel, rule: #"{"operation":"hold","fault":"status","times":1}"#)
            let shown = try json(await RawClient.send("GET", "/__mock/faults", port: port).body)
            #expect(try shown.elements("rules").map { try $0.int("fired") } == [1])
            let counts = try json(await RawClient.send("GET", "/__mock/requests", port: port).body)
            #expect(try counts.int("search") == 1)
            #expect(try counts.int("hold") == 1)
            #expect(
                try counts.elements("last").map { try $0.stringIfPresent("path") } == [
                    "/air/offer_requests", "/air/orders",
                ])
            _ = await RawClient.send("POST", "/__mock/reset", port: port)
            let cleared = try json(await RawClient.send("GET", "/__mock/faults", port: port).body)
            #expect(try cleared.elements("rules").isEmpty)
            #expect(try json(await RawClient.send("GET", "/__mock/requests", port: port).body).int("hold") == 0)
        }
    }

    @Test func aCancellationCountsOnceForItsTwoCalls() async throws {
        try await withDuffel { port in
            let duffel = DuffelCaller(port: port)
            let order = try json(
                await RawClient.send("POST", "/air/orders", try await duffel.orderBody(hold: false), port: port).body)
            let id = try order.require("data").string("id")
            let quote = try json(
                await RawClient.send(
                    "POST", "/air/order_cancellations", #"{"data":{"order_id":"\#(id)"}}"#, port: port
                ).body)
            let path = "/air/order_cancellations/\(try quote.require("data").string("id"))/actions/confirm"
            #expect(await RawClient.send("POST", path, port: port).status == 200)
            #expect(try await duffel.states() == ["cancelled"])
            let refund = try quote.require("data").string("refund_amount")
            let ledger = try json(await RawClient.send("GET", "/__mock/ledger", port: port).body)
            #expect(try ledger.elements("orders").map { try $0.require("refund").string("amount") } == [refund])
            let counts = try json(await RawClient.send("GET", "/__mock/requests", port: port).body)
            #expect(try counts.int("cancel") == 1)
            #expect(try counts.int("release") == 0)
            #expect(try counts.int("confirm") == 1)
        }
    }
}
