import CurlTransport
import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import StripePayments
import Testing

/// The payments adapter against the payments mock, over HTTP.
@Suite(.serialized) struct GatewayContractTests {
    @Test func stripeKeepsTheContract() async throws {
        try await withGateway { gateway, _ in
            let contract = GatewayContract(gateway: gateway, clock: SystemClock()) { try await Task.sleep(for: $0) }
            for check in GatewayContract.checks {
                await #expect(throws: Never.self, "\(check)") { try await check.run(contract) }
            }
        }
    }

    /// A fault, whether asking again under the key gets through, and whether looking shows that it was done before
    /// that.
    private struct Row {
        var fault: String
        var getsThrough: Bool
        var isDone: Bool
    }

    @Test(arguments: ["authorize", "capture", "void", "refund"])
    func whatIsInDoubtIsAskedAgainOrLookedAt(_ step: String) async throws {
        let rows = [
            Row(fault: "status", getsThrough: true, isDone: false),
            Row(fault: "reset_before", getsThrough: true, isDone: false),
            Row(fault: "reset_after", getsThrough: true, isDone: true),
            Row(fault: "truncate", getsThrough: true, isDone: true),
            Row(fault: "stored_error", getsThrough: false, isDone: false),
            Row(fault: "stored_error_after", getsThrough: false, isDone: true),
        ]
        try await withGateway { gateway, setFault in
            for row in rows {
                let attempt = StepUnderAKey(gateway: gateway, step: step, name: "bkg_\(step)_\(row.fault)")
                let payment = try await attempt.prepare()
                try await setFault(#"{"operation":"\#(step)","fault":"\#(row.fault)"}"#)
                let first = await attempt.error(payment)
                // Not "times": libcurl itself sends again what a kept connection lost.
                try await setFault("")
                #expect(first?.outcome == .unknown, "\(row)")
                #expect(first?.isStored == false, "\(row): a first answer does not say whether it is kept")
                #expect(try await attempt.isDone(payment) == row.isDone, "\(row)")
                let second = await attempt.error(payment)
                #expect((second == nil) == row.getsThrough, "\(row): \(String(describing: second))")
                if let second {
                    #expect(second.outcome == .unknown && second.isStored, "\(row)")
                    #expect(try await attempt.isDone(payment) == row.isDone, "\(row): asking again changes nothing")
                }
            }
        }
    }

    private func withGateway(
        _ body: (StripePayments, (String) async throws -> Void) async throws -> Void
    ) async throws {
        let program = try BuiltProgram("mock-provider", arguments: ["payments", "--port", "0", "--seed", "3"])
        let base = try await program.line(after: "payments listening on ")
        let transport = try CurlTransport()
        let gateway = StripePayments(baseURL: base, secretKey: "test", transport: transport)
        do {
            try await body(gateway) { rule in
                let request = HTTPRequest(
                    .put, base + "/__mock/faults", headers: [HTTPHeader("Content-Type", "application/json")],
                    body: Array(#"{"rules":[\#(rule)]}"#.utf8), operation: .status, effect: .repeatable,
                    deadline: SystemClock().now.advanced(by: .seconds(10)))
                let answer = try await transport.send(request)
                #expect(answer.isSuccess)
            }
        } catch {
            Issue.record(error)
        }
        await transport.shutdown()
        await program.stop()
    }
}

/// One step of a payment, made again and again under the same key.
private struct StepUnderAKey {
    let gateway: StripePayments
    let step: String
    let name: String

    private var context: CallContext {
        CallContext(deadline: SystemClock().now.advanced(by: .seconds(10)), requestID: "req_1")
    }

    private func pounds(_ amount: Int64) throws -> Money {
        Money(minorUnits: amount * 100, currency: try #require(Currency("GBP")))
    }

    /// What the step is about; for an authorization, nothing yet.
    func prepare() async throws -> String {
        guard step != "authorize" else { return "" }
        let id = try await authorize()
        if step == "refund" {
            _ = try await gateway.capture(id, amount: pounds(80), key: "\(name)/c", context: context)
        }
        return id
    }

    private func authorize() async throws -> String {
        try await gateway.authorize(
            pounds(100), token: "pm_card_visa", reference: name, key: "\(name)/a", context: context
        ).id
    }

    func error(_ payment: String) async -> PaymentError? {
        do {
            switch step {
            case "authorize": _ = try await authorize()
            case "capture":
                _ = try await gateway.capture(payment, amount: pounds(80), key: "\(name)/x", context: context)
            case "void": _ = try await gateway.void(payment, key: "\(name)/x", context: context)
            default:
                _ = try await gateway.refund(
                    payment, amount: pounds(30), reference: name, key: "\(name)/x", context: context)
            }
            return nil
        } catch {
            return error as? PaymentError
        }
    }

    func isDone(_ payment: String) async throws -> Bool {
        switch step {
        case "authorize": return try await !gateway.find(reference: name, context: context).isEmpty
        case "capture": return try await gateway.status(of: payment, context: context).state == .captured
        case "void": return try await gateway.status(of: payment, context: context).state == .voided
        default:
            let refunds = try await gateway.refunds(of: payment, context: context)
            #expect(refunds.allSatisfy { $0.reference == name })
            return refunds.count == 1
        }
    }
}
