import Foundation

/// The document that the rows make.
struct FailureMatrix: Sendable {
    var rows: [Row]

    /// Plays all cells, several lanes at a time, and gives their rows in the cells' order.
    static func play(_ cells: [Cell], lanesPerProvider: Int, in folder: URL) async throws -> FailureMatrix {
        let lanes = World.providers.flatMap { provider in
            let own = cells.filter { $0.provider == provider }
            return (0..<lanesPerProvider).map { lane in
                own.indices.filter { $0 % lanesPerProvider == lane }.map { own[$0] }
            }
        }
        let rows = try await withThrowingTaskGroup(of: [Row].self) { group in
            for (number, lane) in lanes.enumerated() where !lane.isEmpty {
                group.addTask { try await Lane.play(lane, number: UInt64(number + 1), in: folder) }
            }
            return try await group.reduce(into: [Row]()) { $0 += $1 }
        }
        let places = Dictionary(uniqueKeysWithValues: cells.enumerated().map { ($1, $0) })
        return FailureMatrix(rows: rows.sorted { places[$0.cell, default: 0] < places[$1.cell, default: 0] })
    }

    /// The whole document.
    var document: String { Self.head + "\n" + tables }

    /// A section a step, a row a fault; providers that do the same share a row.
    var tables: String {
        Cell.Step.allCases.map { step in
            let lines = grouped(rows.filter { $0.cell.step == step }).map(Self.line)
            return "## \(step.rawValue)\n\n" + (Self.columns + lines).joined(separator: "\n")
        }.joined(separator: "\n\n") + "\n"
    }

    private static let columns = [
        "| fault | at | what happened | told first | told at last | booking | provider's ledger | gateway's ledger "
            + "| calls | at rest | verdict |", "|---|---|---|---|---|---|---|---|---|---|---|",
    ]

    private func grouped(_ rows: [Row]) -> [(row: Row, providers: [String])] {
        var groups: [(row: Row, providers: [String])] = []
        for row in rows {
            if let index = groups.firstIndex(where: { $0.row.isAlike(row) }) {
                groups[index].providers.append(row.cell.provider)
            } else {
                groups.append((row, [row.cell.provider]))
            }
        }
        return groups
    }

    private static func line(_ row: Row, _ providers: [String]) -> String {
        let columns = [
            row.fault, providers == World.providers ? "all" : providers.joined(separator: ", "), row.story, row.first,
            row.last == row.first ? "the same" : row.last, row.booking, row.orders, row.payments, row.calls, row.rest,
            row.verdict,
        ]
        return "| " + columns.joined(separator: " | ") + " |"
    }
}

extension Row {
    var fault: String {
        cell.fault.text + (cell.span == .lasting ? ", lasting" : "") + (cell.isNamed ? "" : ", of several offers")
    }

    /// The auditor's.
    var verdict: String {
        if violations.isEmpty { return "✓" }
        return "✗ " + Set(violations.map(\.kind.rawValue)).sorted().joined(separator: ", ")
    }

    /// Whether another differs by its provider alone.
    fileprivate func isAlike(_ other: Row) -> Bool {
        var other = other
        other.cell.provider = cell.provider
        other.isDisturbed = isDisturbed
        return other == self
    }
}
