import Foundation
import Testing

/// A provider's own rules for booking come from its `provider.yaml`, and what is wrong in it stops the start.
@Suite(.serialized) struct ProviderConfigurationTests {
    @Test(arguments: [
        ("quarantine_seconds: -1", "quarantine_seconds: must be a whole number from 0 to 3600"),
        ("quarantine_seconds: 3601", "quarantine_seconds: must be a whole number from 0 to 3600"),
        ("quarantine_seconds: soon", "quarantine_seconds: must be a whole number from 0 to 3600"),
        ("book_without_lookup: maybe", "book_without_lookup: must be true or false"),
        ("book_without_look_up: true", "book_without_look_up: is not a known key"),
    ])
    func aWrongRuleIsNamed(_ line: String, _ reason: String) async throws {
        let (status, printed) = try await start(with: line) { program in
            (try await program.exitStatus(), program.standardError)
        }
        #expect(status != 0)
        #expect(printed.contains("/one/provider.yaml: \(reason)"), "\(printed)")
    }

    @Test(arguments: ["", "quarantine_seconds: 0", "quarantine_seconds: 60\nbook_without_lookup: true"])
    func aSoundRuleIsTaken(_ lines: String) async throws {
        try await start(with: lines) { program in
            _ = try await program.line(after: "faremux listening on ")
        }
    }

    /// Runs the service on one provider that nobody calls.
    private func start<Value>(
        with lines: String, _ body: (BuiltProgram) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-\(UUID().uuidString)")
        let provider = folder.appendingPathComponent("providers/one")
        try FileManager.default.createDirectory(at: provider, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let text = "id: one\ndialect: amadeus\nbase_url: http://127.0.0.1:9\n\(lines)\n"
        try text.write(to: provider.appendingPathComponent("provider.yaml"), atomically: true, encoding: .utf8)
        let program = try BuiltProgram(
            "faremux", arguments: ["serve", "--port", "0", "--providers", folder.path + "/providers"],
            environment: ["FAREMUX_STORE": "sqlite:///faremux.db"], folder: folder)
        do {
            let result = try await body(program)
            await program.stop()
            return result
        } catch {
            await program.stop()
            throw error
        }
    }
}
