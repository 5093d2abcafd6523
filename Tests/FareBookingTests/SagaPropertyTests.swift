import Testing

@testable import FareBooking

/// What holds whatever fails: random worlds, each from a seed.
struct SagaPropertyTests {
    /// Seeds beyond the first ones that once found a bug.
    private static let pastFailures: [UInt64] = [23_135]

    @Test func theInvariantsHoldInEveryWorld() async {
        var ends: [String: Int] = [:]
        for seed in Array(1...3000) + Self.pastFailures {
            var simulation = SagaSimulation(seed: seed)
            do {
                try await simulation.run()
            } catch {
                let trail = simulation.trail.suffix(60).joined(separator: "\n")
                Issue.record("\(error)\n\(trail)")
                return
            }
            let saga = simulation.saga
            ends[saga.verdict?.rawValue ?? saga.status.rawValue, default: 0] += 1
            if simulation.crashes > 0 { ends["crashed", default: 0] += 1 }
            if saga.attempts.contains(where: { $0.ticket == .refuted }) { ends["refuted", default: 0] += 1 }
            if saga.attempts.contains(where: { $0[.cancel].count > 0 }) { ends["cancelled", default: 0] += 1 }
        }
        // A world where nothing happens proves nothing.
        for end in ["ticketed", "declined", "action_required", "all_candidates_failed", "crashed", "refuted"] {
            #expect((ends[end] ?? 0) > 30, "\(end): \(ends)")
        }
    }
}
