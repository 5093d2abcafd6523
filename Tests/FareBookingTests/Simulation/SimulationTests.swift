import Foundation
import Testing

/// The whole booking core under every fault, in worlds made from seeds.
struct SimulationTests {
    @Test func theSameSeedIsTheSameWorldToTheLastLine() {
        for seed in UInt64(1)...50 {
            let logs = (0..<2).map { _ in
                let world = World(seed: seed, keepsLog: true)
                _ = world.run()
                return world.lines
            }
            #expect(logs[0] == logs[1], "seed \(seed)")
            #expect(!logs[0].isEmpty, "seed \(seed)")
        }
    }

    @Test func theRulesHoldInEveryWorld() async {
        let seeds = Campaign.seeds
        if seeds.count == 1 { Self.play(seeds.lowerBound) }
        let campaign = await Campaign.run(seeds)
        for failure in campaign.failures.dropFirst() { Issue.record("\(failure.headline)") }
        if let first = campaign.failures.first { Issue.record("\(first)") }
        print(campaign.summary)
        // A fault that never strikes proves nothing.
        guard seeds.count >= 10_000, campaign.failures.isEmpty else { return }
        for kind in FaultKind.allCases {
            #expect(campaign.faults[kind.rawValue] * 500 > campaign.worlds, "\(kind) is too rare")
        }
        for end in ["ticketed", "failed", "cancelled"] {
            #expect((campaign.ends[end] ?? 0) * 10 > campaign.worlds, "\(end) is too rare")
        }
    }

    /// Prints all that happens in one world.
    private static func play(_ seed: UInt64) {
        let world = World(seed: seed, keepsLog: true)
        _ = world.run()
        for line in world.lines { print(line) }
    }
}
