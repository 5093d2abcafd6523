import FareDomain
import FarePorts
import FareTestSupport
import Testing
import WireFormats

@testable import AmadeusProvider

/// Spoilt answers bring typed errors or answers, never a trap.
@Suite("Amadeus: spoilt answers")
struct FuzzTests {
    private static let inputs = Fuzzing.inputs()

    private static let samples =
        [
            AmadeusFixture.searchAnswer(AmadeusFixture.roundTrip, AmadeusFixture.offer(extra: AmadeusFixture.rules)),
            AmadeusFixture.pricingAnswer(AmadeusFixture.offer(extra: AmadeusFixture.rules)),
            AmadeusFixture.order(extra: #""tickets":[{"documentStatus":"ISSUED"}]"#), AmadeusFixture.token,
            AmadeusFixture.error("37200", title: "PRICE DISCREPANCY", detail: "price (3.1) is"),
            #"{"error":"invalid_client","code":"38187","title":"x"}"#,
        ].map { Array($0.utf8) } + RealSamples.all.map(\.body)

    @Test func noSpoiltAnswerTrapsAnyCall() async throws {
        var mutator = Mutator(seed: Fuzzing.seed)
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        var answered = 0
        for index in 0..<Self.inputs {
            let body = String(decoding: mutator.next(from: Self.samples), as: UTF8.self)
            let status = [200, 201, 400, 401, 404, 500][index % 6]
            let harness = AmadeusHarness(.answer(status, body: body), .answer(status, body: body))
            do throws(ProviderError) {
                try await call(index % 5, harness, offer)
                answered += 1
            } catch {
                #expect(!error.detail.isEmpty, "seed \(Fuzzing.seed), input \(index)")
            }
        }
        // Some changes hit what nobody reads.
        #expect(answered > 0, "seed \(Fuzzing.seed)")
    }

    private func call(_ which: Int, _ harness: AmadeusHarness, _ offer: ProviderOffer) async throws(ProviderError) {
        let (provider, context) = (harness.provider, harness.context)
        guard let query = try? AmadeusFixture.query(), let order = try? AmadeusHarness.heldOrder() else { return }
        switch which {
        case 0:
            for offer in try await provider.search(query, context: context).offers {
                _ = try? TravelerSeats.assign([AmadeusFixture.ada], payload: offer.payload)
            }
        case 1: _ = try await provider.reprice(offer, for: [], context: context)
        case 2: _ = try await provider.hold(AmadeusHarness.request(offer), context: context)
        case 3: _ = try await provider.status(of: order, context: context)
        default: try await provider.release(order, context: context)
        }
    }

    @Test func noSpoiltTokenTrapsTheKeeper() async throws {
        var mutator = Mutator(seed: Fuzzing.seed)
        let clock = ManualClock()
        for _ in 0..<Self.inputs / 4 {
            let body = String(decoding: mutator.next(from: Array(AmadeusFixture.token.utf8)), as: UTF8.self)
            let transport = FakeTransport(clock: clock) { request, _ in
                request.operation == .token ? .answer(200, body: body) : .answer(200, body: AmadeusFixture.order())
            }
            let provider = AmadeusHarness.provider(transport, clock)
            _ = try? await provider.status(of: AmadeusHarness.heldOrder(), context: AmadeusFixture.context(clock))
            // No token ever breaks a header.
            for value in transport.requests.compactMap({ $0.header("Authorization") }) {
                #expect(value.utf8.allSatisfy { (0x20..<0x7F).contains($0) }, "seed \(Fuzzing.seed)")
            }
        }
    }
}
