import FareDomain
import FarePorts
import Logging
import Resilience

/// Runs one booking until nothing is left to do: does what its saga decides, and writes it down before and after.
///
/// One task owns a runner, and nothing else touches it.
struct SagaRunner {
    /// What every runner of a process works with.
    struct Tools: Sendable {
        let caller: StepCaller
        let store: any BookingStore
        let ownership: Ownership
        let metrics: BookingMetrics
        var logger: Logger
    }

    private(set) var snapshot: BookingSnapshot
    private var queue: CandidateQueue
    private let plan: BookingPlan
    private let tools: Tools
    private let post: BookingPost
    private let publish: @Sendable (BookingSnapshot) -> Void
    private var time: SagaTime

    /// A pause in which a booking can be left where that is asked for, rather than brought to its end soon.
    private static let longPause = Duration.seconds(1)
    /// A pause in which a booking is left anyway, and taken up after it: a refund may be pending for days.
    private static let veryLongPause = Duration.seconds(20)

    /// Lines written with the next save.
    private var unsaved: [JournalEntry] = []
    /// Of the stored record; 0 while there is none.
    private var version: Int64 = 0
    /// What the stored record says the booking is for.
    private var trip: Trip?
    /// Whether nothing has been written here yet, and whoever waits may be told so: then it is not begun late either.
    private var isUnbegun = true
    private var current: Candidate?
    /// Whether the last answer was the same as many before it: then there is nothing to write.
    private var toldNothingNew = false
    /// Whether nothing is left to do, and that is stored; or nothing ever was.
    private(set) var isAtRest = false
    /// Where it was left at a pause.
    private(set) var paused: PausedBooking?

    /// Runs a new booking.
    ///
    /// - Parameters:
    ///   - post: where it is asked to leave the booking.
    ///   - publish: told what is stored, each time.
    init(
        _ plan: BookingPlan, tools: Tools, post: BookingPost, publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) {
        self.plan = plan
        self.tools = tools
        self.post = post
        self.publish = publish
        time = SagaTime(tools.ownership.clock)
        snapshot = BookingSnapshot(plan, createdAt: time.now(tools.ownership.clock))
        queue = CandidateQueue(plan.candidates, policy: plan.terms.policy)
    }

    private init(
        stored record: BookingRecord, deadline: MonotonicInstant?, tools: Tools, post: BookingPost,
        publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) {
        let stored = try BookingSnapshot(stored: record)
        let plan = BookingPlan(
            id: record.id, terms: stored.saga.terms, search: stored.search, candidates: [], compare: { _ in nil },
            key: record.key, deadline: deadline ?? tools.ownership.clock.now)
        self.init(plan, tools: tools, post: post, publish: publish)
        snapshot = stored
        version = record.version
        trip = record.trip
    }

    /// Takes up a booking that was left unfinished: what may have been ticketed is settled, the rest is undone.
    ///
    /// - Throws: `corrupt` if its stored state can't be read.
    init(
        leftUnfinished record: BookingRecord, tools: Tools, post: BookingPost,
        publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) {
        try self.init(stored: record, deadline: nil, tools: tools, post: post, publish: publish)
        isUnbegun = false
        if let command = snapshot.saga.inFlight {
            let result = StepResult.unknown(StepFailure(.unclear, "left unfinished"))
            unsaved.append(Journal.ended(command, with: result, of: snapshot.saga, at: now))
        }
        snapshot.saga.takeOver(at: now) { call in
            tools.ownership.left(of: call.sentBy, longestCall: tools.caller.longestCall(to: call.provider))
        }
    }

    /// Goes on with a booking that was left at a pause.
    ///
    /// - Throws: `corrupt` if its stored state can't be read.
    init(
        paused: PausedBooking, record: BookingRecord, tools: Tools, post: BookingPost,
        publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) {
        try self.init(stored: record, deadline: nil, tools: tools, post: post, publish: publish)
        isUnbegun = false
        time = paused.time
    }

