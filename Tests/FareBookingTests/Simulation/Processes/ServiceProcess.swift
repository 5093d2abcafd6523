import FareDomain
import FarePorts
import Logging
import Resilience

@testable import FareBooking

/// One process of the service, which can be stopped for a while and can die at any of its calls.
///
/// From its death on, all its ports and its clock are dead for it: nothing it does has any effect. What others did for
/// it stays done. Guarded by confinement to the thread of its world.
final class ServiceProcess: @unchecked Sendable {
    /// A call of a process that is dead.
    struct Gone: Error {}

    enum State: Equatable {
        case running
        case stopped(until: MonotonicInstant)
        case dead
    }

    /// The replica, and how often it was started.
    let name: String
    let replica: Int
    unowned let world: World
    /// How far its monotonic clock is from the true one: each machine has its own.
    let monotonicOffset: Duration
    private(set) var state = State.running
    /// How far its civil clock is from the true one.
    var civilOffset = Duration.zero
    private var frozen: [UnsafeContinuation<Void, Never>] = []
    private var tasks: [Task<Void, Never>] = []
    private var runningTasks = 0
    private(set) lazy var store = world.store(for: self)
    private(set) lazy var engine = world.engine(for: self)

    init(name: String, replica: Int, monotonicOffset: Duration, world: World) {
        self.name = name
        self.replica = replica
        self.monotonicOffset = monotonicOffset
        self.world = world
    }

    var clock: ProcessClock { ProcessClock(process: self) }
    var isDead: Bool { state == .dead }
    var hasEnded: Bool { runningTasks == 0 }

    /// Starts a task of this process, which is cancelled when the process dies.
    @discardableResult
    func spawn(_ body: @escaping @Sendable (ServiceProcess) async -> Void) -> Task<Void, Never> {
        runningTasks += 1
        let task = Task(executorPreference: world.queue) {
            await body(self)
            self.runningTasks -= 1
        }
        tasks.append(task)
        return task
    }

    /// kill -9.
    func die() {
        guard !isDead else { return }
        state = .dead
        thaw()
        for task in tasks { task.cancel() }
    }

    /// Ends as an orderly service does: its tasks are cancelled, and its ports still work.
    func end() {
        for task in tasks { task.cancel() }
    }

    /// SIGSTOP, and SIGCONT after a while.
    func pause(for duration: Duration) {
        guard case .running = state else { return }
        let until = world.agenda.now.advanced(by: duration)
        state = .stopped(until: until)
        world.agenda.note(at: until) { [self] in
            guard state == .stopped(until: until) else { return }
            state = .running
            world.log("\(name) goes on")
            thaw()
        }
    }

    /// Returns when the process runs.
    func goOn() async throws(Gone) {
        while case .stopped = state {
            await withUnsafeContinuation { frozen.append($0) }
        }
        if isDead { throw Gone() }
    }

    /// A point at which the process may die or be stopped.
    func reach(_ crash: FaultKind) async throws(Gone) {
        world.checkExecutor()
        try await goOn()
        if world.faults.strike(crash) {
            world.crash(self, crash)
            throw Gone()
        }
        if world.faults.strike(.pause) {
            let pause = world.faults.milliseconds(1_000...45_000)
            world.log("\(name) is stopped for \(pause)")
            self.pause(for: pause)
            try await goOn()
        }
    }

    private func thaw() {
        let frozen = frozen
        self.frozen = []
        for continuation in frozen { continuation.resume() }
    }
}

/// A process's clocks: the monotonic one, which is true and runs on while the process is stopped, and the civil one.
struct ProcessClock: MonotonicClock, WallClock {
    let process: ServiceProcess

    var now: MonotonicInstant { process.world.agenda.now.advanced(by: process.monotonicOffset) }
    var timestamp: Timestamp { process.world.agenda.timestamp.advanced(by: process.civilOffset) }

    func sleep(until instant: MonotonicInstant) async throws(CancellationError) {
        if process.isDead { throw CancellationError() }
        let result: Bool
        do throws(CancellationError) {
            try await TrueClock(agenda: process.world.agenda).sleep(
                until: instant.advanced(by: .zero - process.monotonicOffset))
            result = true
        } catch {
            result = false
        }
        do { try await process.goOn() } catch { throw CancellationError() }
        if !result { throw CancellationError() }
    }
}
