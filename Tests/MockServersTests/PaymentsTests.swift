import FareDomain
import FarePorts
import Testing
import WireFormats

@testable import MockServers

/// The payments mock, from outside.
struct PaymentsTests {
    @Test func whatIsAuthorizedIsCapturedAndRefundedInParts() async throws {
        try await withPayments { payments in
            let id = try await payments.authorize()
            #expect(try await payments.entry() == "authorized 123.45 0.00 0.00 GBP bkg_1")
            let captured = await payments.post("/v1/payment_intents/\(id)/capture", "amount_to_capture=10000")
            #expect(try json(captured.body).string("status") == "succeeded")
            #expect(try json(captured.body).int("amount_received") == 10_000)
            #expect(try await payments.entry() == "captured 123.45 100.00 0.00 GBP bkg_1")
            #expect(await payments.post("/v1/refunds", "payment_intent=\(id)&amount=4000").status == 200)
            #expect(try await payments.entry() == "refunded 123.45 100.00 40.00 GBP bkg_1")
            let tooMuch = await payments.post("/v1/refunds", "payment_intent=\(id)&amount=6001")
            #expect(try payments.problem(tooMuch) == "400 invalid_request_error ")
            #expect(await payments.post("/v1/refunds", "payment_intent=\(id)").status == 200)
            #expect(try await payments.entry() == "refunded 123.45 100.00 100.00 GBP bkg_1")
            let again = await payments.post("/v1/refunds", "payment_intent=\(id)&amount=1")
            #expect(try payments.problem(again) == "400 invalid_request_error charge_already_refunded")
        }
    }

    @Test func aStateThatDoesNotAllowItIsRefusedWithThePayment() async throws {
        try await withPayments { payments in
            let id = try await payments.authorize()
            let path = "/v1/payment_intents/\(id)"
            let tooMuch = await payments.post(path + "/capture", "amount_to_capture=12346")
            #expect(try payments.problem(tooMuch) == "400 invalid_request_error amount_too_large")
            let early = await payments.post("/v1/refunds", "payment_intent=\(id)")
            #expect(try payments.problem(early) == payments.wrongState)
            #expect(await payments.post(path + "/capture").status == 200)
            for call in ["/capture", "/cancel", "/confirm"] {
                let refused = await payments.post(path + call)
                #expect(try payments.problem(refused) == payments.wrongState)
                let intent = try json(refused.body).require("error").require("payment_intent")
                #expect(try intent.string("status") == "succeeded")
            }
            let other = try await payments.authorize()
            #expect(await payments.post("/v1/payment_intents/\(other)/cancel").status == 200)
            for call in ["/capture", "/cancel"] {
                let refused = await payments.post("/v1/payment_intents/\(other)" + call)
                #expect(try payments.problem(refused) == payments.wrongState)
            }
        }
    }

    @Test func aRefusedCardLeavesAPaymentThatCanBeCancelled() async throws {
        try await withPayments { payments in
            let declined = await payments.post("/v1/payment_intents", payments.form("pm_card_visa_chargeDeclined"))
            #expect(try payments.problem(declined) == "402 card_error card_declined")
            let error = try json(declined.body).require("error")
            #expect(try error.string("decline_code") == "generic_decline")
            let intent = try error.require("payment_intent")
            #expect(try intent.string("status") == "requires_payment_method")
            #expect(try await payments.entry() == "declined 123.45 0.00 0.00 GBP bkg_1")
            let id = try intent.string("id")
            #expect(await payments.post("/v1/payment_intents/\(id)/cancel").status == 200)
            #expect(try await payments.entry() == "voided 123.45 0.00 0.00 GBP bkg_1")
        }
    }

    @Test func aCardThatWantsAnActionIsDeclinedUntilItIsCancelled() async throws {
        try await withPayments { payments in
            let asked = await payments.post("/v1/payment_intents", payments.form("pm_card_authenticationRequired"))
            #expect(asked.status == 200)
            #expect(try json(asked.body).string("status") == "requires_action")
            #expect(try await payments.entry().hasPrefix("declined "))
            let id = try json(asked.body).string("id")
            _ = await payments.post("/v1/payment_intents/\(id)/cancel")
            #expect(try await payments.entry().hasPrefix("voided "))
        }
    }

