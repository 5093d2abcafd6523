import FareDomain
import FarePorts
import FareTestSupport
import FoundationEssentials
import Resilience
import Synchronization

@testable import FareBooking

/// One booking in a small world where calls fail at random: two providers, a gateway, a clock that only this moves, and a
/// process that crashes. Everything follows from the seed.
///
/// After every step the world's ledgers are compared with what must never be.
struct SagaSimulation {
    /// What must not be, was.
    struct Violation: Error, CustomStringConvertible {
        let description: String
    }

    let seed: UInt64
    private var random: SeededGenerator
    private let clock = ManualClock()
    private let providers: [FakeProvider]
    private let gateway: FakeGateway
    private let caller: StepCaller
    private let faults: Faults
    private let deadline: MonotonicInstant
    private var queue: CandidateQueue
    private var current: Candidate?
    private(set) var saga: Saga
    private(set) var crashes = 0
    /// For each attempt's step at the gateway: the last number, and whether it has had a definite answer.
    private var keys: [String: (number: Int, answered: Bool)] = [:]
    private(set) var trail: [String] = []

    /// Faults are drawn from their own generator, and stop when told.
    private final class Faults: Sendable {
        private let state: Mutex<(random: SeededGenerator, rate: Double)>

        init(seed: UInt64, rate: Double) { state = Mutex((SeededGenerator(seed: seed), rate)) }

        func stop() { state.withLock { $0.rate = 0 } }

        func draw<Fault: Sendable>(_ choices: [Fault]) -> Fault? {
            state.withLock { state in
                guard Double.random(in: 0..<1, using: &state.random) < state.rate else { return nil }
                return choices.randomElement(using: &state.random)
            }
        }

        func seconds(_ range: ClosedRange<Int64>) -> Duration {
            state.withLock { .seconds(Int64.random(in: range, using: &$0.random)) }
        }
    }

    init(seed: UInt64) {
        self.seed = seed
        var random = SeededGenerator(seed: seed)
        let clock = clock
        let faults = Faults(seed: random.next(), rate: Double.random(in: 0...0.7, using: &random))
        let alpha = FakeProvider(id: ProviderID("alpha"), clock: clock)
        let beta = FakeProvider(
            id: ProviderID("beta"), clock: clock, carriesReferences: Bool.random(using: &random),
            longestHold: .seconds(Int64.random(in: 20...1200, using: &random)))
        let gateway = FakeGateway(
            clock: clock, authorizationLife: .seconds(Int64.random(in: 0..<10, using: &random) == 0 ? 30 : 604_800))
        for provider in [alpha, beta] {
            provider.inject { call in Self.fault(of: call, faults) }
        }
        gateway.inject { call in Self.fault(of: call, faults) }
        var candidates: [Candidate] = []
        for index in 0..<Int.random(in: 1...6, using: &random) {
            let provider = [alpha, beta].randomElement(using: &random) ?? alpha
            let offer = Sample.offer(
                "\(index)", of: provider.id.rawValue, Int64.random(in: 10_000...20_000, using: &random),
                holdable: Bool.random(using: &random))
            provider.offer(offer)
            candidates.append(Sample.candidate(offer))
        }
        candidates.sort { $0.comparableTotal.minorUnits < $1.comparableTotal.minorUnits }
        let patience = Duration.seconds(Int64.random(in: 1...60, using: &random))
        deadline = clock.now.advanced(by: patience)
        queue = CandidateQueue(candidates, policy: BookingPolicy())
        saga = Saga(
            id: BookingID("bkg_\(seed)"), terms: Sample.terms(deadline: clock.timestamp.advanced(by: patience)),
            createdAt: clock.timestamp)
        caller = StepCaller(
            providers: [alpha.id: alpha, beta.id: beta], rules: [:], gateway: gateway, clock: clock,
            claims: OrderClaims(store: InMemoryBookingStore()))
        providers = [alpha, beta]
        self.gateway = gateway
        self.faults = faults
        self.random = random
    }

