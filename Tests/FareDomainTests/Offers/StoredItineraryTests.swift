import FareDomain
import Foundation
import Testing

/// What is never empty or malformed by its initializer isn't so when it comes from a disk either.
struct StoredItineraryTests {
    private let itinerary = offer("a").fare.itinerary

    private func stored(_ value: some Encodable) throws -> String {
        String(decoding: try JSONEncoder().encode(value), as: UTF8.self)
    }

    private func read<Value: Decodable>(_ type: Value.Type, _ text: String) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    @Test func whatWasStoredComesBack() throws {
        #expect(try read(Itinerary.self, try stored(itinerary)) == itinerary)
        let segment = try #require(itinerary.slices.first?.segments.first)
        #expect(try read(Segment.self, try stored(segment)) == segment)
    }

    @Test func nothingEmptyComesBack() {
        #expect(throws: DecodingError.self) { try read(Itinerary.self, #"{"slices":[]}"#) }
        #expect(throws: DecodingError.self) { try read(Slice.self, #"{"segments":[]}"#) }
        #expect(throws: DecodingError.self) { try read(Itinerary.self, #"{"slices":[{"segments":[]}]}"#) }
    }

    @Test(arguments: ["", "lhr", "LH", "LHRX", "ÄÖÜ", "1HR"])
    func noPlaceComesBackThatIsNoCode(_ code: String) {
        #expect(throws: DecodingError.self) { try read(LocationCode.self, #"{"rawValue":"\#(code)"}"#) }
    }

    @Test(arguments: ["", "b", "ba", "BAWX", "Ä"])
    func noCarrierComesBackThatIsNoCode(_ code: String) {
        #expect(throws: DecodingError.self) { try read(CarrierCode.self, #"{"rawValue":"\#(code)"}"#) }
    }
}
