import Foundation
import Testing

@Suite struct WatchdogTests {
    @Test func aProgramDoesNotOutliveTheTestsThatStartedIt() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-pid-\(UUID().uuidString)")
            .path
        defer { try? FileManager.default.removeItem(atPath: file) }
        await #expect(processExitsWith: .signal(SIGKILL)) { [file = file as String] in
            let ended = try BuiltProgram("mock-provider", arguments: ["duffel", "--port", "0"])
            ended.crash()
            let mock = try BuiltProgram("mock-provider", arguments: ["duffel", "--port", "0"])
            _ = try await mock.line(after: "duffel listening on ")
            try "\(mock.pid)".write(toFile: file, atomically: true, encoding: .utf8)
            kill(getpid(), SIGKILL)
        }
        let pid = try String(contentsOfFile: file, encoding: .utf8)
        try await poll("the mock's end") {
            (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/exe")) == nil
        }
    }
}
