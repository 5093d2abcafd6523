import FareTestSupport
import Resilience
import Testing

/// What holds after any sequence of events.
@Suite struct CircuitPropertyTests {
    static let seeds = (0..<200).map { UInt64(1000 + $0) }

    @Test(arguments: seeds)
    func neverMoreProbesThanAllowedAndNeverStuck(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var circuit = CircuitFixture()
        var out: [CircuitPermit] = []
        var probes: [CircuitPermit] = []
        for _ in 0..<2000 {
            circuit.advance(.milliseconds(Int.random(in: 0...400, using: &random)))
            let before = circuit.state
            switch Int.random(in: 0..<10, using: &random) {
            case 0..<5:
                guard let permit = circuit.acquire() else { continue }
                out.append(permit)
                if before == .halfOpen {
                    probes.removeAll { permit.startedAt >= $0.startedAt.advanced(by: .seconds(3)) }
                    probes.append(permit)
                    #expect(probes.count <= 2, "seed \(seed)")
                } else {
                    #expect(before == .closed, "seed \(seed)")
                }
            case 5..<9:
                guard let index = out.indices.randomElement(using: &random) else { continue }
                let permit = out.remove(at: index)
                probes.removeAll { $0 == permit }
                let outcomes: [CallOutcome] = [.success, .failure, .failure, .neutral]
                circuit.record(outcomes.randomElement(using: &random) ?? .neutral, of: permit)
            default:
                break  // A lost permit is what a bug of a caller would be: it stays out.
            }
            if circuit.state != .halfOpen { probes = [] }
            let snapshot = circuit.snapshot
            #expect((0...1).contains(snapshot.failureRate) && (0...1).contains(snapshot.slowRate), "seed \(seed)")
        }
        // The peer is well again, and whatever was lent is lost: the circuit must close by itself.
        for _ in 0..<100 where circuit.state != .closed {
            circuit.advance(.seconds(1))
            circuit.call(.success)
        }
        #expect(circuit.state == .closed, "seed \(seed)")
    }

    @Test(arguments: seeds.prefix(50))
    func countsWhatASlowModelCounts(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        var circuit = CircuitFixture(
            CircuitConfiguration(window: .seconds(10), minimumCalls: .max, slowAfter: .seconds(2)))
        var ended: [(at: MonotonicInstant, failed: Bool)] = []
        for _ in 0..<500 {
            let failed = Bool.random(using: &random)
            circuit.call(failed ? .failure : .success)
            ended.append((circuit.now, failed))
            circuit.advance(.milliseconds(Int.random(in: 0...300, using: &random)))
            // The window forgets in steps of a tenth: the truth lies between nine and ten seconds.
            let atLeast = ended.filter { $0.at.duration(to: circuit.now) < .seconds(9) }.count
            let atMost = ended.filter { $0.at.duration(to: circuit.now) <= .seconds(10) }.count
            #expect((atLeast...atMost).contains(circuit.snapshot.calls), "seed \(seed)")
        }
    }
}
