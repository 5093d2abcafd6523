/// Requests that are applied after their connection was closed: the `late_apply` fault.
final class LateWork: Sendable {
    private typealias Job = (delay: Duration, run: @Sendable () -> Void)

    private let jobs: AsyncStream<Job>
    private let inbox: AsyncStream<Job>.Continuation

    init() { (jobs, inbox) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(10_000)) }

    /// Runs `work` after `delay`, as long as `run` does.
    func schedule(after delay: Duration, _ work: @escaping @Sendable () -> Void) {
        inbox.yield((delay, work))
    }

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
