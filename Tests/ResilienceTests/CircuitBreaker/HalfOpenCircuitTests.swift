import Resilience
import Testing

@Suite struct HalfOpenCircuitTests {
    @Test func lendsNoMoreProbesThanAllowed() {
        let circuit = CircuitFixture.halfOpen()
        #expect(circuit.acquire() != nil)
        #expect(circuit.acquire() != nil)
        #expect(circuit.acquire() == nil)
        #expect(circuit.snapshot.nextProbeAt == circuit.now.advanced(by: .seconds(3)))
    }

    @Test func closesWhenAllProbesSucceed() {
        var circuit = CircuitFixture.halfOpen()
        circuit.call(.success)
        #expect(circuit.state == .halfOpen)
        circuit.call(.success)
        #expect(circuit.state == .closed)
        #expect(circuit.snapshot.calls == 0)
    }

    @Test func opensAgainWhenAProbeFails() {
        var circuit = CircuitFixture.halfOpen()
        circuit.call(.failure)
        #expect(circuit.state == .open)
        #expect(circuit.snapshot.nextProbeAt == circuit.now.advanced(by: .seconds(5)))
    }

    @Test func opensAgainWhenItsProbesAreTooSlow() {
        var circuit = CircuitFixture.halfOpen()
        let probes = [circuit.acquire(), circuit.acquire()]
        circuit.advance(.seconds(2))
        for probe in probes { circuit.record(.success, of: probe) }
        #expect(circuit.state == .open)
    }

    @Test func closesWhenFewEnoughProbesAreSlow() {
        var circuit = CircuitFixture.halfOpen()
        circuit.call(.success, taking: .seconds(2))
        circuit.call(.success)
        #expect(circuit.state == .closed)
    }

    @Test func opensAgainWhileItsProbesStillHang() {
        var circuit = CircuitFixture.halfOpen()
        _ = [circuit.acquire(), circuit.acquire()]
        circuit.advance(.milliseconds(2063))
        #expect(circuit.state == .open)
    }

    @Test func aNeutralResultMakesRoomForAnotherProbe() {
        var circuit = CircuitFixture.halfOpen()
        circuit.call(.neutral, times: 50)
        #expect(circuit.state == .halfOpen)
        circuit.call(.success, times: 2)
        #expect(circuit.state == .closed)
    }

    @Test func aProbeWithoutAResultExpiresAsAFailure() {
        var circuit = CircuitFixture.halfOpen()
        let lost = circuit.acquire()
        circuit.advance(.milliseconds(2999))
        #expect(circuit.state == .halfOpen)
        circuit.advance(.milliseconds(1))
        #expect(circuit.state == .open)
        circuit.record(.success, of: lost)
        #expect(circuit.state == .open)
    }

    @Test func aResultOfAnOlderGenerationIsIgnored() {
        var circuit = CircuitFixture()
        let old = circuit.acquire()
        circuit.call(.failure, times: 4)
        circuit.advance(.seconds(5))
        let probe = circuit.acquire()
        circuit.record(.failure, of: old)
        #expect(circuit.state == .halfOpen)
        circuit.record(.success, of: probe)
        circuit.call(.success)
        #expect(circuit.state == .closed)
    }

    @Test func aResultFromBeforeTheOutageDoesNotCountAfterIt() {
        var circuit = CircuitFixture()
        let old = (0..<4).map { _ in circuit.acquire() }
        circuit.call(.failure, times: 4)
        circuit.advance(.seconds(5))
        circuit.call(.success, times: 2)
        for permit in old { circuit.record(.failure, of: permit) }
        #expect(circuit.state == .closed)
        #expect(circuit.snapshot.calls == 0)
    }

    @Test func aProbeOfAnEarlierSpellDoesNotDecideALaterOne() {
        var circuit = CircuitFixture.halfOpen()
        let early = circuit.acquire()
        circuit.call(.failure)
        circuit.advance(.seconds(5))
        let late = circuit.acquire()
        circuit.record(.failure, of: early)
        #expect(circuit.state == .halfOpen)
        circuit.record(.success, of: late)
        circuit.call(.success)
        #expect(circuit.state == .closed)
    }
}
