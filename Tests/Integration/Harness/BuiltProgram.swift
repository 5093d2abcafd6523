import Foundation
import Synchronization

/// A built program, run as a process of its own.
final class BuiltProgram: Sendable {
    private let process: Mutex<Process>
    private let output: OutputLog
    let pid: Int32

    /// Starts `name` with what it needs in its environment, and nothing of the test's own.
    ///
    /// - Parameter logs: where what it prints is kept, without an ending. Nil: until the test is over.
    init(
        _ name: String, arguments: [String], environment: [String: String] = [:], folder: URL? = nil, logs: URL? = nil
    ) throws {
        let process = Process()
        process.executableURL = Self.folder.appendingPathComponent(name)
        process.arguments = arguments
        var inherited = ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("FAREMUX_") }
        inherited.merge(environment) { _, new in new }
        process.environment = inherited
        if let folder { process.currentDirectoryURL = folder }
        process.standardInput = FileHandle.nullDevice
        let output = try OutputLog(stem: logs)
        process.standardOutput = try FileHandle(forWritingTo: output.standard)
        process.standardError = try FileHandle(forWritingTo: output.error)
        let watchdog = try Watchdog.shared.get()
        try process.run()
        pid = process.processIdentifier
        try watchdog.watch(pid)
        self.output = output
        self.process = Mutex(process)
    }

    deinit { if !output.isKept { output.remove() } }

    /// Where the build put the programs: beside the test bundle, unless `FAREMUX_PROGRAMS` names another folder.
    static var folder: URL {
        if let path = ProcessInfo.processInfo.environment["FAREMUX_PROGRAMS"] { return URL(fileURLWithPath: path) }
        return Bundle.main.executableURL.map { $0.deletingLastPathComponent() } ?? URL(fileURLWithPath: ".build/debug")
    }

    /// The root of the project.
    static var project: URL {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
    }

    var standardOutput: String { output.text(output.standard) }
    var standardError: String { output.text(output.error) }
    var isRunning: Bool { process.withLock { $0.isRunning } }

    /// Waits for a line of standard output that begins so, and gives what comes after it.
    func line(after prefix: String, within limit: Duration = .seconds(30)) async throws -> String {
        let end = ContinuousClock.now + limit
        while ContinuousClock.now < end {
            let printed = standardOutput
            let lines = printed.split(separator: "\n", omittingEmptySubsequences: true)
            // The last line may not be whole yet.
            let whole = printed.hasSuffix("\n") ? lines[...] : lines.dropLast()
            if let line = whole.first(where: { $0.hasPrefix(prefix) }) { return String(line.dropFirst(prefix.count)) }
            guard isRunning else { break }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw HarnessError("no line \(prefix)… in: \(standardOutput)\n\(standardError)")
    }

    /// SIGTERM, and SIGKILL if that is not enough; then waits for it to be gone.
    func stop() async {
        if isRunning { kill(pid, SIGTERM) }
        let end = ContinuousClock.now + .seconds(40)
        while isRunning, ContinuousClock.now < end { try? await Task.sleep(for: .milliseconds(5)) }
        crash()
    }

    /// SIGKILL, as a crash; then waits for it to be gone.
    func crash() {
        if isRunning { kill(pid, SIGKILL) }
        process.withLock { $0.waitUntilExit() }
        forget()
    }

    /// It is gone, and so is its number.
    private func forget() { try? Watchdog.shared.get().forget(pid) }

    /// Waits for it to end by itself, and gives its exit status.
    func exitStatus(within limit: Duration = .seconds(60)) async throws -> Int32 {
        let end = ContinuousClock.now + limit
        while isRunning, ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        guard !isRunning else {
            crash()
            throw HarnessError("still running: \(standardOutput)\n\(standardError)")
        }
        forget()
        return process.withLock { $0.terminationStatus }
    }
}

struct HarnessError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

/// What a process has printed so far. Into files: pipes would need someone to read them all the time.
private struct OutputLog: Sendable {
    let standard: URL
    let error: URL
    let isKept: Bool

    init(stem: URL?) throws {
        isKept = stem != nil
        let stem =
            stem
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("faremux-output-\(UUID().uuidString)")
        standard = stem.appendingPathExtension("out")
        error = stem.appendingPathExtension("err")
        for file in [standard, error] {
            guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
                throw HarnessError("can't write \(file.path)")
            }
        }
    }

    func text(_ file: URL) -> String {
        FileManager.default.contents(atPath: file.path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    func remove() {
        for file in [standard, error] { try? FileManager.default.removeItem(at: file) }
    }
}
