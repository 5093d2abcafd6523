import Foundation
import Synchronization

/// A built program, run as a process of its own.
final class BuiltProgram: Sendable {
    private let process: Mutex<Process>
    private let output: OutputLog
    let pid: Int32

    /// Starts `name` with what it needs in its environment, and nothing of the test's own.
    init(_ name: String, arguments: [String], environment: [String: String] = [:], folder: URL? = nil) throws {
        let process = Process()
        process.executableURL = Self.folder.appendingPathComponent(name)
        process.arguments = arguments
        var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("FAREMUX_") }
        inherited.merge(environment) { _, new in new }
        process.environment = inherited
        if let folder { process.currentDirectoryURL = folder }
        process.standardInput = FileHandle.nullDevice
        let output = OutputLog()
        process.standardOutput = output.pipe(.standard)
        process.standardError = output.pipe(.error)
        try process.run()
        pid = process.processIdentifier
        self.output = output
        self.process = Mutex(process)
    }

    /// Where the build put the programs: beside the test bundle.
    static var folder: URL {
        Bundle.main.executableURL.map { $0.deletingLastPathComponent() } ?? URL(fileURLWithPath: ".build/debug")
    }

    /// The root of the project.
    static var project: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    var standardOutput: String { output.text(.standard) }
    var standardError: String { output.text(.error) }
    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Waits for a line of standard output that begins so, and gives what comes after it.
    func line(after prefix: String, within limit: Duration = .seconds(30)) async throws -> String {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            let lines = standardOutput.split(separator: "\n", omittingEmptySubsequences: true)
            // The last line may not be whole yet.
            let whole = standardOutput.hasSuffix("\n") ? lines[...] : lines.dropLast()
            if let line = whole.first(where: { $0.hasPrefix(prefix) }) { return String(line.dropFirst(prefix.count)) }
            guard isRunning else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw HarnessError("no line \(prefix)… in: \(standardOutput)\n\(standardError)")
    }

    /// SIGTERM, and SIGKILL if that is not enough; then waits for it to be gone.
    func stop() {
        if isRunning { kill(pid, SIGTERM) }
        let end = Date().addingTimeInterval(40)
        while isRunning, Date() < end { usleep(5000) }
        crash()
    }

    /// SIGKILL, as a crash; then waits for it to be gone.
    func crash() {
        if isRunning { kill(pid, SIGKILL) }
        process.withLock { $0.waitUntilExit() }
    }

    /// Waits for it to end by itself, and gives its exit status.
    func exitStatus(within limit: Duration = .seconds(60)) async throws -> Int32 {
        let end = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        guard !isRunning else {
            crash()
            throw HarnessError("still running: \(standardOutput)\n\(standardError)")
        }
        // Output may trail the exit by a moment.
        try await Task.sleep(for: .milliseconds(50))
        return process.withLock { $0.terminationStatus }
    }
}

struct HarnessError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a process has printed so far.
private final class OutputLog: Sendable {
    enum Stream { case standard, error }

    private let bytes = Mutex<(standard: Data, error: Data)>((Data(), Data()))

    func pipe(_ stream: Stream) -> Pipe {
        let pipe = Pipe()
        pipe.fileHandleForReading.readabilityHandler = { [self] handle in
            let data = handle.availableData
            guard !data.isEmpty else {
                handle.readabilityHandler = nil
                return
            }
            bytes.withLock {
                switch stream {
                case .standard: $0.standard.append(data)
                case .error: $0.error.append(data)
                }
            }
        }
        return pipe
    }

    func text(_ stream: Stream) -> String {
        bytes.withLock { String(decoding: stream == .standard ? $0.standard : $0.error, as: UTF8.self) }
    }
}