    /// Late requests arrive within the quarantine, as they must where no order is known.
    private static func fault(of call: FakeProvider.Call, _ faults: Faults) -> FakeProvider.Fault? {
        let refusals: [ProviderError.Code] = [.rejected, .serverError, .unavailable, .rateLimited, .unauthorized]
        let refuse = FakeProvider.Fault.refuse(refusals[call.index % refusals.count])
        let late = FakeProvider.Fault.applyLate(faults.seconds(0...9))
        switch call.operation {
        case .reprice: return faults.draw([refuse, .loseBefore, .refuse(.soldOut), .raise(percent: 30)])
        case .hold, .order:
            return faults.draw([refuse, .loseBefore, .loseAfter, late, .refuse(.fareChanged), .raise(percent: 40)])
        case .confirm:
            return faults.draw([
                refuse, .loseBefore, .loseAfter, late, .applyLate(faults.seconds(10...900)), .raise(percent: 40),
            ])
        case .release, .cancel: return faults.draw([refuse, .loseBefore, .loseAfter, late, .refuse(.notCancellable)])
        case .status, .find, .list, .quote, .search: return faults.draw([refuse, .loseBefore])
        }
    }

    private static func fault(of call: FakeGateway.Call, _ faults: Faults) -> FakeGateway.Fault? {
        let refusals: [PaymentError.Code] = [.rejected, .unavailable, .rateLimited, .unauthorized, .serverError]
        let refuse = FakeGateway.Fault.refuse(refusals[call.index % refusals.count])
        let late = FakeGateway.Fault.applyLate(faults.seconds(0...9))
        switch call.operation {
        case .authorize:
            return faults.draw([
                refuse, .loseBefore, .loseAfter, late, .decline, .requireAction, .process(faults.seconds(1...20)),
            ])
        case .capture, .void, .refund: return faults.draw([refuse, .loseBefore, .loseAfter, late])
        case .status, .find, .refundStatus, .refunds, .list: return faults.draw([refuse, .loseBefore])
        }
    }

    // MARK: Running

    /// - Throws: `Violation`.
    mutating func run() async throws {
        let faultySteps = Int.random(in: 0...60, using: &random)
        for step in 0..<1000 {
            if step == faultySteps { faults.stop() }
            if clock.now >= deadline { saga.turnBack("late", at: clock.timestamp) }
            if step % 7 == 0 { try checkRoundTrip() }
            let decision = saga.decide(at: clock.timestamp)
            trail.append("\(clock.timestamp.millisecondsSinceEpoch - Sample.start.millisecondsSinceEpoch): \(decision)")
            switch decision {
            case .perform(let command): try await perform(command, mayCrash: step < faultySteps)
            case .giveUp(let failure): saga.giveUp(failure, at: clock.timestamp)
            case .next: try openNext()
            case .wait(let until):
                guard until > clock.timestamp else { throw violation("waits for what has passed") }
                clock.advance(by: clock.timestamp.duration(to: until))
            case .settled:
                try checkSettled()
                clock.advance(by: .seconds(3600))  // What is still on its way arrives.
                return try checkSettled()
            }
            try checkAlways()
        }
        throw violation("does not settle")
    }

    private func violation(_ text: String) -> Violation { Violation(description: "seed \(seed): \(text)") }

    private mutating func openNext() throws {
        guard saga.direction == .booking, !saga.attempts.contains(where: { [.unknown, .ticketed].contains($0.ticket) })
        else { throw violation("opens another candidate") }
        guard let candidate = queue.next() else { return saga.exhaust(at: clock.timestamp) }
        current = candidate
        saga.open(candidate.offer, id: candidate.offerID, limit: candidate.limit, at: clock.timestamp)
        if saga.attempts.count > 20 { throw violation("tries without end") }
    }

    private mutating func perform(_ command: Command, mayCrash: Bool) async throws {
        try checkAllowed(command)
        saga.begin(command, at: clock.timestamp)
        let crashes = mayCrash && Int.random(in: 0..<60, using: &random) == 0
        if crashes, Bool.random(using: &random) { return try restart() }
        if Bool.random(using: &random) { clock.advance(by: .milliseconds(Int64.random(in: 0...3000, using: &random))) }
        let queue = queue
        let result = await caller.perform(
            command, of: saga, deadline: deadline, sentBy: clock.now.advanced(by: Ownership.sendingWindow)
        ) { queue.isCheapest($0.total) }
        if Bool.random(using: &random) { clock.advance(by: .milliseconds(Int64.random(in: 0...3000, using: &random))) }
        trail.append("  \(result)")
        if crashes { return try restart() }
        saga.finish(command, with: result, at: clock.timestamp)
        note(command, result)
        if case .repriced(let offer, stillCheapest: false) = result, let current,
            current.limit.minorUnits >= offer.total.minorUnits
        {
            _ = self.queue.takeBack(current, at: offer.total, offer: offer)
        }
    }

