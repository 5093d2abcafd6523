import FarePorts
import Resilience
import Testing

@testable import CurlTransport

private let noon = MonotonicInstant(nanoseconds: 1_000_000_000_000)

/// A gate that stays where it is, since expectations can't change a value.
private final class Gate {
    private(set) var state: SendGate

    init(effect: Effect, deadline: MonotonicInstant) { state = SendGate(effect: effect, deadline: deadline) }

    func open(at now: MonotonicInstant) -> Bool { state.open(at: now) }
}

struct SendGateTests {
    @Test func onceOpensOnce() {
        let gate = Gate(effect: .once(notAfter: noon), deadline: .distantFuture)
        #expect(!gate.state.hasOpened)
        #expect(gate.open(at: noon))
        #expect(gate.state.hasOpened)
        #expect(!gate.open(at: noon))
        #expect(gate.state.refusal == .connectionLost)
        #expect(gate.state.hasOpened)
    }

    @Test(arguments: [Effect.read, .idempotent(key: "k"), .repeatable])
    func whatMayBeRepeatedOpensAgain(_ effect: Effect) {
        let gate = Gate(effect: effect, deadline: .distantFuture)
        #expect(gate.open(at: noon))
        #expect(gate.open(at: noon))
        #expect(gate.state.refusal == nil)
    }

    @Test func staysShutAfterNotAfterAndAtTheDeadline() {
        let later = noon.advanced(by: .nanoseconds(1))
        let late = Gate(effect: .once(notAfter: noon), deadline: .distantFuture)
        #expect(!late.open(at: later))
        #expect(late.state.refusal == .tooLate)
        #expect(!late.state.hasOpened)
        let overdue = Gate(effect: .read, deadline: noon)
        #expect(!overdue.open(at: noon))
        #expect(overdue.state.refusal == .timedOut)
    }
}