    /// Cancels a booking that is ticketed, and at rest or paused; then goes on with what else is left to do for it.
    ///
    /// - Throws: `conflict` if it is not in a state for that any more; `corrupt` if its stored state can't be read.
    init(
        cancelling record: BookingRecord, paused: PausedBooking?, as cancellation: CancellationID,
        deadline: MonotonicInstant, tools: Tools, post: BookingPost,
        publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) {
        try self.init(stored: record, deadline: deadline, tools: tools, post: post, publish: publish)
        if let paused { time = paused.time }
        guard record.settled || paused != nil, snapshot.saga.confirmCancellation(cancellation, at: now) else {
            throw StoreError(.conflict, detail: "\(record.id) can't be cancelled by \(cancellation)")
        }
    }

    /// Returns when nothing is left to do, when the task is cancelled, when another owner took over, or at a long
    /// pause.
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
            if case .paused = error { return }
            tools.logger.warning("booking left to recovery", metadata: ["reason": "\(error.reason)"])
        }
    }

    /// Why a booking is not run to its end here.
    private enum Abandoned: Error {
        case shuttingDown
        /// It pauses for long, and is taken up after that; or it is wanted for something else.
        case paused
        /// Somebody else has it, or it can't be written.
        case lost(String)
        /// Another booking of the same trip exists.
        case duplicate(BookingID?)

        var reason: String {
            switch self {
            case .shuttingDown: "shutting down"
            case .paused: "it pauses"
            case .lost(let reason): reason
            case .duplicate: "a duplicate"
            }
        }
    }

    private var now: Timestamp { time.now(clock) }

    private var clock: any MonotonicClock & WallClock { tools.ownership.clock }

    private var isLate: Bool { clock.now >= plan.deadline }

    private mutating func openNext() {
        guard let candidate = queue.next() else { return snapshot.saga.exhaust(at: now) }
        current = candidate
        snapshot.saga.open(
            candidate.offer, id: candidate.offerID, limit: candidate.limit,
            quarantine: tools.caller.rules[candidate.offer.provider]?.quarantine,
            amountStep: tools.caller.gateway.step(of: candidate.limit.currency), at: now)
    }

    /// Anything but a read is on disk before it is on the wire. A read needs no line before it, but what came before it
    /// is told first: it may take long.
    private mutating func perform(_ command: Command) async throws(Abandoned) {
        let sentBy = clock.now.advanced(by: Ownership.sendingWindow)
        guard try await write(intent: command, sentBy: sentBy) else { return }
        let result: StepResult
        if isLate, snapshot.saga.direction == .booking, command.step.isForward {
            // Saving may have taken long. Whoever waited has been told that nothing more would be begun.
            result = .failed(StepFailure(.notSent, "the deadline passed before it could be sent"))
        } else {
            result = await tools.caller.perform(
                command, of: snapshot.saga, version: version, deadline: plan.deadline, sentBy: sentBy,
                isCheapest: isCheapest)
        }
        if Task.isCancelled, case .unknown = result {
            // Only the waiting has ended: the peer may be at it for as long as a call may take. So it is left in
            // flight.
            throw .shuttingDown
        }
        end(command, with: result)
        if case .repriced(let offer, let stillCheapest) = result, !stillCheapest { takeBack(offer) }
        if command.step == .reprice || command.step == .hold, result.isUnclear {
            queue.putLast(snapshot.saga.attempts[command.attempt].offer.provider)
        }
        if Task.isCancelled {
            if version > 0 { try await save(settled: false) }
            throw .shuttingDown
        }
    }

    private mutating func end(_ command: Command, with result: StepResult) {
        let line = Journal.ended(command, with: result, of: snapshot.saga, at: now)
        tools.metrics.stepEnded(
            command.step, result: line.result, provider: snapshot.saga.attempts[command.attempt].offer.provider)
        let wasUnwritten = isAskedInVain(command)
        toldNothingNew = wasUnwritten && result.isUnclear
        if !toldNothingNew {
            if wasUnwritten { unsaved.append(Journal.intended(command, of: snapshot.saga, at: now)) }
            unsaved.append(line)
        }
        snapshot.saga.finish(command, with: result, at: now)
    }

    /// What was asked often, and never answered, is not written down each time: else the journal would grow for as long
    /// as a peer is away.
    private func isAskedInVain(_ command: Command) -> Bool {
        let tries = snapshot.saga.attempts[command.attempt][command.step].count
        return command.step.isRead && tries >= plan.terms.policy.attentionAfter
    }

    /// - Returns: false if the step is not to be made: it would book a trip twice.
    private mutating func write(intent command: Command, sentBy: MonotonicInstant) async throws(Abandoned) -> Bool {
        let before = (snapshot, unsaved, trip)
        let isWritten = !isAskedInVain(command)
        if isWritten { unsaved.append(Journal.intended(command, of: snapshot.saga, at: now)) }
        snapshot.saga.begin(
            command, sentBy: SentBy(boot: tools.ownership.boot, nanoseconds: sentBy.nanoseconds), at: now)
        guard isWritten else { return true }
        guard version > 0 || !command.step.isRead else { return true }
        if command.step.isForward, !command.step.isRead {
            trip = Trip(snapshot.saga.attempts[command.attempt], of: snapshot.saga, at: clock.timestamp)
        }
        do throws(Abandoned) {
            try await save(settled: false)
            return true
        } catch {
            guard case .duplicate(let other) = error else { throw error }
            (snapshot, unsaved, trip) = before
            snapshot.saga.refuseDuplicate(of: other, at: now)
            return false
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
        if version > 0, !toldNothingNew || !unsaved.isEmpty { try await save(settled: false) }
        var pause = max(now.duration(to: until), .milliseconds(1))
        let left = clock.now.duration(to: plan.deadline)
        if snapshot.saga.direction == .booking, left > .zero { pause = min(pause, left) }
        let isOnItsWay = snapshot.saga.direction == .booking && snapshot.saga.status == .pending
        let end = clock.now.advanced(by: pause)
        var isToBeLeft = !isOnItsWay && pause >= Self.veryLongPause
        do {
            if !isToBeLeft, !isOnItsWay, pause >= Self.longPause {
                isToBeLeft = try await post.pause(for: pause, on: clock)
            } else if !isToBeLeft {
                try await clock.sleep(for: pause)
            }
        } catch {
            throw .shuttingDown
        }
        guard isToBeLeft else { return }
        // How often something was tried is kept, even where there is nothing to tell of it.
        if toldNothingNew { try await save(settled: false) }
        paused = PausedBooking(version: version, until: end, time: time)
        throw .paused
    }

    /// Where the deadline passed before anything was intended, there is nothing to write down.
    private mutating func settle() async throws(Abandoned) {
        if version > 0 || snapshot.saga.direction == .booking { try await save(settled: true) }
        isAtRest = true
        if version > 0 {
            let saga = snapshot.saga
            tools.metrics.bookingEnded(status: saga.status, took: saga.createdAt.duration(to: now))
        }
    }

    /// Writes state and lines in one transaction, and prolongs the lease. A store that can't is tried again until it
    /// can: nothing goes on without.
    private mutating func save(settled: Bool) async throws(Abandoned) {
        let record: BookingRecord
        do throws(StoreError) {
            record = try snapshot.record(version: version + 1, settled: settled, key: plan.key, trip: trip)
        } catch { throw .lost(error.detail) }
        var tries = 0
        while true {
            do throws(StoreError) {
                try await write(record, again: tries > 0)
                version += 1
                isUnbegun = false
                unsaved = []
                publish(snapshot)
                return
            } catch {
                if error.code == .duplicate { throw .duplicate(error.booking) }
                if error.code == .conflict || error.code == .corrupt { throw .lost(error.detail) }
                tries += 1
                tools.logger.warning("store failed", metadata: ["detail": "\(error.detail)", "tries": "\(tries)"])
                if isUnbegun, isLate { throw .lost(error.detail) }
                do {
                    try await clock.sleep(for: plan.terms.policy.pause(after: tries))
                } catch { throw .shuttingDown }
            }
        }
    }

    /// A store may fail after it has written: then the conflict is with ourselves.
    private func write(_ record: BookingRecord, again: Bool) async throws(StoreError) {
        do throws(StoreError) {
            let lease = tools.ownership.lease()
            if record.version == 1 {
                try await tools.store.create(record, journal: unsaved, key: plan.key, lease: lease)
            } else {
                try await tools.store.save(record, journal: unsaved, lease: lease)
            }
        } catch {
            guard again, error.code == .conflict, try await tools.store.booking(record.id) == record else {
                throw error
            }
        }
    }
}
