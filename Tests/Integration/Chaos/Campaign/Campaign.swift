import Foundation

/// Many seeds, several worlds at a time.
struct Campaign: Sendable {
    var seeds: [UInt64]
    /// Worlds at a time: most of what a world does is waiting.
    var lanes: Int
    var folder: URL

    struct Summary: Sendable {
        var outcomes: [Trial.Outcome] = []
        /// Seeds that could not be played at all.
        var broken: [String] = []
        var took = Duration.zero

        var failed: [Trial.Outcome] { outcomes.filter { !$0.violations.isEmpty } }
        /// Faults of the contract that never struck.
        var silent: [String] {
            let struck = Set(outcomes.flatMap(\.strikes.keys).map(\.fault))
            return FaultSpec.faults.filter { !struck.contains($0) }
        }
    }

    /// Plays all seeds, and prints each as it ends.
    func run() async -> Summary {
        let start = ContinuousClock.now
        var summary = Summary()
        await withTaskGroup(of: (UInt64, Result<Trial.Outcome, any Error>).self) { group in
            var waiting = seeds[...]
            func next() {
                guard let seed = waiting.popFirst() else { return }
                let folder = folder
                group.addTask {
                    do {
                        return (seed, .success(try await Trial.play(seed: seed, in: folder)))
                    } catch {
                        return (seed, .failure(error))
                    }
                }
            }
            for _ in 0..<lanes { next() }
            for await (seed, result) in group {
                switch result {
                case .success(let outcome):
                    print(outcome.violations.isEmpty ? outcome.line : outcome.line + outcome.report)
                    summary.outcomes.append(outcome)
                case .failure(let error):
                    print("seed \(seed): could not be played: \(error)")
                    summary.broken.append("seed \(seed): \(error)")
                }
                next()
            }
        }
        summary.took = start.duration(to: .now)
        return summary
    }
}

extension Campaign.Summary: CustomStringConvertible {
    var description: String {
        let bookings = outcomes.flatMap(\.evidence.bookings.values)
        let asked = outcomes.flatMap(\.evidence.asked)
        var lines = [
            "",
            "chaos: \(outcomes.count) seeds in \(took.milliseconds / 1000) s, \(failed.count) failed, "
                + "\(broken.count) could not be played",
            "  \(asked.count) keys, \(asked.reduce(0) { $0 + $1.answers.count }) answers, \(bookings.count) bookings",
        ]
        lines.append("  bookings: " + counts(bookings.map(\.status)))
        lines.append("  final answers: " + counts(asked.compactMap { $0.answers.first(where: \.isFinal) }.map(word)))
        lines.append("  cancellations: " + counts(asked.flatMap(\.cancellations).map { "\($0.status)" }))
        lines.append("  flagged for people: \(bookings.filter(\.needsAttention).count)")
        let kills = outcomes.reduce(into: [:]) { $0.merge($1.tally.kills, uniquingKeysWith: +) }
        lines.append(
            "  kills: " + kills.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
                + "; starts: \(outcomes.reduce(0) { $0 + $1.tally.starts }); pauses past the lease: "
                + "\(outcomes.reduce(0) { $0 + $1.evidence.pauses.count })")
        let settling = outcomes.map(\.settling.milliseconds).sorted()
        if let longest = settling.last {
            lines.append("  settled after the faults: median \(settling[settling.count / 2]) ms, longest \(longest) ms")
        }
        lines.append("  windows of the mocks' logs that may have been missed: \(outcomes.reduce(0) { $0 + $1.gaps })")
        lines += ["  faults, by operation:"] + FaultSpec.faults.map { "    " + strikes(of: $0) }
        if !failed.isEmpty {
            lines.append("  violations: " + counts(failed.flatMap(\.violations).map(\.kind.rawValue)))
        }
        return lines.joined(separator: "\n")
    }

    private func word(_ answer: Reply) -> String { "\(answer.status) \(answer.code ?? "")" }

    private func counts(_ words: [String]) -> String {
        Dictionary(grouping: words, by: \.self).mapValues(\.count).sorted { $0.key < $1.key }
            .map { "\($0.value) × \($0.key)" }.joined(separator: ", ")
    }

    private func strikes(of fault: String) -> String {
        var operations: [String: Int] = [:]
        for outcome in outcomes {
            for (strike, count) in outcome.strikes where strike.fault == fault {
                operations[strike.operation, default: 0] += count
            }
        }
        let all = operations.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        return "\(fault): \(operations.values.reduce(0, +)) (\(all))"
    }
}
