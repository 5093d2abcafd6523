import Foundation

/// Where the recordings are, and what `expected.py` says of them.
///
/// The recordings are not part of the project. They lie in `shared/wire` beside it, or where `FAREMUX_WIRE` points.
enum RecordingFiles {
    static let directory: String? = {
        let beside = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../shared/wire").standardized.path
        let candidates = [ProcessInfo.processInfo.environment["FAREMUX_WIRE"], beside].compactMap(\.self)
        return candidates.first { FileManager.default.fileExists(atPath: $0) }
    }()

    /// Whether there are recordings, and a Python that can work out what they say.
    static let areThere = directory != nil && (try? python("--version")) != nil

    static func bytes(_ file: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(fileURLWithPath: path(file))))
    }

    /// Whether Python has what it takes to work out that file.
    static func canExpect(_ file: String) -> Bool { (try? python(script, "--check", file)) != nil }

    static func expected(_ file: String) throws -> [UInt8] {
        try python(script, directory ?? "", file)
    }

    private static let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("expected.py").path

    private static func path(_ file: String) -> String { (directory ?? "") + "/" + file }

    /// - Returns: what it printed.
    /// - Throws: unless it ended well.
    @discardableResult
    private static func python(_ arguments: String...) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [ProcessInfo.processInfo.environment["FAREMUX_PYTHON"] ?? "python3"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw PythonFailure(status: process.terminationStatus) }
        return Array(printed)
    }

    struct PythonFailure: Error {
        let status: Int32
    }
}
