import Resilience
import Testing

@Suite struct ClosedCircuitTests {
    @Test func admitsCalls() {
        var circuit = CircuitFixture()
        circuit.call(.success, times: 100)
        #expect(circuit.state == .closed)
        #expect(circuit.snapshot.calls == 100)
        #expect(circuit.snapshot.failureRate == 0)
    }

    @Test func staysClosedBelowTheMinimumOfCalls() {
        var circuit = CircuitFixture()
        circuit.call(.failure, times: 3)
        #expect(circuit.state == .closed)
        #expect(circuit.snapshot.failureRate == 1)
    }

    @Test func opensAtTheFailureRate() {
        var circuit = CircuitFixture()
        circuit.call(.success, times: 3)
        circuit.call(.failure, times: 2)
        #expect(circuit.state == .closed)
        circuit.call(.failure)
        #expect(circuit.state == .open)
        #expect(circuit.snapshot.failureRate == 0.5)
    }

    @Test func opensWhenASuccessBringsTheMinimumOfCalls() {
        var circuit = CircuitFixture()
        circuit.call(.failure, times: 3)
        circuit.call(.success)
        #expect(circuit.state == .open)
    }

    @Test func opensAtTheSlowRate() {
        var circuit = CircuitFixture()
        circuit.call(.success)
        circuit.call(.success, times: 3, taking: .seconds(2))
        #expect(circuit.state == .open)
        #expect(circuit.snapshot.slowRate == 0.75)
        #expect(circuit.snapshot.failureRate == 0)
    }

    @Test func forgetsFailuresOutsideTheWindow() {
        var circuit = CircuitFixture()
        circuit.call(.failure, times: 3)
        circuit.advance(.seconds(10))
        circuit.call(.failure, times: 3)
        #expect(circuit.state == .closed)
        #expect(circuit.snapshot.calls == 3)
    }

    @Test func remembersFailuresInsideTheWindow() {
        var circuit = CircuitFixture()
        circuit.call(.failure, times: 3)
        circuit.advance(.milliseconds(8900))
        circuit.call(.failure)
        #expect(circuit.state == .open)
    }

    @Test func opensOnHangsBeforeTheyEnd() {
        var circuit = CircuitFixture()
        let permits = (0..<4).map { _ in circuit.acquire() }
        #expect(!permits.contains(nil))
        circuit.advance(.seconds(2))
        #expect(circuit.state == .closed)
        // A 32nd of two seconds is how late a hang may be noticed.
        circuit.advance(.milliseconds(63))
        #expect(circuit.acquire() == nil)
        #expect(circuit.state == .open)
        #expect(circuit.snapshot.slowRate == 1)
    }

    @Test func aHangCountsOnceWhenItEnds() {
        var circuit = CircuitFixture()
        let hung = circuit.acquire()
        circuit.advance(.seconds(3))
        #expect(circuit.snapshot.calls == 1)
        #expect(circuit.snapshot.slowRate == 1)
        circuit.record(.failure, of: hung)
        #expect(circuit.snapshot.calls == 1)
        #expect(circuit.snapshot.slowRate == 1)
        #expect(circuit.snapshot.failureRate == 1)
    }

    @Test func aLongHangCountsUntilItEndsThoughTheWindowHasPassed() {
        var circuit = CircuitFixture()
        let hung = circuit.acquire()
        circuit.advance(.seconds(60))
        #expect(circuit.snapshot.calls == 1)
        circuit.record(.neutral, of: hung)
        circuit.advance(.seconds(10))
        #expect(circuit.snapshot.calls == 0)
    }

    @Test func callsThatEndInTimeAreNeverOverdue() {
        var circuit = CircuitFixture()
        for _ in 0..<200 {
            circuit.call(.success, taking: .milliseconds(1999))
            #expect(circuit.snapshot.slowRate == 0)
        }
        #expect(circuit.state == .closed)
    }

    struct Counting: Sendable {
        let outcome: CallOutcome
        let taking: Duration
        let calls: Int
        let failureRate: Double
        let slowRate: Double
    }

    @Test(arguments: [
        Counting(outcome: .success, taking: .zero, calls: 1, failureRate: 0, slowRate: 0),
        Counting(outcome: .success, taking: .seconds(2), calls: 1, failureRate: 0, slowRate: 1),
        Counting(outcome: .failure, taking: .zero, calls: 1, failureRate: 1, slowRate: 0),
        Counting(outcome: .failure, taking: .seconds(2), calls: 1, failureRate: 1, slowRate: 1),
        Counting(outcome: .neutral, taking: .zero, calls: 0, failureRate: 0, slowRate: 0),
        Counting(outcome: .neutral, taking: .seconds(2), calls: 1, failureRate: 0, slowRate: 1),
    ])
    func eachOutcomeCountsAs(_ expected: Counting) {
        var circuit = CircuitFixture()
        circuit.call(expected.outcome, taking: expected.taking)
        #expect(circuit.snapshot.calls == expected.calls)
        #expect(circuit.snapshot.failureRate == expected.failureRate)
        #expect(circuit.snapshot.slowRate == expected.slowRate)
    }
}
