import Synchronization

/// Requests that are applied after their connection was closed: the `late_apply` fault.
final class LateWork: Sendable {
    private typealias Job = (delay: Duration, run: @Sendable () -> Void)

    private let jobs: AsyncStream<Job>
    private let inbox: AsyncStream<Job>.Continuation
    /// How often everything on its way was forgotten.
    private let resets = Atomic(0)

    init() { (jobs, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000)) }

    /// Runs `work` after `delay`, as long as `run` does.
    func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) {
        let reset = resets.load(ordering: .relaxed)
        inbox.yield((delay, { [self] in if resets.load(ordering: .relaxed) == reset { work() } }))
    }

    /// Forgets what is on its way: it is never applied.
    func reset() { resets.add(1, ordering: .relaxed) }

    /// Until cancelled. What is still waiting then is not applied: as if the request was lost.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await job in jobs {
                group.addTask {
                    guard (try? await Task.sleep(for: job.delay)) != nil else { return }
                    job.run()
                }
            }
        }
    }
}
