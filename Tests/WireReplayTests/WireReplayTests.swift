import CurlTransport
import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing
import WireFormats

/// Recorded answers of the real APIs, served back over HTTP, against what a script in Python makes of them.
@Suite(
    .enabled(
        if: RecordingFiles.areThere,
        "the recordings are not part of the project: put them into ../shared/wire, or set FAREMUX_WIRE"))
struct WireReplayTests {
    @Test(arguments: Recording.all)
    func everyRecordedOfferIsWhatAnIndependentReadingSays(_ recording: Recording) async throws {
        if !RecordingFiles.canExpect(recording.file) {
            try Test.cancel("expected.py needs a Python package for this file: see the README, and FAREMUX_PYTHON")
        }
        let answer = try await replay(recording)
        #expect(answer.dropped == [:])
        let expected = try JSONDocument(PaddedBytes(try RecordingFiles.expected(recording.file))).root
        let wanted = try expected.elements("offers").map { try NormalisedOffer($0) }.sorted()
        let found = answer.offers.map { NormalisedOffer($0) }.sorted()
        #expect(!wanted.isEmpty)
        #expect(found.count == wanted.count)
        for (found, wanted) in zip(found, wanted) { #expect(found == wanted) }
    }

    private func replay(_ recording: Recording) async throws -> SearchAnswer {
        let server = try ReplayServer()
        defer { server.stop() }
        let transport = try CurlTransport()
        let provider = recording.provider(server.baseURL, transport)
        let result: Result<SearchAnswer, any Error>
        do {
            result = .success(try await ask(provider, recording, server))
        } catch {
            result = .failure(error)
        }
        await transport.shutdown()
        return try result.get()
    }

    private func ask(
        _ provider: any FareProvider, _ recording: Recording, _ server: ReplayServer
    ) async throws -> SearchAnswer {
        let context = CallContext(deadline: SystemClock().now.advanced(by: .seconds(30)), requestID: "replay")
        switch recording.call {
        case .search:
            try serve(recording.file, recording.envelope, on: server)
            return try await provider.search(try Self.query(), context: context)
        case .reprice(let searched):
            try serve(searched, nil, on: server)
            let offer = try #require(try await provider.search(try Self.query(), context: context).offers.first)
            try serve(recording.file, recording.envelope, on: server)
            return SearchAnswer(offers: [try await provider.reprice(offer, for: [], context: context)])
        }
    }

    private func serve(_ file: String, _ envelope: (opening: String, closing: String)?, on server: ReplayServer) throws
    {
        var body = try RecordingFiles.bytes(file)
        if let envelope {
            let data = try JSONDocument(PaddedBytes(body)).root.require("data")
            body = Array(envelope.opening.utf8) + data.rawBytes + Array(envelope.closing.utf8)
        }
        server.serve(body, type: file.hasSuffix(".xml") ? "application/xml" : "application/json")
    }

    /// Any: the answer is the recording whatever is asked.
    private static func query() throws -> SearchQuery {
        let slice = QuerySlice(
            origin: try #require(LocationCode("LHR")), destination: try #require(LocationCode("JFK")),
            departureDate: try #require(LocalDate(year: 2026, month: 12, day: 10)))
        return SearchQuery(
            slices: [slice], passengers: [SearchedPassenger(type: .adult)], cabin: .economy,
            currency: try #require(Currency("GBP")))
    }
}
