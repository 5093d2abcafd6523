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
    private let store: any BookingStore
    private let clock: any MonotonicClock & WallClock
    private let logger: Logger
    private let board = BookingBoard()
    private let plans: AsyncStream<BookingPlan>
    private let intake: AsyncStream<BookingPlan>.Continuation
    private let capacity: Int
    private let running = Mutex(0)

    /// - Parameter capacity: bookings at work at once; past it `book` refuses.
    public init(
        providers: [any FareProvider], gateway: any PaymentGateway, store: any BookingStore,
        clock: any MonotonicClock & WallClock, capacity: Int, logger: Logger
    ) {
        caller = StepCaller(
            providers: Dictionary(uniqueKeysWithValues: providers.map { ($0.id, $0) }), gateway: gateway, clock: clock)
        self.store = store
        self.clock = clock
        self.logger = logger
        self.capacity = capacity
        (plans, intake) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(capacity))
    }

    /// Works until `drain` was called and every booking is settled, or the task is cancelled.
    public func run() async {
        await withDiscardingTaskGroup { group in
            for await plan in plans {
                group.addTask { await self.execute(plan) }
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
        let updates = board.open(plan.id)
        guard case .enqueued = intake.yield(plan) else {
            board.close(plan.id)
            running.withLock { $0 -= 1 }
            return .refused
        }
        return await answer(from: updates, until: plan.deadline)
    }

    /// What is known of a booking that is being worked on here; nil if none is.
    public func current(_ id: BookingID) -> BookingSnapshot? {
        board.progress(of: id).flatMap { $0.isStored ? $0.snapshot : nil }
    }

    /// Waits for a booking to be decided, and no longer than `deadline`. Nil if it isn't being worked on here.
    public func answer(for id: BookingID, until deadline: MonotonicInstant) async -> BookingAnswer? {
        guard let updates = board.follow(id) else { return nil }
        return await answer(from: updates, until: deadline)
    }

    private func answer(
        from updates: AsyncStream<BookingProgress>, until deadline: MonotonicInstant
    ) async -> BookingAnswer {
        let clock = clock
        return await withTaskGroup(of: BookingProgress?.self) { group in
            group.addTask {
                var latest: BookingProgress?
                for await progress in updates {
                    latest = progress
                    if progress.isDecision { break }
                }
                return latest
            }
            group.addTask {
                try? await clock.sleep(until: deadline)
                return nil
            }
            var latest: BookingProgress?
            for await progress in group {
                latest = progress ?? latest
                group.cancelAll()  // The other one: the timer, or the waiting, which then tells what it last saw.
            }
            return BookingAnswer(latest)
        }
    }

    private func execute(_ plan: BookingPlan) async {
        var logger = logger
        logger[metadataKey: "booking"] = "\(plan.id)"
        logger[metadataKey: "request_id"] = "\(plan.terms.requestID)"
        let board = board
        var runner = SagaRunner(
            plan, caller: caller, store: store, clock: clock, logger: logger,
            publish: { progress in board.publish(progress) })
        await runner.run()
        board.close(plan.id)
        running.withLock { $0 -= 1 }
    }
}

/// What can be said of a booking when its caller is answered.
public enum BookingAnswer: Sendable {
    /// Ticketed or failed.
    case decided(BookingSnapshot)
    /// Something was intended, and how it ends is not known yet.
    case pending(BookingSnapshot)
    /// Nothing was intended by the deadline, and nothing will be.
    case untouched
    /// The engine is full or draining; nothing was begun.
    case refused

    init(_ progress: BookingProgress?) {
        guard let progress else {
            self = .untouched
            return
        }
        let status = progress.snapshot.saga.status
        if status != .pending, progress.isStored {
            self = .decided(progress.snapshot)
        } else if progress.isStored {
            self = .pending(progress.snapshot)
        } else {
            self = .untouched
        }
    }
}
