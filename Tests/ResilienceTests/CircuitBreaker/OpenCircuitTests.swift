import Resilience
import Testing

@Suite struct OpenCircuitTests {
    @Test func rejectsCallsAndSaysWhenToComeAgain() {
        var circuit = CircuitFixture.open()
        circuit.advance(.seconds(2))
        let refusal = CircuitOpen(retryAfter: .seconds(3))
        #expect(throws: refusal) { try circuit.breaker.acquire(at: circuit.now) }
        #expect(throws: refusal) { try circuit.breaker.check(at: circuit.now) }
        #expect(circuit.snapshot.rejected == 2)
    }

    @Test func showsWhatTrippedItAndWhenTheNextProbeMayGo() {
        let circuit = CircuitFixture.open()
        #expect(
            circuit.snapshot
                == CircuitSnapshot(
                    state: .open, since: circuit.now, failureRate: 1, slowRate: 0, calls: 4, rejected: 0,
                    nextProbeAt: circuit.now.advanced(by: .seconds(5))))
    }

    @Test func ignoresTheEndOfCallsFromBefore() {
        var circuit = CircuitFixture()
        let early = (0..<10).map { _ in circuit.acquire() }
        circuit.call(.failure, times: 4)
        let opened = circuit.snapshot
        circuit.advance(.seconds(1))
        for permit in early { circuit.record(.success, of: permit) }
        #expect(circuit.snapshot == opened)
    }

    @Test func turnsHalfOpenWhenItsTimeIsOver() throws {
        var circuit = CircuitFixture.open()
        circuit.advance(.seconds(5))
        try circuit.breaker.check(at: circuit.now)
        #expect(circuit.state == .halfOpen)
        #expect(circuit.acquire() != nil)
    }
}
