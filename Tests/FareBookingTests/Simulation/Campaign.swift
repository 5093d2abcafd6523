import FarePorts
import Foundation
import Synchronization

/// Many worlds, one after the other, on two threads.
struct Campaign: Sendable {
    private(set) var worlds = 0
    /// How often each kind of fault struck.
    private(set) var faults = Array(repeating: 0, count: FaultKind.allCases.count)
    private(set) var ends: [String: Int] = [:]
    private(set) var failures: [Failure] = []

    /// A world in which a rule was broken.
    struct Failure: Sendable, CustomStringConvertible {
        var seed: UInt64
        var violation: String
        var log: [String]

        var headline: String { "seed \(seed): \(violation)" }

        var description: String {
            """
            \(headline)
            \(log.suffix(80).joined(separator: "\n"))
            all of it: SEED=\(seed) make simulation
            """
        }
    }

    /// The one seed that is asked for; or so many, 10,000 unless told. See `scripts/simulation.sh`.
    static var seeds: ClosedRange<UInt64> {
        func number(_ name: String) -> UInt64? {
            ProcessInfo.processInfo.environment["FAREMUX_SIMULATION_\(name)"].flatMap { UInt64($0) }
        }
        if let seed = number("SEED") { return seed...seed }
        let first = number("FIRST") ?? 1
        return first...(first + max(number("SEEDS") ?? 10_000, 1) - 1)
    }

    /// Runs the worlds of these seeds, until `limit` have failed.
    static func run(
        _ seeds: ClosedRange<UInt64>, mutation: Mutation = .none, limit: Int = 10
    ) async -> Campaign {
        let tally = Tally()
        let threads: UInt64 = 2
        await withTaskGroup(of: Void.self) { group in
            for thread in 0..<threads {
                group.addTask {
                    await onThread {
                        var seed = seeds.lowerBound + thread
                        while seed <= seeds.upperBound, tally.campaign.withLock({ $0.failures.count }) < limit {
                            let world = World(seed: seed, mutation: mutation)
                            let violation = world.run()
                            tally.campaign.withLock { $0.note(world, violation) }
                            seed += threads
                        }
                    }
                }
            }
        }
        return tally.campaign.withLock { $0 }
    }

    /// What the threads add to.
    private final class Tally: Sendable {
        let campaign = Mutex(Campaign())
    }

    /// The worlds must not share their thread with anybody.
    private static func onThread(_ work: @escaping @Sendable () -> Void) async {
        await withCheckedContinuation { continuation in
            let thread = Thread {
                work()
                continuation.resume()
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
    }

    private mutating func note(_ world: World, _ violation: String?) {
        worlds += 1
        if worlds % 100_000 == 0 { print("\(worlds) worlds") }
        for index in faults.indices { faults[index] += world.faults.counts[index] }
        for (_, book) in world.rules.books { ends[book.record.status, default: 0] += 1 }
        guard let violation else { return }
        let again = World(seed: world.seed, mutation: world.mutation, keepsLog: true)
        _ = again.run()
        failures.append(Failure(seed: world.seed, violation: violation, log: again.lines))
    }

    var summary: String {
        let struck = FaultKind.allCases.map { "\($0) \(faults[$0.rawValue])" }.joined(separator: ", ")
        return "\(worlds) worlds; \(ends.sorted { $0.key < $1.key }); \(struck)"
    }
}
