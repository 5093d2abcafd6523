public import FareDomain
public import FarePorts
public import Logging
public import Resilience
import Synchronization

/// Runs bookings, each in a task of its own, apart from the requests that asked for them.
///
/// A caller that hangs up or runs out of time ends its waiting, never a call that was sent.
public final class BookingEngine: Sendable {
    private let caller: StepCaller
    private let claims: OrderClaims
    private let store: any BookingStore
    private let clock: any MonotonicClock & WallClock
    private let logger: Logger
    private let board = BookingBoard()
    private let jobs: AsyncStream<Job>
    private let intake: AsyncStream<Job>.Continuation
    private let capacity: Int
    private let running = Mutex(0)

    /// - Parameter capacity: bookings at work at once; past it `book` refuses.
    public init(
        providers: [any FareProvider], gateway: any PaymentGateway, store: any BookingStore,
        clock: any MonotonicClock & WallClock, capacity: Int, logger: Logger
    ) {
        claims = OrderClaims(store: store)
        caller = StepCaller(
            providers: Dictionary(uniqueKeysWithValues: providers.map { ($0.id, $0) }), gateway: gateway, clock: clock,
            claims: claims)
        self.store = store
        self.clock = clock
        self.logger = logger
        self.capacity = capacity
        (jobs, intake) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
    }

    /// Works until `drain` was called and every booking is settled, or the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask { await self.execute(job) }
            }
        }
    }

    /// Takes no new bookings; `run` returns when the last one is settled.
    public func drain() { intake.finish() }

    /// Books the first of the plan's candidates that can be had.
    ///
    /// Returns when the booking is decided, or at the plan's deadline with what is known by then; the work goes on.
    /// Cancelling ends the waiting, not the booking.
    public func book(_ plan: BookingPlan) async -> BookingAnswer {
        let admitted = running.withLock { count in
            guard count < capacity else { return false }
            count += 1
            return true
        }
        guard admitted else { return .refused }
        let post = board.open(plan.id)
        guard case .enqueued = intake.yield(.book(plan)) else {
            board.close(plan.id)
            running.withLock { $0 -= 1 }
            return .refused
        }
        let inTime = await wait(for: post, until: plan.deadline)
        if let latest = post.latest { return BookingAnswer(latest) }
        // Who stops waiting before the deadline leaves a booking that may yet begin.
        return inTime ? .untouched : .pending(BookingSnapshot(plan, createdAt: clock.timestamp))
    }

    /// What is known of a booking that is being worked on here; nil if none is, or nothing of it is stored yet.
    public func current(_ id: BookingID) -> BookingSnapshot? { board.post(of: id)?.latest }

    /// Waits for a booking to be decided, and no longer than `deadline`. Nil if it isn't being worked on here.
    public func answer(for id: BookingID, until deadline: MonotonicInstant) async -> BookingAnswer? {
        guard let post = board.post(of: id) else { return nil }
        _ = await wait(for: post, until: deadline)
        return post.latest.map { BookingAnswer($0) } ?? .untouched
    }

    /// Waits until a booking is decided, or for the deadline.
    ///
    /// - Returns: false if neither came, as the waiting was cancelled.
    private func wait(for post: BookingPost, until deadline: MonotonicInstant) async -> Bool {
        let clock = clock
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in post.changes() where post.isDecided { return true }
                return post.isDecided
            }
            group.addTask { (try? await clock.sleep(until: deadline)) != nil }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    /// Takes up the bookings that an earlier run of the service left unfinished. Call once, before `run`.
    ///
    /// Nothing new is booked for them: what may have been ticketed is settled, and the rest undone.
    /// - Returns: how many there are. Past the engine's capacity they wait for the next start.
    public func recover() async throws(StoreError) -> Int {
        var count = 0
        // A lease of no length: whoever had them is gone.
        let now = clock.timestamp
        let lease = Lease(owner: "", until: now)
        for record in try await store.takeOver(for: lease, now: now, except: [], limit: capacity) {
            _ = board.open(record.id)
            guard case .enqueued = intake.yield(.takeUp(record)) else {
                board.close(record.id)
                break
            }
            running.withLock { $0 += 1 }
            count += 1
        }
        return count
    }

    /// What a task of the engine does.
    private enum Job: Sendable {
        case book(BookingPlan)
        case takeUp(BookingRecord)

        var id: BookingID {
            switch self {
            case .book(let plan): plan.id
            case .takeUp(let record): record.id
            }
        }
    }

    private func execute(_ job: Job) async {
        var logger = logger
        logger[metadataKey: "booking"] = "\(job.id)"
        if let post = board.post(of: job.id) {
            do throws(StoreError) {
                var runner = try runner(for: job, logger: logger) { post.publish($0) }
                await runner.run()
            } catch {
                logger.error("booking can't be taken up", metadata: ["reason": "\(error.detail)"])
            }
        }
        claims.forget(job.id)
        board.close(job.id)
        running.withLock { $0 -= 1 }
    }

    private func runner(
        for job: Job, logger: Logger, publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) -> SagaRunner {
        switch job {
        case .book(let plan):
            var logger = logger
            logger[metadataKey: "request_id"] = "\(plan.terms.requestID)"
            return SagaRunner(
                plan, caller: caller, store: store, clock: clock, logger: logger, publish: publish)
        case .takeUp(let record):
            return try SagaRunner(
                leftUnfinished: record, caller: caller, store: store, clock: clock, logger: logger, publish: publish)
        }
    }
}

/// What can be said of a booking when its caller is answered.
public enum BookingAnswer: Sendable {
    /// Ticketed or failed.
    case decided(BookingSnapshot)
    /// Something was intended, or may be yet, and how it ends is not known.
    case pending(BookingSnapshot)
    /// Nothing was intended by the deadline, and nothing will be.
    case untouched
    /// The engine is full or draining; nothing was begun.
    case refused

    init(_ snapshot: BookingSnapshot) {
        self = snapshot.saga.status == .pending ? .pending(snapshot) : .decided(snapshot)
    }
}
