import FareDomain
import Testing
import WireFormats

@testable import MockServers

/// Idempotency keys, and what faults do with them.
struct PaymentsFaultTests {
    private let path = "/v1/payment_intents"

    @Test func aKeyIsAnsweredOnceAndThenRepeated() async throws {
        try await withPayments { payments in
            let first = await payments.post(path, payments.form(), key: "k1")
            let second = await payments.post(path, payments.form(), key: "k1")
            #expect(first.body == second.body)
            #expect(first.headers["idempotent-replayed"] == nil)
            #expect(second.headers["idempotent-replayed"] == "true")
            #expect(try await payments.entries().count == 1)
            let id = try json(first.body).string("id")
            let others = [(path, payments.form("pm_card_mastercard")), ("\(path)/\(id)/capture", "")]
            for (path, body) in others {
                let reused = await payments.post(path, body, key: "k1")
                #expect(try payments.problem(reused) == "400 idempotency_error ")
            }
            #expect(await payments.post(path, payments.form()).status == 200)
            #expect(try await payments.entries().count == 2, "no key, no memory")
        }
    }

    @Test func refusalsAreKeptUnderAKeyAndWrongParametersAreNot() async throws {
        try await withPayments { payments in
            let form = payments.form("pm_card_visa_chargeDeclined")
            let declined = await payments.post(path, form, key: "k1")
            let again = await payments.post(path, form, key: "k1")
            #expect(again.status == 402)
            #expect(again.body == declined.body)
            #expect(try await payments.entries().count == 1)
            let id = try await payments.authorize()
            _ = await payments.post("\(path)/\(id)/cancel")
            let late = await payments.post("\(path)/\(id)/cancel", key: "k2")
            let later = await payments.post("\(path)/\(id)/cancel", key: "k2")
            #expect(try payments.problem(later) == payments.wrongState)
            #expect(later.body == late.body)
            #expect(await payments.post(path, "amount=1", key: "k3").status == 400)
            #expect(await payments.post(path, payments.form(), key: "k3").status == 200)
        }
    }

    @Test func aKeyIsForgottenAfterADay() async throws {
        let clock = TestClock()
        try await withPayments(clock: clock) { payments async throws in
            _ = await payments.post(path, payments.form(), key: "k1")
            clock.advance(by: .seconds(86_399))
            _ = await payments.post(path, payments.form(), key: "k1")
            #expect(try await payments.entries().count == 1)
            clock.advance(by: .seconds(1))
            _ = await payments.post(path, payments.form(), key: "k1")
            #expect(try await payments.entries().count == 2)
        }
    }

    @Test func aKeyInUseIsRefusedUntilItsRequestIsDone() throws {
        let book = try StripeBook(statePath: nil)
        let key = StripeKey(text: "k1", request: "/a", at: 0)
        #expect(try book.claim(key) == nil)
        #expect(throws: StripeRefusal.self) { try book.claim(key) }
        let answer = try book.perform(under: key, at: TestClock().now) { _ throws(StripeRefusal) in
            StripeOutcome(answer: StripeAnswer(200) { $0.null() })
        }
        #expect(try book.claim(key) == answer)
    }