    @Test(
        arguments: [
            ("", "401 invalid_request_error "), ("amount=5", "400 invalid_request_error parameter_missing"),
            ("amount=x&currency=gbp", "400 invalid_request_error parameter_invalid_integer"),
            ("amount=0&currency=gbp", "400 invalid_request_error parameter_invalid_integer"),
            ("amount=5&currency=xyz", "400 invalid_request_error "),
            ("amount=150&currency=isk", "400 invalid_request_error invalid_charge_amount_no_decimal_compatible"),
            ("amount=5124&currency=kwd", "400 invalid_request_error "),
            ("amount=5&currency=gbp&colour=red", "400 invalid_request_error parameter_unknown"),
            ("amount=5&currency=gbp&confirm=true", "400 invalid_request_error payment_intent_unexpected_state"),
            (
                "amount=5&currency=gbp&confirm=true&payment_method=pm_none",
                "400 invalid_request_error resource_missing"
            ),
        ])
    func whatIsAskedWronglyMakesNoPayment(_ body: String, _ problem: String) async throws {
        try await withPayments { payments in
            let request = MockRequest(
                method: "POST", path: "/v1/payment_intents", query: [],
                headers: body.isEmpty ? [:] : ["authorization": "Bearer x"], body: Array(body.utf8))
            let dialect = try PaymentsDialect(settings: payments.settings)
            let reply = dialect.answer(request, fault: nil)
            var answer = RawAnswer(end: .closed)
            answer.status = reply.status
            answer.body = reply.body
            #expect(try payments.problem(answer) == problem)
            #expect(dialect.book.ledger(at: TestClock().now).intents.isEmpty)
        }
    }

    @Test func unknownPathsAndIdsAreNotFound() async throws {
        try await withPayments { payments async throws in
            for path in ["/v1/payment_intents/pi_none", "/v1/refunds/re_none"] {
                let answer = await RawClient.send("GET", path, port: payments.port)
                #expect(try payments.problem(answer) == "404 invalid_request_error resource_missing")
            }
            let refund = await payments.post("/v1/refunds", "payment_intent=pi_none")
            #expect(try payments.problem(refund) == "404 invalid_request_error resource_missing")
            let path = await RawClient.send("GET", "/v1/customers", port: payments.port)
            #expect(try payments.problem(path) == "404 invalid_request_error ")
        }
    }

    @Test func paymentsAreListedNewestFirstAndFoundByTheirMetadata() async throws {
        try await withPayments { payments in
            var ids: [String] = []
            for number in 1...3 {
                let made = await payments.post("/v1/payment_intents", payments.form(reference: "bkg_\(number)"))
                ids.append(try json(made.body).string("id"))
            }
            let first = await RawClient.send("GET", "/v1/payment_intents?limit=2", port: payments.port)
            #expect(try json(first.body).elements("data").map { try $0.string("id") } == [ids[2], ids[1]])
            #expect(try json(first.body).bool("has_more"))
            let path = "/v1/payment_intents?limit=2&starting_after=\(ids[1])&expand[]=data.latest_charge"
            let second = await RawClient.send("GET", path, port: payments.port)
            let rest = try json(second.body).elements("data").map(\.self)
            #expect(try rest.map { try $0.string("id") } == [ids[0]])
            #expect(try rest[0].require("latest_charge").int("amount_refunded") == 0)
            #expect(try !json(second.body).bool("has_more"))
            let query = FormEncoding.percentEncode(
                "metadata['faremux_reference']:'bkg_2' AND status:'requires_capture'")
            let found = await RawClient.send("GET", "/v1/payment_intents/search?query=\(query)", port: payments.port)
            #expect(try json(found.body).elements("data").map { try $0.string("id") } == [ids[1]])
            let bad = await RawClient.send("GET", "/v1/payment_intents/search?query=amount%3E5", port: payments.port)
            #expect(bad.status == 400)
        }
    }

    @Test func aStateFileBringsPaymentsAndKeysBack() async throws {
        try await withStateFile { path in
            let body = PaymentsCaller.form("pm_card_visa", reference: "bkg_1")
            let first = try await withPayments(statePath: path) { payments in
                await payments.post("/v1/payment_intents", body, key: "k1")
            }
            try await withPayments(statePath: path) { payments async throws in
                let again = await payments.post("/v1/payment_intents", body, key: "k1")
                #expect(again.body == first.body)
                #expect(try await payments.entries().count == 1)
                #expect(await RawClient.send("POST", "/__mock/reset", port: payments.port).status == 200)
                let anew = await payments.post("/v1/payment_intents", body, key: "k1")
                #expect(anew.headers["idempotent-replayed"] == nil)
                #expect(try await payments.entries().count == 1)
            }
        }
    }
}
