import FareDomain
import FarePorts
import FareTestSupport
import Logging
import Resilience

@testable import FareBooking

/// The booking core in a world of its own, made from a seed: replicas on one store, providers, the gateway, customers,
/// and everything that goes wrong. The same seed is the same world, to the last line of its log.
///
/// Guarded by confinement: one thread makes it, runs it and reads it.
final class World: @unchecked Sendable {
    let seed: UInt64
    private let codec: any SnapshotCodec
    let mutation: Mutation
    let agenda = Agenda()
    let queue: RunQueue
    let faults: Faults
    var providers: [FakeProvider] = []
    var gateway: FakeGateway!
    private(set) var rules: Rules!
    private(set) var violation: String?
    /// Empty unless it is kept.
    private(set) var lines: [String] = []

    let keepsLog: Bool
    /// Draws what the world is like, apart from what goes wrong in it.
    let setup: Faults
    /// What all processes share.
    var store: (any BookingStore)!
    /// The process that each replica is at present.
    var replicas: [ServiceProcess] = []
    var processes: [ServiceProcess] = []
    /// How far each replica's civil clock is from the true one.
    var civilOffsets: [Duration] = []
    /// How far its monotonic clock is: each machine's starts at another time.
    var monotonicOffsets: [Duration] = []
    /// How often each process compares the books; nil for never.
    var reconciliation: Duration?
    /// When the last of what only reconciliation finds arrives, or was in its way.
    var lastArrival = MonotonicInstant(nanoseconds: .min)
    /// Requests of customers that are still to come, or not yet answered.
    var comingRequests = 0
    /// Bookings that were told as ticketed.
    var cancelled: Set<BookingID> = []
    private var names = 0
    private var openTasks = 0

    /// So long after the faults have ended, whatever went wrong, every booking is ticketed or failed.
    static let patience = Duration.seconds(300)
    /// And so long after, nothing is left to do. Lost holds that look alike are left to their own time limit.
    static let longPatience = Duration.seconds(1_500)

    init(seed: UInt64, mutation: Mutation = .none, keepsLog: Bool = false) {
        self.seed = seed
        self.mutation = mutation
        self.keepsLog = keepsLog
        var random = SeededGenerator(seed: seed)
        faults = Faults(seed: random.next())
        setup = Faults(seed: random.next())
        queue = RunQueue(shuffle: random.next() % 2 == 0 ? SeededGenerator(seed: random.next()) : nil)
        codec = SnapshotShelf.codec(for: seed)
        rules = Rules(world: self)
        BookingSnapshot.$codec.withValue(codec) { build() }
    }

    var now: Timestamp { agenda.timestamp }

    // MARK: Running

    /// Lets it all happen.
    ///
    /// - Returns: the rule that was broken; nil if none was.
    func run() -> String? {
        BookingSnapshot.$codec.withValue(codec) { play() }
    }

    private func play() -> String? {
        let faultsEnd = setup.milliseconds(10_000...120_000)
        agenda.note(after: faultsEnd) { [self] in
            log("all goes well from now on")
            faults.end()
            // Machines whose clocks stay apart take each other's bookings for ever.
            for process in replicas { process.civilOffset = .zero }
            civilOffsets = civilOffsets.map { _ in .zero }
        }
        scheduleFaults(until: faultsEnd)
        let calm = agenda.now.advanced(by: faultsEnd)
        agenda.note(after: faultsEnd + Self.patience) { [self] in
            if !rules.areAllDecided { violated("not all is decided: \(unsettled)") }
        }
        let limit = calm.advanced(by: Self.longPatience)
        repeat {
            queue.pump()
            if violation != nil { break }
            if agenda.now >= calm, isOver { break }
            if agenda.now > limit || agenda.next == nil {
                violated("not all is over: \(unsettled), \(comingRequests) ask")
            }
            agenda.step()
        } while violation == nil
        if violation == nil { finish() }
        abandon()
        return violation
    }

    private var isOver: Bool {
        let looksAgain = lastArrival.advanced(by: (reconciliation ?? .zero) * 3 + .seconds(60))
        return comingRequests == 0 && rules.areAllSettled && !replicas.contains { $0.isDead }
            && (reconciliation == nil || agenda.now > looksAgain)
    }

    private var unsettled: [String] {
        rules.books.values.filter { !$0.record.settled }.map { "\($0.record.id)" }.sorted()
    }

    /// All is settled: what is still on its way arrives, and nobody is there any more.
    private func finish() {
        for process in processes { process.die() }
        let end = agenda.now.advanced(by: .seconds(7200))
        while violation == nil {
            queue.pump()
            guard let next = agenda.next, next <= end else { break }
            agenda.step()
        }
        if violation == nil { rules.checkEnd() }
    }

    /// Every task comes to its end when its process is dead.
    private func abandon() {
        for process in processes { process.die() }
        queue.pump()
        var steps = 0
        while agenda.next != nil, steps < 10_000, openTasks > 0 || processes.contains(where: { !$0.hasEnded }) {
            agenda.step()
            queue.pump()
            steps += 1
        }
        let left = processes.filter { !$0.hasEnded }
        if !left.isEmpty, violation == nil { violated("tasks of \(left.map(\.name)) never end") }
    }

    // MARK: Used by what lives in it

    func violated(_ text: String) {
        guard violation == nil else { return }
        log("VIOLATION \(text)")
        violation = text
    }

    func log(_ text: @autoclosure () -> String) {
        guard keepsLog else { return }
        let elapsed = agenda.elapsed.milliseconds
        let fraction = String(elapsed % 1000 + 1000).dropFirst()
        lines.append("\(elapsed / 1000).\(fraction) \(text())")
    }

    /// A task of nobody's, such as a packet on its way.
    func spawn(_ body: @escaping @Sendable () async -> Void) {
        openTasks += 1
        Task(executorPreference: queue) {
            await body()
            self.openTasks -= 1
        }
    }

    /// Everything runs on one thread, or the same seed would not be the same world.
    func checkExecutor() { precondition(queue.isCurrent, "a task has left its executor") }

    func applied(_ request: WireRequest) {
        checkExecutor()
        log("  \(request.peer) gets \(request.operation) \(request.reference ?? "-")")
    }

    /// Something arrives long after nobody waits for it any more: only a comparison of the books finds it.
    func expectVeryLate(_ request: WireRequest, after delay: Duration) {
        lastArrival = max(lastArrival, agenda.now.advanced(by: delay))
        if let reference = request.reference { rules.excuse(reference) }
    }

    func newBookingID() -> BookingID {
        names += 1
        return BookingID("bkg_\(names)")
    }

    func newCancellationID() -> CancellationID {
        names += 1
        return CancellationID("cxl_\(names)")
    }

    func crash(_ process: ServiceProcess, _ kind: FaultKind) {
        guard !process.isDead else { return }
        log("\(process.name) dies: \(kind)")
        process.die()
        let pause = faults.milliseconds(100...20_000)
        agenda.note(after: pause) { [self] in start(process.replica) }
    }
}
