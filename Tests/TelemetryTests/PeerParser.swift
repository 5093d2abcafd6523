import FareTestSupport
import Foundation

/// Prometheus' own Python client, as a second opinion.
enum PeerParser {
    /// Whether there is a Python that has it. `FAREMUX_PYTHON` names one; `make test` sets it.
    static let isThere = (try? run(["--check"], input: [])) != nil

    private struct Line: Decodable {
        var name: String
        var labels: [String: String]
        var value: String
    }

    static func samples(in exposition: [UInt8]) throws -> [Exposition.Sample] {
        try JSONDecoder().decode([Line].self, from: run([], input: exposition)).map { line in
            Exposition.Sample(name: line.name, labels: line.labels, value: Double(line.value) ?? .nan)
        }
    }

    private struct Failure: Error {
        var status: Int32
    }

    private static func run(_ arguments: [String], input: [UInt8]) throws -> Data {
        // A file: a pipe could fill up in both directions.
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-\(UUID().uuidString).prom")
        try Data(input).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("check.py").path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["FAREMUX_PYTHON"] ?? "python3", script] + arguments
        process.standardInput = try FileHandle(forReadingFrom: file)
        let output = Pipe()
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(status: process.terminationStatus) }
        return printed
    }
}
