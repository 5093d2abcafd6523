import FareDomain
import FarePorts
import Logging
import Resilience

/// Runs one booking to its end: does what its saga decides, and writes it down before and after.
///
/// One task owns a runner, and nothing else touches it.
struct SagaRunner {
    private(set) var snapshot: BookingSnapshot
    private var queue: CandidateQueue
    private let plan: BookingPlan
    private let caller: StepCaller
    private let store: any BookingStore
    private let clock: any MonotonicClock & WallClock
    private let publish: @Sendable (BookingProgress) -> Void
    private let logger: Logger

    /// Lines written with the next save.
    private var unsaved: [JournalEntry] = []
    /// Of the stored record; 0 while there is none.
    private var version: Int64 = 0
    private var current: Candidate?

    init(
        _ plan: BookingPlan, caller: StepCaller, store: any BookingStore, clock: any MonotonicClock & WallClock,
        logger: Logger, publish: @escaping @Sendable (BookingProgress) -> Void
    ) {
        self.plan = plan
        self.caller = caller
        self.store = store
        self.clock = clock
        self.publish = publish
        self.logger = logger
        let saga = Saga(id: plan.id, terms: plan.terms, createdAt: clock.timestamp)
        snapshot = BookingSnapshot(saga: saga, search: plan.search)
        queue = CandidateQueue(plan.candidates, policy: plan.terms.policy)
    }

    /// Returns when nothing is left to do, when the task is cancelled, or when another owner took over.
    mutating func run() async {
        do throws(Abandoned) {
            while true {
                if clock.now >= plan.deadline { turnBack() }
                switch snapshot.saga.decide(at: clock.timestamp) {
                case .perform(let command): try await perform(command)
                case .giveUp(let failure): snapshot.saga.giveUp(failure, at: clock.timestamp)
                case .next: openNext()
                case .wait(let until): try await wait(until: until)
                case .settled: return try await settle()
                }
            }
        } catch {
            logger.warning("booking left to recovery", metadata: ["reason": "\(error.reason)"])
            publish(BookingProgress(snapshot: snapshot, isStored: version > 0, ended: true))
        }
    }

    /// Why a booking is not run to its end here.
    private struct Abandoned: Error {
        var reason: String
    }

    private mutating func turnBack() {
        snapshot.saga.turnBack("the deadline passed", at: clock.timestamp)
    }

    private mutating func openNext() {
        let now = clock.timestamp
        guard let candidate = queue.next() else { return snapshot.saga.exhaust(at: now) }
        current = candidate
        snapshot.saga.open(candidate.offer, id: candidate.offerID, limit: candidate.limit, at: now)
    }

    /// A reading step needs no line before it; anything else is on disk before it is on the wire.
    private mutating func perform(_ command: Command) async throws(Abandoned) {
        unsaved.append(Journal.intended(command, of: snapshot.saga, at: clock.timestamp))
        snapshot.saga.begin(command, at: clock.timestamp)
        if !command.step.isRead {
            try await save(settled: false)
        }
        let result = await caller.perform(
            command, of: snapshot.saga, deadline: plan.deadline, isCheapest: isCheapest)
        let now = clock.timestamp
        unsaved.append(Journal.ended(command, with: result, of: snapshot.saga, at: now))
        snapshot.saga.finish(command, with: result, at: now)
        if case .repriced(let offer, let stillCheapest) = result, !stillCheapest { takeBack(offer) }
        if Task.isCancelled { throw Abandoned(reason: "shutting down") }
    }

    private func isCheapest(_ offer: ProviderOffer) -> Bool {
        guard let total = plan.compare(offer.total) else { return true }
        return queue.isCheapest(total)
    }

    /// A fare that rose, and is still within what was accepted, competes again at its new price.
    private mutating func takeBack(_ offer: ProviderOffer) {
        guard let current, let total = plan.compare(offer.total),
            offer.total.minorUnits <= current.limit.minorUnits
        else { return }
        _ = queue.takeBack(current, at: total, offer: offer)
    }

    /// Tells who waits what is certain so far, then sleeps.
    private mutating func wait(until: Timestamp) async throws(Abandoned) {
        if version > 0 || !snapshot.saga.attempts.isEmpty { try await save(settled: false) }
        let now = clock.timestamp
        var pause = max(now.duration(to: until), .milliseconds(1))
        if snapshot.saga.direction == .booking {
            let left = clock.now.duration(to: plan.deadline)
            if left > .zero { pause = min(pause, left) }
        }
        do {
            try await clock.sleep(for: pause)
        } catch {
            throw Abandoned(reason: "shutting down")
        }
    }

    private mutating func settle() async throws(Abandoned) {
        let timedOutUntouched = version == 0 && snapshot.saga.direction == .undoing
        if !timedOutUntouched { try await save(settled: true) }
        publish(BookingProgress(snapshot: snapshot, isStored: version > 0, ended: true))
    }

    /// Writes state and lines in one transaction. A store that can't is tried again until it can: nothing goes on without.
    private mutating func save(settled: Bool) async throws(Abandoned) {
        var tries = 0
        while true {
            do throws(StoreError) {
                let record = try snapshot.record(version: version + 1, settled: settled, key: plan.key)
                if version == 0 {
                    try await store.create(record, journal: unsaved, key: plan.key, owner: plan.owner)
                } else {
                    try await store.save(record, journal: unsaved)
                }
                version += 1
                unsaved = []
                publish(BookingProgress(snapshot: snapshot, isStored: true, ended: false))
                return
            } catch {
                if error.code == .conflict || error.code == .corrupt { throw Abandoned(reason: error.detail) }
                tries += 1
                logger.warning("store failed", metadata: ["detail": "\(error.detail)", "tries": "\(tries)"])
                if version == 0, clock.now >= plan.deadline { throw Abandoned(reason: error.detail) }
                do {
                    try await clock.sleep(for: plan.terms.policy.pause(after: tries))
                } catch { throw Abandoned(reason: "shutting down") }
            }
        }
    }
}