    @Test(arguments: ["decline", "action_required"])
    func theCardIsTheFaults(_ fault: String) async throws {
        try await withPayments { payments in
            try await payments.setRule(#"{"operation":"authorize","fault":"\#(fault)","times":1}"#)
            let struck = await payments.post(path, payments.form(), key: "k1")
            #expect(struck.status == (fault == "decline" ? 402 : 200))
            #expect(try await payments.entry().hasPrefix("declined "))
            let repeated = await payments.post(path, payments.form(), key: "k1")
            #expect(repeated.body == struck.body, "kept under the key, as Stripe does")
            #expect(await payments.post(path, payments.form(), key: "k2").status == 200)
            #expect(try await payments.entry().hasPrefix("authorized "))
        }
    }

    @Test(arguments: [("status", 503), ("html_error", 503), ("rate_limit", 429)])
    func aRequestThatWasNeverExecutedLeavesNothingUnderItsKey(_ fault: String, _ status: Int) async throws {
        try await withPayments { payments in
            try await payments.setRule(#"{"operation":"authorize","fault":"\#(fault)","times":1}"#)
            #expect(await payments.post(path, payments.form(), key: "k1").status == status)
            #expect(try await payments.entries().isEmpty)
            let next = await payments.post(path, payments.form(), key: "k1")
            #expect(next.status == 200)
            #expect(next.headers["idempotent-replayed"] == nil)
        }
    }

    @Test(arguments: [("stored_error", 0), ("stored_error_after", 1)])
    func anErrorThatIsStoredIsSaidAgainWhetherOrNotItWasDone(_ fault: String, _ made: Int) async throws {
        try await withStateFile { statePath in
            try await withPayments(statePath: statePath) { payments async throws in
                try await payments.setRule(#"{"fault":"\#(fault)","times":1}"#)
                #expect(await payments.post(path, "amount=1", key: "k1").status == 400, "nothing that was begun")
                try await payments.setRule(#"{"fault":"\#(fault)","times":1}"#)
                let first = await payments.post(path, payments.form(), key: "k1")
                #expect(try payments.problem(first) == "500 api_error ")
                #expect(first.headers["idempotent-replayed"] == nil)
            }
            try await withPayments(statePath: statePath) { payments async throws in
                let again = await payments.post(path, payments.form(), key: "k1")
                #expect(try payments.problem(again) == "500 api_error ")
                #expect(again.headers["idempotent-replayed"] == "true")
                #expect(try await payments.entries().count == made)
                #expect(await payments.post(path, payments.form(), key: "k2").status == 200)
            }
        }
    }

    @Test(arguments: ["capture", "void", "refund"])
    func anErrorIsStoredForEveryStep(_ operation: String) async throws {
        try await withPayments { payments in
            let id = try await payments.authorize()
            if operation == "refund" { _ = await payments.post("\(path)/\(id)/capture") }
            let before = try await payments.entry()
            try await payments.setRule(#"{"operation":"\#(operation)","fault":"stored_error","times":1}"#)
            for _ in 0..<2 {
                let answer =
                    switch operation {
                    case "capture": await payments.post("\(path)/\(id)/capture", key: "k1")
                    case "void": await payments.post("\(path)/\(id)/cancel", key: "k1")
                    default: await payments.post("/v1/refunds", "payment_intent=\(id)", key: "k1")
                    }
                #expect(answer.status == 500)
            }
            #expect(try await payments.entry() == before)
        }
    }

    @Test(arguments: ["reset_after", "truncate", "garbage"])
    func aLostAnswerIsFoundUnderItsKey(_ fault: String) async throws {
        try await withPayments { payments in
            try await payments.setRule(#"{"operation":"authorize","fault":"\#(fault)","times":1}"#)
            let lost = await payments.post(path, payments.form(), key: "k1")
            let found = await payments.post(path, payments.form(), key: "k1")
            #expect(found.status == 200)
            #expect(found.headers["idempotent-replayed"] == "true")
            #expect(found.body != lost.body)
            #expect(try await payments.entries().count == 1)
        }
    }

    @Test func aLateAuthorizationIsAppliedOnceWhateverCameUnderItsKey() async throws {
        try await withPayments { payments in
            try await payments.setRule(#"{"operation":"authorize","fault":"late_apply","latency_ms":50,"times":2}"#)
            #expect(await payments.post(path, payments.form(), key: "k1").end == .reset)
            // Sent later and as late: where this one has arrived, the first has too.
            let marker = payments.form(reference: "marker")
            #expect(await payments.post(path, marker, key: "k2").end == .reset)
            let again = await payments.post(path, payments.form(), key: "k1")
            #expect(again.status == 200)
            let clock = ContinuousClock()
            let end = clock.now.advanced(by: .seconds(20))
            var entries: [String] = []
            while !entries.contains(where: { $0.hasSuffix("marker") }), clock.now < end {
                entries = try await payments.entries()
            }
            #expect(entries.filter { $0.hasSuffix("bkg_1") }.count == 1)
            #expect(entries.count == 2)
            let last = await payments.post(path, payments.form(), key: "k1")
            #expect(last.body == again.body)
        }
    }

    @Test func aResetForgetsWhatIsOnItsWay() async throws {
        try await withPayments { payments in
            let rule = #"{"operation":"authorize","fault":"late_apply","latency_ms":50}"#
            try await payments.setRule(rule)
            #expect(await payments.post(path, payments.form(), key: "k1").end == .reset)
            #expect(await RawClient.send("POST", "/__mock/reset", port: payments.port).status == 200)
            try await payments.setRule(rule)
            // Sent later and as late: where this one has arrived, the first would have too.
            #expect(await payments.post(path, payments.form(reference: "marker"), key: "k2").end == .reset)
            let clock = ContinuousClock()
            let end = clock.now.advanced(by: .seconds(20))
            var entries: [String] = []
            while entries.isEmpty, clock.now < end { entries = try await payments.entries() }
            #expect(entries.count == 1 && entries.allSatisfy { $0.hasSuffix("marker") })
        }
    }

    @Test func aLateCaptureMeetsTheStateThatItFindsThen() async throws {
        try await withPayments { payments in
            let dialect = try PaymentsDialect(settings: payments.settings)
            func send(_ path: String, _ body: String, key: String) throws -> (status: Int, body: JSONValue) {
                let headers = ["authorization": "Bearer x", "idempotency-key": key]
                let request = MockRequest(
                    method: "POST", path: path, query: [], headers: headers, body: Array(body.utf8))
                let reply = dialect.answer(request, fault: nil)
                return (reply.status, try json(reply.body))
            }
            let id = try send(path, payments.form(), key: "k1").body.string("id")
            #expect(try send("\(path)/\(id)/cancel", "", key: "k2").status == 200)
            let late = try send("\(path)/\(id)/capture", "", key: "k3")
            #expect(late.status == 400)
            #expect(dialect.book.ledger(at: TestClock().now)[id]?.status == .canceled)
        }
    }

    @Test func operationsAreCountedByTheirNames() async throws {
        try await withPayments { payments in
            let id = try await payments.authorize()
            _ = await payments.post(path, "amount=5&currency=gbp")
            _ = await payments.post("\(path)/\(id)/capture")
            _ = await payments.post("/v1/refunds", "payment_intent=\(id)")
            _ = await payments.post("\(path)/\(id)/cancel")
            _ = await RawClient.send("GET", "\(path)/\(id)", port: payments.port)
            _ = await RawClient.send("GET", "\(path)?starting_after=\(id)", port: payments.port)
            let counts = try json(await RawClient.send("GET", "/__mock/requests", port: payments.port).body)
            for operation in ["authorize", "capture", "void", "refund", "status"] {
                #expect(counts.member(named: operation)?.int == 1, "\(operation)")
            }
        }
    }
}
