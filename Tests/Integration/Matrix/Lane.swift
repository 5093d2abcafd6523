import FareDomain
import FarePorts
import Foundation
import Synchronization
import WireFormats

/// A world of one provider, in which one cell is played after another: a rule of a mock strikes whoever is there.
struct Lane: Sendable {
    let provider: String
    let number: UInt64
    let stage: Stage
    private let trail = Trail()
    private let shelf: Shelf

    /// How often a cell is played at most, where the machine stands still in it.
    private static let plays = 3
    /// How the service of a lane is configured.
    private static let settings = [
        "FAREMUX_QUARANTINE_SECONDS": "2", "FAREMUX_RECOVERY_SECONDS": "1", "FAREMUX_RECONCILIATION_SECONDS": "2",
        "FAREMUX_PAYMENTS_TIMEOUT_MS": "1000",
    ]

    /// Plays cells of one provider, and gives a row for each.
    static func play(_ cells: [Cell], number: UInt64, in parent: URL) async throws -> [Row] {
        guard let provider = cells.first?.provider else { return [] }
        let folder = parent.appendingPathComponent("lane-\(number)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // Nothing is at stake in a search, and the first takes its time.
        let stage = try await Stage(
            seed: 1, folder: folder, providers: [provider], searchTimeout: .seconds(8), settings: settings)
        do {
            let rows = try await Lane(provider: provider, number: number, stage: stage).play(cells)
            await stage.stop()
            return rows
        } catch {
            await stage.stop()
            throw error
        }
    }

    private init(provider: String, number: UInt64, stage: Stage) {
        self.provider = provider
        self.number = number
        self.stage = stage
        shelf = Shelf(stage)
    }

    private func play(_ cells: [Cell]) async throws -> [Row] {
        var rows: [Row] = []
        var everybody: [Asked] = []
        // What lasts comes last: it leaves circuits open and retries used up, and each needs a service that has
        // neither.
        for cell in cells.filter({ $0.span == .once }) + cells.filter({ $0.span == .lasting }) {
            for play in 1...Self.plays {
                let (result, asked, stall) = try await self.play(
                    cell, party: Plan.familyName(number, everybody.count))
                everybody.append(asked)
                let isDisturbed = stall >= Stall.tolerable
                if isDisturbed, play < Self.plays, (try? result.get())?.violations.isEmpty != false { continue }
                // Whatever the machine did, nothing may be wrong.
                var row = try result.get()
                row.isDisturbed = isDisturbed
                rows.append(row)
                break
            }
        }
        // What came to light only after its cell.
        let known = Set(rows.flatMap(\.violations))
        let violations = Auditor.violations(in: try await Scene.evidence(of: everybody, on: stage, trail: trail))
        rows[rows.count - 1].violations += violations.filter { !known.contains($0) }
        return rows
    }

    private func play(_ cell: Cell, party: String) async throws -> (Result<Row, any Error>, Asked, stall: Duration) {
        let start = ContinuousClock.now
        if cell.span == .lasting {
            stage.end("faremux")
            try await stage.restart("faremux")
            shelf.clear()
        }
        let scene = try Scene(cell, party: party, offer: try await shelf.offer(for: cell), on: stage, trail: trail)
        let mock = stage.mock(cell.mock)
        let pings: [Stall.Ping] = [
            { [stage] in _ = try await stage.services.first?.get("/livez") },
            { _ = try await mock.get("/__mock/faults") },
        ]
        let (result, stall) = await Stall.longest(pinging: pings) { try await scene.play() }
        print("\(start.duration(to: .now).milliseconds) ms, \(stall.milliseconds) ms without a turn: \(cell)")
        return (result, scene.asked, stall)
    }
}
