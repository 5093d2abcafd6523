import FareDomain
import FarePorts
import FareTestSupport
import Foundation
import Testing

@testable import NDCProvider

/// Spoilt answers end in a typed error or in fewer offers, never in a crash.
struct FuzzTests {
    private static let inputs = Fuzzing.inputs()

    @Test
    func spoiltAnswersAreReadOrRefused() async throws {
        let samples = [
            Fixture.shopping(Fixture.offer(), Fixture.offer("OFF2", extra: Fixture.payBy)), Fixture.order(),
            Fixture.order(tickets: Fixture.ticket), Fixture.list([("ORD1", "2026-06-01T12:00:05Z")]),
            Fixture.reshop(), Fixture.cancelled(), Fixture.error("490"), Fixture.html, Fixture.pricing(Fixture.offer()),
        ].map { Array($0.utf8) }
        var mutator = Mutator(seed: Fuzzing.seed)
        let (query, search) = (try Bench.query(), try await Bench.search())
        let (request, order) = (try await Bench.request(), try Bench.order())
        var refused = 0
        for index in 0..<FuzzTests.inputs {
            let body = String(decoding: mutator.next(from: samples + Recording.pieces), as: UTF8.self)
            let bench = Bench(
                .answer(200, body: body), .answer(index % 9 == 0 ? 422 : 200, body: body), .answer(200, body: body))
            let (provider, context) = (bench.provider, bench.context)
            let error = await Bench.error { () throws(ProviderError) in
                switch index % 6 {
                case 0, 1: _ = try await provider.search(query, context: context)
                case 2: _ = try await provider.reprice(request.offer, for: request.passengers, context: context)
                case 3: _ = try await provider.status(of: order, context: context)
                case 4: _ = try await provider.find(search, context: context)
                default:
                    let quote = try await provider.quoteCancellation(of: order, context: context)
                    _ = try await provider.cancel(order, as: quote, context: context)
                }
            }
            refused += error == nil ? 0 : 1
        }
        // Most of what is spoilt must be noticed: otherwise nothing was tested.
        #expect(refused > FuzzTests.inputs / 4, "seed \(Fuzzing.seed)")
    }
}

/// A real answer, where it is at hand: it is not part of the project.
enum Recording {
    private static let path: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../shared/wire").standardized.path
        let candidates = [ProcessInfo.processInfo.environment["FAREMUX_WIRE"], beside].compactMap(\.self)
        return candidates.map { $0 + "/ndc/air_shopping_rs.19.2.BCN-LHR.xml" }
            .first { FileManager.default.fileExists(atPath: $0) }
    }()

    static var isPresent: Bool { path != nil }

    static func text() throws -> String { try String(contentsOfFile: path ?? "", encoding: .utf8) }

    /// The answer cut short to two offers, as a fuzzer takes it in its thousands.
    static let pieces: [[UInt8]] = {
        guard let whole = try? text(), let start = whole.range(of: "<ALaCarteOffer>"),
            let firstOffer = whole.range(of: "<Offer>"), let end = whole.range(of: "</CarrierOffers>")
        else { return [] }
        let offers = whole[firstOffer.lowerBound..<end.lowerBound].components(separatedBy: "</Offer>").prefix(2)
        let short = whole[..<start.lowerBound] + offers.map { $0 + "</Offer>" }.joined() + whole[end.lowerBound...]
        return [Array(short.utf8)]
    }()
}

@Suite(.enabled(if: Recording.isPresent, "no recording in ../shared/wire, nor where FAREMUX_WIRE points"))
struct RecordingTests {
    @Test
    func noRecordedOfferIsDropped() async throws {
        let answer = try await Bench.read(try Recording.text())
        #expect(answer.dropped == [:])
        #expect(answer.offers.count == 39)
        #expect(Set(answer.offers.map(\.reference)).count == 39)
        #expect(answer.offers.first?.total.description == "520.66 USD", "245.08 and 275.58")
        #expect(answer.durationMismatches == 0)
    }
}
