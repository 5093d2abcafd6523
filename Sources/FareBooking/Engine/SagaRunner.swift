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
    private let publish: @Sendable (BookingSnapshot) -> Void
    private let logger: Logger
    private let started: (at: Timestamp, on: MonotonicInstant)

    /// Lines written with the next save.
    private var unsaved: [JournalEntry] = []
    /// Of the stored record; 0 while there is none.
    private var version: Int64 = 0
    private var current: Candidate?

    /// - Parameter publish: told what is stored, each time.
    init(
        _ plan: BookingPlan, caller: StepCaller, store: any BookingStore, clock: any MonotonicClock & WallClock,
        logger: Logger, publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) {
        self.plan = plan
        self.caller = caller
        self.store = store
        self.clock = clock
        self.publish = publish
        self.logger = logger
        started = (clock.timestamp, clock.now)
        snapshot = BookingSnapshot(plan, createdAt: started.at)
        queue = CandidateQueue(plan.candidates, policy: plan.terms.policy)
    }

    /// Takes up a booking that was left unfinished: what may have been ticketed is settled, the rest is undone.
    ///
    /// - Throws: `corrupt` if its stored state can't be read.
    init(
        leftUnfinished record: BookingRecord, caller: StepCaller, store: any BookingStore,
        clock: any MonotonicClock & WallClock, logger: Logger,
        publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) {
        let left = try BookingSnapshot(stored: record)
        let plan = BookingPlan(
            id: record.id, terms: left.saga.terms, search: left.search, candidates: [], compare: { _ in nil },
            key: record.key, owner: "", deadline: clock.now)
        self.init(plan, caller: caller, store: store, clock: clock, logger: logger, publish: publish)
        snapshot = left
        version = record.version
        if let command = left.saga.inFlight {
            let result = StepResult.unknown(StepFailure(.unclear, "left unfinished"))
            unsaved.append(Journal.ended(command, with: result, of: left.saga, at: now))
        }
        snapshot.saga.takeOver(
            callOverBy: record.updatedAt.advanced(by: StepCaller.longestEffect), at: now)
    }

    /// Returns when nothing is left to do, when the task is cancelled, or when another owner took over.
    mutating func run() async {
        do throws(Abandoned) {
            while true {
                if isLate { snapshot.saga.turnBack("the deadline passed", at: now) }
                switch snapshot.saga.decide(at: now) {
                case .perform(let command): try await perform(command)
                case .giveUp(let failure): snapshot.saga.giveUp(failure, at: now)
                case .next: openNext()
                case .wait(let until): try await wait(until: until)
                case .settled: return try await settle()
                }
            }
        } catch {
            logger.warning("booking left to recovery", metadata: ["reason": "\(error.reason)"])
        }
    }

    /// Why a booking is not run to its end here.
    private struct Abandoned: Error {
        var reason: String
        static let shuttingDown = Abandoned(reason: "shutting down")
    }

    /// Civil time at the start, moved on by the monotonic clock: setting the machine's clock moves no deadline.
    private var now: Timestamp { started.at.advanced(by: started.on.duration(to: clock.now)) }

    private var isLate: Bool { clock.now >= plan.deadline }

    private mutating func openNext() {
        guard let candidate = queue.next() else { return snapshot.saga.exhaust(at: now) }
        current = candidate
        snapshot.saga.open(candidate.offer, id: candidate.offerID, limit: candidate.limit, at: now)
    }

    /// Anything but a read is on disk before it is on the wire. A read needs no line before it, but what came before it
    /// is told first: it may take long.
    private mutating func perform(_ command: Command) async throws(Abandoned) {
        unsaved.append(Journal.intended(command, of: snapshot.saga, at: now))
        snapshot.saga.begin(command, at: now)
        if version > 0 || !command.step.isRead { try await save(settled: false) }
        let result: StepResult
        if isLate, snapshot.saga.direction == .booking, command.step.isForward {
            // Saving may have taken long. Whoever waited has been told that nothing more would be begun.
            result = .failed(StepFailure(.notSent, "the deadline passed before it could be sent"))
        } else {
            result = await caller.perform(
                command, of: snapshot.saga, deadline: plan.deadline, isCheapest: isCheapest)
        }
        unsaved.append(Journal.ended(command, with: result, of: snapshot.saga, at: now))
        snapshot.saga.finish(command, with: result, at: now)
        if case .repriced(let offer, let stillCheapest) = result, !stillCheapest { takeBack(offer) }
        if command.step == .reprice || command.step == .hold, result.isUnclear {
            queue.putLast(snapshot.saga.attempts[command.attempt].offer.provider)
        }
        if Task.isCancelled {
            if version > 0 { try await save(settled: false) }
            throw .shuttingDown
        }
    }

    private func isCheapest(_ offer: ProviderOffer) -> Bool {
        guard let total = plan.compare(offer.total) else { return true }
        return queue.isCheapest(total)
    }

    /// A fare that rose, and is still within what was accepted, competes again at its new price.
    private mutating func takeBack(_ offer: ProviderOffer) {
        guard let current, let total = plan.compare(offer.total), offer.total.currency == current.limit.currency,
            offer.total.minorUnits <= current.limit.minorUnits
        else { return }
        _ = queue.takeBack(current, at: total, offer: offer)
    }

    /// Tells who waits what is certain so far, then sleeps.
    private mutating func wait(until: Timestamp) async throws(Abandoned) {
        if version > 0 { try await save(settled: false) }
        var pause = max(now.duration(to: until), .milliseconds(1))
        let left = clock.now.duration(to: plan.deadline)
        if snapshot.saga.direction == .booking, left > .zero { pause = min(pause, left) }
        do {
            try await clock.sleep(for: pause)
        } catch {
            throw .shuttingDown
        }
    }

    /// Where the deadline passed before anything was intended, there is nothing to write down.
    private mutating func settle() async throws(Abandoned) {
        if version > 0 || snapshot.saga.direction == .booking { try await save(settled: true) }
    }

    /// Writes state and lines in one transaction. A store that can't is tried again until it can: nothing goes on without.
    private mutating func save(settled: Bool) async throws(Abandoned) {
        let record: BookingRecord
        do throws(StoreError) {
            record = try snapshot.record(version: version + 1, settled: settled, key: plan.key)
        } catch { throw Abandoned(reason: error.detail) }
        var tries = 0
        while true {
            do throws(StoreError) {
                try await write(record, again: tries > 0)
                version += 1
                unsaved = []
                publish(snapshot)
                return
            } catch {
                if error.code == .conflict || error.code == .corrupt { throw Abandoned(reason: error.detail) }
                tries += 1
                logger.warning("store failed", metadata: ["detail": "\(error.detail)", "tries": "\(tries)"])
                if version == 0, isLate { throw Abandoned(reason: error.detail) }
                do {
                    try await clock.sleep(for: plan.terms.policy.pause(after: tries))
                } catch { throw .shuttingDown }
            }
        }
    }

    /// A store may fail after it has written: then the conflict is with ourselves.
    private func write(_ record: BookingRecord, again: Bool) async throws(StoreError) {
        do throws(StoreError) {
            let lease = Lease(owner: plan.owner, until: clock.timestamp.advanced(by: .seconds(10)))
            if record.version == 1 {
                try await store.create(record, journal: unsaved, key: plan.key, lease: lease)
            } else {
                try await store.save(record, journal: unsaved, lease: lease)
            }
        } catch {
            guard again, error.code == .conflict, try await store.booking(record.id) == record else { throw error }
        }
    }
}
