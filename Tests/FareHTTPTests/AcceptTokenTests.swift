import FareDomain
import FareTestSupport
import Foundation
import Testing

@testable import FareHTTP

struct AcceptTokenTests {
    private let offer = OfferID("ofr_0123456789abcdefghjkmnpqrs")
    private let now = Timestamp(secondsSinceEpoch: 1_780_315_200)
    private let tokens = AcceptTokens(key: .random())

    private var token: String { tokens.token(for: offer, at: Sample.gbp(110_00), since: now) }

    @Test func aTokenSaysWhatWasAccepted() throws {
        #expect(try tokens.total(in: token, for: offer, at: now) == Sample.gbp(110_00))
        #expect(token == tokens.token(for: offer, at: Sample.gbp(110_00), since: now))
        #expect(token.utf8.allSatisfy { $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "=") })
    }

    @Test func aTokenRunsOut() throws {
        let last = now.advanced(by: AcceptTokens.lifetime - .milliseconds(1))
        #expect(try tokens.total(in: token, for: offer, at: last) == Sample.gbp(110_00))
        #expect(throws: AcceptTokens.Refusal.self) {
            try tokens.total(in: token, for: offer, at: now.advanced(by: AcceptTokens.lifetime))
        }
    }

    @Test func aTokenIsForItsOfferAndItsKeyAlone() {
        #expect(throws: AcceptTokens.Refusal.self) {
            try tokens.total(in: token, for: OfferID("ofr_other"), at: now)
        }
        let others = AcceptTokens(key: .random())
        #expect(throws: AcceptTokens.Refusal.self) { try others.total(in: token, for: offer, at: now) }
    }

    @Test func noChangedTokenIsTaken() throws {
        let seed: UInt64 = 11
        var generator = SeededGenerator(seed: seed)
        let bytes = try #require(Base64URL.bytes(token))
        for index in bytes.indices {
            var forged = bytes
            forged[index] ^= UInt8.random(in: 1...255, using: &generator)
            #expect(throws: AcceptTokens.Refusal.self, "byte \(index), seed \(seed)") {
                try tokens.total(in: Base64URL.text(forged), for: offer, at: now)
            }
        }
        for text in ["", "=", "%", String(token.dropLast()), token + "A", String(repeating: "A", count: 100_000)] {
            #expect(throws: AcceptTokens.Refusal.self) { try tokens.total(in: text, for: offer, at: now) }
        }
    }

    @Test func replicasWithOneKeyFileTakeEachOthersTokens() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-key-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let key = Data(repeating: 7, count: 32)
        try key.write(to: file)
        let one = AcceptTokens(key: try SealingKey(file: file.path))
        try (key + Data("\n".utf8)).write(to: file)
        let other = AcceptTokens(key: try SealingKey(file: file.path))
        let token = one.token(for: offer, at: Sample.gbp(1), since: now)
        #expect(try other.total(in: token, for: offer, at: now) == Sample.gbp(1))
        try key.dropLast().write(to: file)
        #expect(throws: SealingKey.Invalid.self) { try SealingKey(file: file.path) }
        #expect(throws: SealingKey.Invalid.self) { try SealingKey(file: file.path + ".none") }
    }
}
