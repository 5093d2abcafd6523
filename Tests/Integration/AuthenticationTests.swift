import FarePorts
import Foundation
import Testing
import WireFormats

/// With a keys file, a caller needs a key for what it asks.
@Suite(.serialized) struct AuthenticationTests {
    // SHA-256 of "reader-key", of "booker-key" and of "watcher-key".
    private static let reader = "reader:ec4408df15da46b328f6f3246fa723d0aa6cb0f0a0dd9c4626080ab1b02aa3b2:search"
    private static let booker = "booker:515d9f9f26f66b0afc9aa7c8173419604bd707be405a4f2a25fc28d45f4e279a:search,book"
    private static let watcher = "watcher:8c921924dd1544d43d5f735d62925ec64593b027133564d240d3403dfea6cf1e:operate"

    private func withKeys(
        _ lines: [String], _ body: @Sendable (World, URL) async throws -> Void
    ) async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-keys-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try write(lines, to: file)
        try await World.run(environment: ["FAREMUX_API_KEYS_FILE": file.path]) { try await body($0, file) }
    }

    private func write(_ lines: [String], to file: URL) throws {
        try Data(lines.joined(separator: "\n").utf8).write(to: file)
    }

    private func status(_ path: String, _ authorization: String?, in world: World) async throws -> Int {
        let headers = authorization.map { [HTTPHeader("Authorization", $0)] } ?? []
        return try await world.service.post(path, Requests.search(), headers: headers).status
    }

    @Test func aKeyOpensWhatItsScopesSay() async throws {
        try await withKeys(["# callers", Self.reader, Self.booker]) { world, _ in
            let cases = [
                ("/search", "Bearer reader-key", 200), ("/search", "bearer booker-key", 200),
                ("/cheapest-booking", "Bearer reader-key", 403),
                // Let in, and then asked for its idempotency key.
                ("/cheapest-booking", "Bearer booker-key", 400),
            ]
            for (path, authorization, expected) in cases {
                let status = try await status(path, authorization, in: world)
                #expect(status == expected, "\(path) \(authorization)")
            }
        }
    }

    @Test func withoutAKeyOnlyTheOpenPathsAnswer() async throws {
        try await withKeys([Self.reader]) { world, _ in
            for path in ["/ping", "/livez", "/readyz", "/health", "/problems/unauthorized"] {
                #expect(try await world.service.get(path).status == 200)
            }
            for authorization in [nil, "", "Bearer", "Bearer ", "Bearer other", "Basic reader-key", "reader-key"] {
                #expect(try await status("/search", authorization, in: world) == 401, "\(authorization ?? "none")")
            }
            // Before anything is said of the body, or of whether the path exists.
            let answer = try await world.service.send(.post, "/search", body: Array("nonsense".utf8))
            #expect(answer.status == 401)
            #expect(answer.header("WWW-Authenticate") == "Bearer")
            #expect(try answer.json.string("code") == "unauthorized")
            #expect(try await world.service.get("/nowhere").status == 401)
        }
    }

    @Test func metricsAreForOperators() async throws {
        try await withKeys([Self.booker, Self.watcher]) { world, _ in
            for (key, expected) in [(nil, 401), ("booker-key", 403), ("watcher-key", 200)] {
                let headers = key.map { [HTTPHeader("Authorization", "Bearer \($0)")] } ?? []
                let answer = try await world.service.send(.get, "/metrics", headers: headers)
                #expect(answer.status == expected, "\(key ?? "none")")
            }
        }
    }

    @Test func aChangedFileIsReadAgainAndABrokenOneIsNot() async throws {
        try await withKeys([Self.reader]) { world, file in
            try write([Self.reader, "nonsense"], to: file)
            #expect(try await status("/search", "Bearer reader-key", in: world) == 200)
            try write([Self.booker], to: file)
            #expect(try await status("/search", "Bearer reader-key", in: world) == 401)
            #expect(try await status("/search", "Bearer booker-key", in: world) == 200)
        }
    }
}
