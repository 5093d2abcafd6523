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
        let campaign = await Campaign.run(Campaign.seeds)
        for failure in campaign.failures { Issue.record("\(failure)") }
        print(campaign.summary)
    }
}
