import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import Resilience
import Testing

@testable import DuffelProvider

/// Spoilt answers end in a typed error or in fewer offers, never in a crash.
struct FuzzTests {
    private static let inputs = Fuzzing.inputs()

    @Test
    func spoiltAnswersAreReadOrRefused() async throws {
        let own = [
            Fixture.search(Fixture.offer(), Fixture.offer(tax: "null")), Fixture.data(Fixture.order()),
            Fixture.page([Fixture.order()]), Fixture.data(Fixture.cancellation()),
            Fixture.problem("airline_error", "airline_unknown"), Fixture.html,
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: Fuzzing.seed)
        let query = try Bench.query()
        let search = OrderSearch(
            reference: "bkg_1/1", passengers: [Bench.ada], itinerary: try await Bench.offer().itinerary,
            createdAfter: Timestamp(secondsSinceEpoch: 0))
        let order = try Bench.heldOrder()
        var refused = 0
        for index in 0..<FuzzTests.inputs {
            let body = String(decoding: mutator.next(from: own + Recordings.small), as: UTF8.self)
            let status = index % 7 == 0 ? 422 : 200
            let clock = ManualClock()
            let transport = FakeTransport(clock: clock, [], otherwise: .answer(status, body: body))
            let provider = DuffelProvider(
                id: ProviderID("duffel"), baseURL: "http://duffel.test", token: "t", transport: transport, clock: clock)
            let context = CallContext(deadline: clock.now.advanced(by: .seconds(8)), requestID: "r")
            let error = await Bench.error { () throws(ProviderError) in
                switch index % 4 {
                case 0: _ = try await provider.search(query, context: context)
                case 1: _ = try await provider.status(of: order, context: context)
                case 2: _ = try await provider.find(search, context: context)
                default:
                    _ = try await provider.cancel(
                        order, as: try await provider.quoteCancellation(of: order, context: context), context: context)
                }
            }
            refused += error == nil ? 0 : 1
        }
        // Most of what is spoilt must be noticed: otherwise nothing was tested.
        #expect(refused > FuzzTests.inputs / 4, "seed \(Fuzzing.seed)")
    }
}

/// Real answers of Duffel's, where they are at hand: they are not part of the project.
enum Recordings {
    static let directory: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../shared/wire").standardized.path
        let candidates = [ProcessInfo.processInfo.environment["FAREMUX_WIRE"], beside].compactMap(\.self)
        return candidates.first { FileManager.default.fileExists(atPath: $0 + "/duffel") }
    }()

    /// Those that a fuzzer can take in their thousands.
    static let small: [[UInt8]] =
        directory == nil
        ? []
        : [
            "offers_show.json", "orders_show.json", "order_cancellations_show.json", "payments_show.json",
            "airline_error.json", "api_error.json", "validation_error.json", "error.html",
        ].compactMap { try? bytes($0) }

    static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: "\(directory ?? "")/duffel/\(file)")))
    }
}

@Suite(.enabled(if: Recordings.directory != nil, "no recordings in ../shared/wire, nor where FAREMUX_WIRE points"))
struct RecordingTests {
    @Test
    func noRecordedOfferIsDropped() async throws {
        let body = String(
            decoding: try Recordings.bytes("offer_requests_create_with_offers.json"), as: UTF8.self)
        let bench = Bench(.answer(201, body: body))
        let answer = try await bench.provider.search(try Bench.query(), context: bench.context)
        #expect(answer.dropped == [:])
        #expect(answer.offers.count == 68)
        #expect(answer.durationMismatches == 0)
    }

    @Test
    func everyRecordedOrderIsRead() async throws {
        let body = String(decoding: try Recordings.bytes("orders_list.json"), as: UTF8.self)
        let bench = Bench(.answer(200, body: body.replacing(/"after":\s*"[^"]*"/, with: #""after":null"#)))
        let search = OrderSearch(
            reference: "bkg_1/1", passengers: [Bench.ada], itinerary: try await Bench.offer().itinerary,
            createdAfter: Timestamp(secondsSinceEpoch: 0))
        #expect(try await bench.provider.find(search, context: bench.context).isEmpty)
    }
}
