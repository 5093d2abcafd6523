public import FareDomain
public import FarePorts
public import Logging
public import Resilience
import Synchronization

/// Runs bookings, each in a task of its own, apart from the requests that asked for them.
///
/// A caller that hangs up or runs out of time ends its waiting, never a call that was sent.
public final class BookingEngine: Sendable {
    /// What an engine works with, and its limits.
    public struct Configuration: Sendable {
        /// This process, among all that share the store: new at each start.
        public var owner: String
        /// Which run of the machine the clock's monotonic time belongs to.
        public var boot: String
        /// Bookings on their way to a ticket at once; past it `book` refuses. What is decided and only undone or
        /// refunded does not count: a peer that is away for days must not keep new bookings out.
        public var capacity: Int
        /// How often it looks for bookings that nobody works on any more.
        public var recoveryInterval: Duration
        /// By provider; what is not named goes by the defaults.
        public var rules: [ProviderID: ProviderRules]
        /// How long a call to the gateway may take from being sent to its last effect: its timeout.
        public var gatewayLongestCall: Duration

        public init(
            owner: String, boot: String, capacity: Int, recoveryInterval: Duration = .seconds(5),
            rules: [ProviderID: ProviderRules] = [:], gatewayLongestCall: Duration = .seconds(10)
        ) {
            self.owner = owner
            self.boot = boot
            self.capacity = capacity
            self.recoveryInterval = recoveryInterval
            self.rules = rules
            self.gatewayLongestCall = gatewayLongestCall
        }
    }

    let configuration: Configuration
    let tools: SagaRunner.Tools
    let store: any BookingStore
    let clock: any MonotonicClock & WallClock
    let board = BookingBoard()
    private let jobs: AsyncStream<Job>
    private let intake: AsyncStream<Job>.Continuation
    /// New bookings that are not decided.
    private let admitted = Mutex<Set<BookingID>>([])
    let left = LeftBookings()
    /// Whether bookings may have been taken over without an answer that said so.
    private let mayHaveUnknown = Mutex(false)
    private let isDraining = Atomic(false)
    /// How many unfinished bookings are looked through for those.
    private let looksForUnknown: Atomic<Int>

