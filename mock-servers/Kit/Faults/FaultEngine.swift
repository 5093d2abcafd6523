import Synchronization

/// Decides which fault, if any, strikes an operation. The same seed, rules and operations give the same faults.
final class FaultEngine: Sendable {
    private struct Entry: Sendable {
        let rule: FaultRule
        var matched = 0
        var fired = 0
    }

    private let hash: SeededHash
    /// Guards the rules and their counts.
    private let entries = Mutex<[Entry]>([])

    /// - Parameter seed: of the draws for rules with a probability.
    init(seed: UInt64) { hash = SeededHash(seed: seed) }

    /// Takes new rules in place of the old ones; all counts begin at zero.
    func replace(with rules: [FaultRule]) {
        entries.withLock { $0 = rules.map { Entry(rule: $0) } }
    }

    /// The rules in order, with how often each fired.
    var rules: [(rule: FaultRule, fired: Int)] {
        entries.withLock { $0.map { ($0.rule, $0.fired) } }
    }

    /// The first rule that matches `operation` and fires.
    ///
    /// Every rule that matches counts the match, whether or not one before it fired: `after` counts operations, so
    /// rules for the first and for the second hold can be written in one list.
    func decide(_ operation: MockOperation) -> FaultRule? {
        entries.withLock { entries in
            var struck: FaultRule?
            for index in entries.indices where entries[index].rule.matches(operation) {
                let rule = entries[index].rule
                entries[index].matched += 1
                guard struck == nil, entries[index].matched > rule.after else { continue }
                if let times = rule.times, entries[index].fired >= times { continue }
                guard draw(rule: index, match: entries[index].matched) < rule.probability else { continue }
                entries[index].fired += 1
                struck = rule
            }
            return struck
        }
    }

    /// 0..<1, of the seed, the rule's place and its count of matches.
    private func draw(rule: Int, match: Int) -> Double {
        Double(hash.value("fault", String(rule), String(match)) >> 11) / Double(UInt64(1) << 53)
    }
}
