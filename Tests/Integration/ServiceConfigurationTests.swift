import Foundation
import Testing

/// What `faremux.yaml` says, and what the environment says over it.
@Suite(.serialized) struct ServiceConfigurationTests {
    @Test func ratesAreMeantFromTheFileThatNamesThem() async throws {
        try await start { program in _ = try await program.line(after: "faremux listening on ") }
    }

    @Test func ratesInTheEnvironmentAreMeantFromTheWorkingDirectory() async throws {
        let (status, printed) = try await start(environment: ["FAREMUX_RATES": "rates.xml"]) { program in
            (try await program.exitStatus(), program.standardError)
        }
        #expect(status != 0)
        #expect(printed.contains("the exchange rates rates.xml can't be opened"), "\(printed)")
    }

    /// Runs the service in one folder by a file in another, with the rates beside the file.
    private func start<Value>(
        environment: [String: String] = [:], _ body: (BuiltProgram) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-\(UUID().uuidString)")
        let (etc, here) = (folder.appendingPathComponent("etc"), folder.appendingPathComponent("here"))
        for one in [etc, here] { try FileManager.default.createDirectory(at: one, withIntermediateDirectories: true) }
        defer { try? FileManager.default.removeItem(at: folder) }
        try FileManager.default.copyItem(
            at: BuiltProgram.project.appendingPathComponent("rates/eurofxref-daily.xml"),
            to: etc.appendingPathComponent("rates.xml"))
        let file = etc.appendingPathComponent("faremux.yaml")
        try "rates: rates.xml\n".write(to: file, atomically: true, encoding: .utf8)
        let program = try BuiltProgram(
            "faremux",
            arguments: [
                "serve", "--config", file.path, "--port", "0", "--providers",
                BuiltProgram.project.appendingPathComponent("providers").path,
            ], environment: environment, folder: here)
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