    /// What was written down is all that is left; somebody else takes it over.
    private mutating func restart() throws {
        trail.append("  crash")
        crashes += 1
        saga = try stored()
        clock.advance(by: .seconds(Int64.random(in: 0...20, using: &random)))
        saga.takeOver(callOverBy: clock.timestamp, at: clock.timestamp)
    }

    private func stored() throws -> Saga {
        try JSONDecoder().decode(Saga.self, from: JSONEncoder().encode(saga))
    }

    private mutating func note(_ command: Command, _ result: StepResult) {
        let isUnknown = if case .unknown = result { true } else { false }
        if command.step == .lookup, !isUnknown {
            // What there is of a payment is an answer to every call about it.
            for name in keys.keys where name.hasPrefix("\(command.attempt)/") { keys[name]?.answered = true }
        }
        let name = "\(command.attempt)/\(command.step)"
        let answered = keys[name].map { $0.number == command.number && $0.answered } ?? false
        keys[name] = (command.number, answered || !isUnknown)
    }

    // MARK: What must hold

    private func checkAllowed(_ command: Command) throws {
        let attempt = saga.attempts[command.attempt]
        let isLate = clock.now >= deadline
        if isLate, command.step.isForward, !(command.step == .authorize && attempt.money == .unknown) {
            throw violation("begins \(command.step) after the deadline")
        }
        if let doubtful = saga.attempts.firstIndex(where: { $0.ticket == .unknown }) {
            guard command.attempt == doubtful, [.status, .find, .confirm, .release].contains(command.step) else {
                throw violation("does \(command.step) while a ticket is in doubt")
            }
        }
        if command.step == .confirm || command.step == .order { try checkTicketing(attempt, command.step) }
        if command.step.isMoney, !command.step.isRead {
            let last = keys["\(command.attempt)/\(command.step)"] ?? (1, true)
            let isNext = command.number == last.number + 1 && last.answered
            guard command.number == last.number || isNext else {
                throw violation("a new key for \(command.step) without a definite answer")
            }
        }
    }

    private func checkTicketing(_ attempt: Attempt, _ step: Step) throws {
        let entry = gateway.payments.first { $0.reference == saga.reference(of: attempt) }
        // The gateway may have let it go by itself, which nobody has been told.
        guard attempt.money == .authorized, let entry, [.authorized, .voided].contains(entry.payment.state) else {
            throw violation("\(step) without money")
        }
        guard entry.payment.amount.minorUnits <= attempt.limit.minorUnits else { throw violation("too much reserved") }
        if step == .confirm {
            guard attempt.hold == .live, !attempt.holdIsOver(at: clock.timestamp), let order = attempt.order,
                attempt.allows(order.total)
            else { throw violation("confirms without a live hold") }
        } else if attempt.offer.holdable {
            throw violation("orders what can be held")
        }
    }

    private func checkAlways() throws {
        let tickets = providers.flatMap(\.orders).filter { $0.state == .ticketed }
        guard tickets.count <= 1 else { throw violation("two tickets") }
        let captured = gateway.payments.reduce(0) { $0 + $1.payment.captured.minorUnits }
        guard captured <= Sample.accepted.minorUnits else { throw violation("\(captured) captured") }
        if saga.status == .ticketed {
            guard tickets.count == 1, captured > 0 else { throw violation("told as ticketed, and is not") }
        }
        if saga.status == .failed {
            let reserved = gateway.payments.filter { [.authorized, .processing].contains($0.payment.state) }
            guard tickets.isEmpty, captured == 0, reserved.isEmpty else {
                throw violation("told as failed, and is not")
            }
        }
    }

    private func checkSettled() throws {
        try checkAlways()
        guard saga.status != .pending else { throw violation("settled, and pending") }
        guard saga.terms.paymentToken.isEmpty else { throw violation("the token is kept") }
        let payments = gateway.payments
        if payments.contains(where: { [.authorized, .processing, .actionRequired].contains($0.payment.state) }) {
            throw violation("money is left reserved")
        }
        let isCaptured = payments.contains { $0.payment.state == .captured }
        let orders = providers.flatMap(\.orders)
        guard isCaptured == orders.contains(where: { $0.state == .ticketed }) else {
            throw violation("captured: \(isCaptured), ticketed: \(!isCaptured)")
        }
        if orders.contains(where: { $0.state == .held }) { throw violation("seats are left held") }
    }

    private func checkRoundTrip() throws {
        let copy = try stored()
        guard copy.decide(at: clock.timestamp) == saga.decide(at: clock.timestamp), copy.status == saga.status,
            copy.terms.paymentToken == saga.terms.paymentToken
        else { throw violation("is another after it was stored") }
    }
}
