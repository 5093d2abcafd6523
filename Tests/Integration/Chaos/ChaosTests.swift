import Foundation
import Testing

/// Load, faults and kills over real processes; then every ledger is held against every answer.
@Suite(.serialized) struct ChaosTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let isCampaign =
        environment["FAREMUX_CHAOS_SEEDS"] != nil || environment["FAREMUX_CHAOS_SEED"] != nil

    @Test(.disabled(if: isCampaign)) func aFewSeedsLoseNothing() async throws {
        // One of them has a pause: an owner that sleeps past its lease while another process has the same store.
        let paused = try #require((UInt64(3)...100).first { Plan(seed: $0).hasPause })
        let summary = try await play([1, 2, paused], lanes: 3)
        #expect(summary.outcomes.contains { !$0.evidence.pauses.isEmpty })
    }

    /// `SEEDS=200 make chaos`, or `SEED=1234 make chaos`.
    @Test(.enabled(if: isCampaign)) func aCampaignLosesNothing() async throws {
        let environment = Self.environment
        if let seed = environment["FAREMUX_CHAOS_SEED"].flatMap(UInt64.init) {
            _ = try await play([seed], lanes: 1)
            return
        }
        let count = environment["FAREMUX_CHAOS_SEEDS"].flatMap(UInt64.init) ?? 200
        let first = environment["FAREMUX_CHAOS_FIRST"].flatMap(UInt64.init) ?? 1
        let lanes = environment["FAREMUX_CHAOS_LANES"].flatMap(Int.init) ?? 6
        let summary = try await play(Array(first..<(first + count)), lanes: lanes)
        if count >= 50 { #expect(summary.silent.isEmpty, "faults that never struck: \(summary.silent)") }
    }

    @discardableResult
    private func play(_ seeds: [UInt64], lanes: Int) async throws -> Campaign.Summary {
        let folder =
            Self.environment["FAREMUX_CHAOS_FOLDER"].map { URL(fileURLWithPath: $0) }
            ?? FileManager.default.temporaryDirectory.appendingPathComponent("faremux-chaos-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        // For whoever ends what is left of a campaign that was interrupted.
        if let file = Self.environment["FAREMUX_CHAOS_DRIVER"] {
            try "\(ProcessInfo.processInfo.processIdentifier)".write(toFile: file, atomically: false, encoding: .utf8)
        }
        let summary = await Campaign(seeds: seeds, lanes: lanes, folder: folder).run()
        print(summary)
        for outcome in summary.failed { Issue.record("\(outcome.report)") }
        for reason in summary.broken { Issue.record("\(reason)") }
        if summary.failed.isEmpty { try? FileManager.default.removeItem(at: folder) }
        return summary
    }
}
