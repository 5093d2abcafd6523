import FareTestSupport
import Glibc

/// Runs every task that prefers it on the thread that pumps it, one at a time: in the order in which they became
/// runnable, or in one that a seed decides.
///
/// Guarded by confinement: only the thread that pumps touches it. What is enqueued from elsewhere is counted, and run
/// by nobody: a task has escaped.
final class RunQueue: TaskExecutor, @unchecked Sendable {
    private var jobs: [UnownedJob] = []
    private var head = 0
    private var shuffle: SeededGenerator?
    private let thread = pthread_self()

    /// - Parameter shuffle: decides which of the runnable tasks goes on; nil for first in, first out.
    init(shuffle: SeededGenerator?) { self.shuffle = shuffle }

    /// Whether the code that asks runs on the thread of this queue.
    var isCurrent: Bool { pthread_equal(thread, pthread_self()) != 0 }

    func enqueue(_ job: consuming ExecutorJob) {
        precondition(isCurrent, "a task came from another thread")
        jobs.append(UnownedJob(job))
    }

    /// Runs until nothing is runnable.
    func pump() {
        let executor = asUnownedTaskExecutor()
        while let job = next() { job.runSynchronously(on: executor) }
    }

    private func next() -> UnownedJob? {
        guard head < jobs.count else {
            jobs.removeAll(keepingCapacity: true)
            head = 0
            return nil
        }
        if shuffle != nil, jobs.count - head > 1 {
            let other = head + Int((shuffle?.next() ?? 0) % UInt64(jobs.count - head))
            if other != head { jobs.swapAt(head, other) }
        }
        defer { head += 1 }
        return jobs[head]
    }
}
