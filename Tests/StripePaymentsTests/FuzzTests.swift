import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

/// Spoilt answers end in a typed error or in a payment, never in a crash.
struct FuzzTests {
    private static let inputs = Fuzzing.inputs()

    @Test
    func spoiltAnswersAreReadOrRefused() async {
        let intent = Fixture.intent("succeeded", received: 32_150)
        let samples = [
            intent, Fixture.refund(), Fixture.page([intent, intent]), Fixture.page([Fixture.refund()]), Fixture.html,
            Fixture.problem("card_error", "card_declined", decline: "lost_card", intent: intent),
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: Fuzzing.seed)
        var refused = 0
        for index in 0..<Self.inputs {
            let body = String(decoding: mutator.next(from: samples), as: UTF8.self)
            let reply = FakeTransport.Reply.answer(index % 5 == 0 ? 400 : 200, body: body)
            let bench = Bench(reply, reply)
            let error = await Bench.error { () throws(PaymentError) in
                switch index % 6 {
                case 0: _ = try await bench.capture()
                case 1: _ = try await bench.void()
                case 2: _ = try await bench.refund()
                case 3: _ = try await bench.refunds()
                case 4: _ = try await bench.payments()
                default:
                    _ = try await bench.gateway.find(reference: "bkg_1/1", context: bench.context)
                    _ = try await bench.status()
                }
            }
            refused += error == nil ? 0 : 1
        }
        // Most of what is spoilt must be noticed: otherwise nothing was tested.
        #expect(refused > Self.inputs / 4, "seed \(Fuzzing.seed)")
    }
}