    public init(
        providers: [any FareProvider], gateway: any PaymentGateway, store: any BookingStore,
        clock: any MonotonicClock & WallClock, configuration: Configuration, metrics: BookingMetrics = BookingMetrics(),
        logger: Logger
    ) {
        self.configuration = configuration
        let caller = StepCaller(
            providers: Dictionary(uniqueKeysWithValues: providers.map { ($0.id, $0) }), rules: configuration.rules,
            gateway: gateway, gatewayLongestCall: configuration.gatewayLongestCall, clock: clock,
            claims: OrderClaims(store: store))
        tools = SagaRunner.Tools(
            caller: caller, store: store,
            ownership: Ownership(owner: configuration.owner, boot: configuration.boot, clock: clock),
            metrics: metrics, logger: logger)
        self.store = store
        self.clock = clock
        looksForUnknown = Atomic(configuration.capacity * 4)
        (jobs, intake) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(configuration.capacity * 4))
    }

    /// Works until `drain` was called and every booking is settled, or the task is cancelled. Meanwhile it gives its
    /// bookings a sign of life, and takes up those of others that have none.
    public func run() async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.work() }
            group.addTask { await self.renewLeases() }
            group.addTask { await self.lookForLeft() }
            await group.next()
            group.cancelAll()
        }
        // What is left is anybody's at once.
        do throws(StoreError) {
            try await store.endLeases(of: configuration.owner)
        } catch {
            // They run out by themselves.
            tools.logger.warning("leases not ended", metadata: ["reason": "\(error.detail)"])
        }
    }

    /// Takes no new bookings; `run` returns when the last one is settled, or pauses for longer than is worth waiting
    /// for.
    public func drain() {
        isDraining.store(true, ordering: .relaxed)
        intake.finish()
        board.leaveAll()
    }

    /// Books the first of the plan's candidates that can be had.
    ///
    /// Returns when the booking is decided, or at the plan's deadline with what is known by then; the work goes on.
    /// Cancelling ends the waiting, not the booking.
    public func book(_ plan: BookingPlan) async -> BookingAnswer {
        guard let post = begin(.book(plan)) else { return .refused }
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

    /// Takes up the bookings that nobody works on any more: their owner gave no sign of life for as long as a lease.
    ///
    /// Nothing new is booked for them: what may have been ticketed is settled, and the rest undone. `run` calls this at
    /// its start and at every recovery interval.
    /// - Returns: how many there were. Past the engine's capacity they wait for the next time.
    func recover() async throws(StoreError) -> Int {
        let room = mostAtWork - board.count
        guard room > 0, !isDraining.load(ordering: .relaxed) else { return 0 }
        try await lookForUnknown()
        // Their places are taken before the store is asked: nobody begins to cancel one meanwhile.
        let due = Set(left.due(at: clock.now).prefix(room).filter { board.open($0) != nil })
        let records: [BookingRecord]
        do throws(StoreError) {
            mayHaveUnknown.withLock { $0 = true }
            records = try await store.takeOver(
                for: tools.ownership.lease(), now: clock.timestamp, left: due, limit: room)
            mayHaveUnknown.withLock { $0 = false }
        } catch {
            for id in due { board.close(id) }
            throw error
        }
        if !records.isEmpty { tools.metrics.takenOver(count: records.count) }
        var count = 0
        for record in records where takeUp(record, isOpen: due.contains(record.id)) { count += 1 }
        for id in due.subtracting(records.map(\.id)) {
            // Not ours any more, unless there were more than fit.
            if records.count < room { left.remove(id) }
            board.close(id)
        }
        return count
    }

    /// - Parameter isOpen: whether it has a place on the board already.
    private func takeUp(_ record: BookingRecord, isOpen: Bool) -> Bool {
        let paused = left.paused(record.id, version: record.version - 1)
        let job = Job.takeUp(record, isOpen ? paused : nil)
        // Before somebody works on it, who may leave it again at once.
        left.remove(record.id)
        if isOpen ? enqueue(job) : begin(job) != nil { return true }
        left.add(record.id)
        return false
    }

    /// A store may fail after it has given bookings to this process: it renews their leases, and would never know of
    /// them.
    private func lookForUnknown() async throws(StoreError) {
        guard mayHaveUnknown.withLock({ $0 }) else { return }
        let limit = looksForUnknown.load(ordering: .relaxed)
        let records = try await store.unsettled(limit: limit)
        for record in records where board.post(of: record.id) == nil {
            // Those of others do no harm: the store gives back only what is this owner's.
            if left.paused(record.id, version: record.version) == nil { left.add(record.id) }
        }
        // The oldest come first, and the one that is meant may be the newest.
        if records.count == limit { looksForUnknown.store(limit * 2, ordering: .relaxed) }
    }

    // MARK: Work

    /// What a task of the engine does.
    enum Job: Sendable {
        case book(BookingPlan)
        case takeUp(BookingRecord, PausedBooking?)
        case cancel(BookingRecord, CancellationID, MonotonicInstant)

        var id: BookingID {
            switch self {
            case .book(let plan): plan.id
            case .takeUp(let record, _): record.id
            case .cancel(let record, _, _): record.id
            }
        }
    }

    /// Hands a job to `run`.
    ///
    /// - Returns: nil if the engine is full or draining, or the booking is at work already.
    func begin(_ job: Job) -> BookingPost? {
        guard board.count < mostAtWork, admit(job), let post = board.open(job.id) else { return nil }
        return enqueue(job) ? post : nil
    }

    /// Hands over a job that has its place on the board; gives that up if it can't be.
    private func enqueue(_ job: Job) -> Bool {
        if case .enqueued = intake.yield(job) { return true }
        close(job.id)
        return false
    }

    /// With what is undone, refunded or taken over.
    private var mostAtWork: Int { configuration.capacity * 4 }

    private func admit(_ job: Job) -> Bool {
        guard case .book(let plan) = job else { return true }
        return admitted.withLock { ids in
            guard ids.count < configuration.capacity else { return false }
            return ids.insert(plan.id).inserted
        }
    }

    private func close(_ id: BookingID) {
        admitted.withLock { _ = $0.remove(id) }
        board.close(id)
        tools.metrics.atWork(count: board.count)
    }

    /// Waits until a booking is decided, or for the deadline.
    ///
    /// - Parameter isOver: whether to wait until nobody works on it any more.
    /// - Returns: false if neither came, as the waiting was cancelled.
    func wait(for post: BookingPost, until deadline: MonotonicInstant, isOver: Bool = false) async -> Bool {
        let clock = clock
        return await withTaskGroup(of: Bool.self) { group in
            group.addTask {
                for await _ in post.changes() where post.isDecided && !isOver { return true }
                return post.isDecided
            }
            group.addTask { (try? await clock.sleep(until: deadline)) != nil }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    private func work() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask { await self.execute(job) }
            }
        }
    }

    private func execute(_ job: Job) async {
        var tools = tools
        tools.logger[metadataKey: "booking"] = "\(job.id)"
        if let post = board.post(of: job.id), post.begin() {
            do throws(StoreError) {
                tools.metrics.atWork(count: board.count)
                var runner = try runner(for: job, tools, post) { snapshot in
                    post.publish(snapshot)
                    if snapshot.saga.status.isDecided { self.admitted.withLock { _ = $0.remove(job.id) } }
                }
                await runner.run()
                if !runner.isAtRest { left.add(job.id, runner.paused) }
            } catch {
                tools.logger.error("booking can't be taken up", metadata: ["reason": "\(error.detail)"])
            }
        }
        close(job.id)
    }

    private func runner(
        for job: Job, _ tools: SagaRunner.Tools, _ post: BookingPost,
        publish: @escaping @Sendable (BookingSnapshot) -> Void
    ) throws(StoreError) -> SagaRunner {
        switch job {
        case .book(let plan):
            var tools = tools
            tools.logger[metadataKey: "request_id"] = "\(plan.terms.requestID)"
            return SagaRunner(plan, tools: tools, post: post, publish: publish)
        case .takeUp(let record, let paused?):
            return try SagaRunner(paused: paused, record: record, tools: tools, post: post, publish: publish)
        case .takeUp(let record, nil):
            return try SagaRunner(leftUnfinished: record, tools: tools, post: post, publish: publish)
        case .cancel(let record, let cancellation, let deadline):
            let paused = record.settled ? nil : left.paused(record.id, version: record.version)
            let runner = try SagaRunner(
                cancelling: record, paused: paused, as: cancellation, deadline: deadline, tools: tools, post: post,
                publish: publish)
            left.remove(record.id)
            return runner
        }
    }

    private func renewLeases() async {
        while (try? await clock.sleep(for: Ownership.renewal)) != nil {
            do throws(StoreError) {
                let lease = tools.ownership.lease()
                _ = try await store.renewLeases(of: lease.owner, until: lease.until)
            } catch {
                tools.logger.warning("leases not renewed", metadata: ["reason": "\(error.detail)"])
            }
        }
    }

    private func lookForLeft() async {
        repeat {
            do throws(StoreError) {
                let count = try await recover()
                if count > 0 {
                    tools.logger.notice("taking up unfinished bookings", metadata: ["count": "\(count)"])
                }
            } catch {
                tools.logger.warning("unfinished bookings not looked for", metadata: ["reason": "\(error.detail)"])
            }
        } while (try? await clock.sleep(for: configuration.recoveryInterval)) != nil
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
        self = snapshot.saga.status.isDecided ? .decided(snapshot) : .pending(snapshot)
    }
}
