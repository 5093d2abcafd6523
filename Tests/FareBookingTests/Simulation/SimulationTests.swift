import Foundation
import Testing

/// The whole booking core under every fault, in worlds made from seeds.
struct SimulationTests {
    @Test func theSameSeedIsTheSameWorld() {
        for seed in UInt64(1)...30 {
            let logs = (0..<2).map { _ in
                let world = World(seed: seed, keepsLog: true)
                _ = world.run()
                return world.lines
            }
            #expect(logs[0] == logs[1])
            #expect(!logs[0].isEmpty)
        }
    }

    @Test func theRulesHoldInEveryWorld() async {
        let seeds = Campaign.seeds
        let campaign = await Campaign.run(seeds)
        for failure in campaign.failures.dropFirst() { Issue.record("\(failure.headline)") }
        if let first = campaign.failures.first { Issue.record("\(first)") }
        print(campaign.summary)
        if seeds.count == 1 { print(campaign.failures.first?.log.joined(separator: "\n") ?? "all rules hold") }
    }
}
