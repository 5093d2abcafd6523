import FareDomain
import FarePorts
import FareTestSupport
import Glibc
import Testing
import WireFormats

@testable import AmadeusProvider

/// Real payloads beside the project, where there are any: `FAREMUX_WIRE`, or `shared/wire` next to the project's
/// folder.
enum RealSamples {
    struct Sample: Sendable {
        let name: String
        let body: [UInt8]
    }

    static let all: [Sample] = {
        let names = [
            "FlightOffersSearch_v2.get.200", "FlightOffersSearch_v2.post.200", "FlightOffersPrice_v1.post.200",
            "FlightCreateOrders_v1.post.201", "FlightOrderManagement_v1.get.200", "FlightCreateOrders_v1.post.400",
            "FlightOrderManagement_v1.get.404", "FlightOrderManagement_v1.get.default",
        ]
        return names.compactMap { name in
            read("\(folder)/amadeus/\(name).json").map { Sample(name: name, body: $0) }
        }
    }()

    static var orders: [Sample] { named("FlightCreateOrders_v1.post.201") + named("FlightOrderManagement_v1.get.200") }

    static func named(_ prefix: String) -> [Sample] { all.filter { $0.name.hasPrefix(prefix) } }

    private static let folder: String = {
        if let folder = getenv("FAREMUX_WIRE") { return String(cString: folder) }
        // <project>/providers/amadeus/Tests/RealSampleTests.swift
        let project = #filePath.split(separator: "/").dropLast(4)
        return "/" + project.dropLast().joined(separator: "/") + "/shared/wire"
    }()

    private static func read(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 65_536)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 { bytes += chunk[..<count] }
        return bytes
    }
}

@Suite("Amadeus: real payloads", .enabled(if: !RealSamples.all.isEmpty, "no real payloads beside the project"))
struct RealSampleTests {
    @Test func everyOfferOfEverySearchIsRead() async throws {
        let samples = RealSamples.named("FlightOffersSearch")
        try #require(!samples.isEmpty)
        for sample in samples {
            let harness = AmadeusHarness(.answer(200, body: String(decoding: sample.body, as: UTF8.self)))
            let answer = try await harness.provider.search(AmadeusFixture.query(), context: harness.context)
            #expect(answer.dropped == [:], "\(sample.name)")
            #expect(answer.offers.count == 2, "\(sample.name)")
        }
    }

    @Test func aPricedOfferIsRead() async throws {
        let offer = try await AmadeusHarness.offer(AmadeusFixture.offer())
        let samples = RealSamples.named("FlightOffersPrice")
        try #require(!samples.isEmpty)
        for sample in samples {
            let harness = AmadeusHarness(.answer(200, body: String(decoding: sample.body, as: UTF8.self)))
            let live = try await harness.provider.reprice(offer, for: [], context: harness.context)
            #expect(live.total.amount == "2778.98")
        }
    }

    @Test(arguments: RealSamples.orders)
    func anOrderIsRead(sample: RealSamples.Sample) async throws {
        let harness = AmadeusHarness(.answer(200, body: String(decoding: sample.body, as: UTF8.self)))
        let order = try await harness.provider.status(of: AmadeusHarness.heldOrder(), context: harness.context)
        #expect(order.locator == "2ZYVAL")
        #expect(order.total.amount == "689.21")
        #expect(order.state == .held)
        #expect(order.passengerNames.count == 3)
    }
}
