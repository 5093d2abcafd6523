import Foundation
import Testing

/// One thing goes wrong at a time; what comes of it is what `docs/failure-matrix.md` says.
@Suite(.serialized) struct FailureMatrixTests {
    private static let environment = ProcessInfo.processInfo.environment
    /// `duffel hold once`: cells to be played alone, and printed.
    private static let only = environment["FAREMUX_MATRIX_ONLY"]
    private static let document = BuiltProgram.project.appendingPathComponent("docs/failure-matrix.md")

    /// Three processes each, which mostly wait.
    private static let lanesPerProvider = max(1, ProcessInfo.processInfo.activeProcessorCount)

    /// With `FAREMUX_MATRIX_WRITE`, as in `make failure-matrix`, it is made so.
    @Test(.disabled(if: only != nil)) func theMatrixIsAsItIsWritten() async throws {
        var matrix = try await play(Cell.all)
        let disturbed = matrix.rows.filter(\.isDisturbed).map(\.cell.description)
        if Self.environment["FAREMUX_MATRIX_WRITE"] != nil {
            try #require(disturbed.isEmpty, "not written: the machine is too busy to say how these go: \(disturbed)")
            try matrix.document.write(to: Self.document, atomically: true, encoding: .utf8)
        }
        let written = try String(contentsOf: Self.document, encoding: .utf8)
        let known = WrittenMatrix(written)
        matrix.rows = matrix.rows.map(known.completing)
        print("compared without what depends on time, as the machine stood still: \(disturbed)")
        let seen = matrix.document
        #expect(seen == written, "\(Self.difference(from: written, to: seen))")
    }

    @Test(.enabled(if: only != nil)) func someCells() async throws {
        let words = Self.only?.split(separator: " ").map(String.init) ?? []
        let cells = Cell.all.filter { cell in
            let own = cell.description.split { " ,".contains($0) }.map(String.init)
            return words.allSatisfy(own.contains)
        }
        #expect(!cells.isEmpty)
        print(try await play(cells).tables)
    }

    private func play(_ cells: [Cell]) async throws -> FailureMatrix {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("faremux-matrix-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let start = ContinuousClock.now
        let matrix = try await FailureMatrix.play(cells, lanesPerProvider: Self.lanesPerProvider, in: folder)
        print("\(cells.count) cells in \(start.duration(to: .now).milliseconds / 1000) s")
        for row in matrix.rows {
            for violation in row.violations { Issue.record("\(row.cell): \(violation); files: \(folder.path)") }
        }
        if matrix.rows.allSatisfy(\.violations.isEmpty) { try? FileManager.default.removeItem(at: folder) }
        return matrix
    }

    /// The lines that are gone, and those that are new.
    private static func difference(from written: String, to seen: String) -> String {
        let (old, new) = (written.split(separator: "\n"), seen.split(separator: "\n"))
        return new.difference(from: old).map { change in
            switch change {
            case .remove(_, let line, _): "- \(line)"
            case .insert(_, let line, _): "+ \(line)"
            }
        }.joined(separator: "\n")
    }
}
