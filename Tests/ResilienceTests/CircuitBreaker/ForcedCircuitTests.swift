import Resilience
import Testing

@Suite struct ForcedCircuitTests {
    @Test func forcedOpenRejectsEverythingForEver() {
        var circuit = CircuitFixture()
        circuit.breaker.force(.forcedOpen, at: circuit.now)
        circuit.advance(.seconds(3600))
        #expect(throws: CircuitOpen(retryAfter: nil)) { try circuit.breaker.acquire(at: circuit.now) }
        #expect(circuit.state == .forcedOpen)
        #expect(circuit.snapshot.nextProbeAt == nil)
    }

    @Test func forcedClosedAdmitsThoughEverythingFails() {
        var circuit = CircuitFixture.open()
        circuit.breaker.force(.forcedClosed, at: circuit.now)
        circuit.call(.failure, times: 50)
        #expect(circuit.state == .forcedClosed)
        #expect(circuit.snapshot.failureRate == 1)
        #expect(circuit.snapshot.calls == 50)
    }

    @Test(arguments: [CircuitOverride.forcedOpen, .forcedClosed])
    func autoStartsClosedAndFromNothing(_ override: CircuitOverride) {
        var circuit = CircuitFixture()
        circuit.breaker.force(override, at: circuit.now)
        circuit.call(.failure, times: 50)
        circuit.breaker.force(.auto, at: circuit.now)
        #expect(circuit.state == .closed)
        #expect(circuit.snapshot.calls == 0)
    }

    @Test func autoLeavesAnUnforcedCircuitAlone() {
        var circuit = CircuitFixture.open()
        let before = circuit.snapshot
        circuit.advance(.seconds(1))
        circuit.breaker.force(.auto, at: circuit.now)
        #expect(circuit.snapshot == before)
    }

    @Test func forcingTwiceKeepsItsSince() {
        var circuit = CircuitFixture()
        circuit.breaker.force(.forcedOpen, at: circuit.now)
        let since = circuit.snapshot.since
        circuit.advance(.seconds(1))
        circuit.breaker.force(.forcedOpen, at: circuit.now)
        #expect(circuit.snapshot.since == since)
    }
}
