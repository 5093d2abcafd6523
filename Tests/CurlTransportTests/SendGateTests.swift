import FarePorts
import Resilience
import Testing

@testable import CurlTransport

private let noon = MonotonicInstant(nanoseconds: 1_000_000_000_000)

/// A gate that stays where it is, since expectations can't change a value.
private final class Gate {
    private(set) var state: SendGate

    init(_ effect: Effect, deadline: MonotonicInstant = .distantFuture, notAfter: MonotonicInstant = .distantFuture) {
        state = SendGate(.test("http://host/", effect: effect, deadline: deadline, notAfter: notAfter))
    }

    func open(at now: MonotonicInstant) -> Bool { state.open(at: now) }
}

struct SendGateTests {
    @Test func onceOpensOnce() {
        let gate = Gate(.once, notAfter: noon)
        #expect(!gate.state.hasOpened)
        #expect(gate.open(at: noon))
        #expect(gate.state.hasOpened)
        #expect(!gate.open(at: noon))
        #expect(gate.state.refusal == .connectionLost)
        #expect(gate.state.hasOpened)
    }

    @Test(arguments: [Effect.read, .idempotent(key: "k"), .repeatable])
    func whatMayBeRepeatedOpensAgain(_ effect: Effect) {
        let gate = Gate(effect)
        #expect(gate.open(at: noon))
        #expect(gate.open(at: noon))
        #expect(gate.state.refusal == nil)
    }

    /// libcurl sends again when a kept connection turns out dead; by then it may be too late.
    @Test func opensNoSecondTimeAfterNotAfter() {
        let gate = Gate(.repeatable, notAfter: noon)
        #expect(gate.open(at: noon))
        #expect(!gate.open(at: noon.advanced(by: .nanoseconds(1))))
        #expect(gate.state.refusal == .tooLate)
        #expect(gate.state.hasOpened)
    }

    @Test func staysShutAfterNotAfterAndAtTheDeadline() {
        let later = noon.advanced(by: .nanoseconds(1))
        for effect in [Effect.once, .repeatable, .idempotent(key: "k")] {
            let late = Gate(effect, notAfter: noon)
            #expect(!late.open(at: later))
            #expect(late.state.refusal == .tooLate)
            #expect(!late.state.hasOpened)
        }
        #expect(Gate(.read, notAfter: noon).open(at: later))
        let overdue = Gate(.read, deadline: noon)
        #expect(!overdue.open(at: noon))
        #expect(overdue.state.refusal == .timedOut)
    }
}
