import CCurl
import Glibc
import Synchronization

/// The thread that runs a `CurlLoop` from its start to its end.
final class LoopThread: Sendable {
    private enum State {
        case running(waiters: [CheckedContinuation<Void, Never>])
        case finished
    }

    private let state = Mutex(State.running(waiters: []))
    private let id: Mutex<pthread_t?>

    /// What the new thread gets in hand.
    private final class Start {
        let name: String
        let loop: CurlLoop
        let thread: LoopThread

        init(name: String, loop: CurlLoop, thread: LoopThread) {
            self.name = name
            self.loop = loop
            self.thread = thread
        }
    }

    /// - Parameters:
    ///   - name: at most 15 bytes, as Linux has it.
    ///   - loop: belongs to the thread from here on; the caller must not touch it any more.
    init(name: String, running loop: CurlLoop) throws(CurlStartError) {
        id = Mutex(nil)
        let start = Unmanaged.passRetained(Start(name: name, loop: loop, thread: self))
        var created = pthread_t()
        let failure = pthread_create(&created, nil, { LoopThread.main($0) }, start.toOpaque())
        guard failure == 0 else {
            start.release()
            loop.cleanUp()
            throw CurlStartError(detail: "pthread_create: \(String(cString: strerror(failure)))")
        }
        id.withLock { $0 = created }
    }

    deinit {
        // Nobody waited for the end: the system tidies up when it comes.
        if let id = id.withLock({ $0 }) { pthread_detach(id) }
    }

    private static func main(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        guard let context else { return nil }
        let start = Unmanaged<Start>.fromOpaque(context).takeRetainedValue()
        // Signals are for other threads. SIGPIPE too: a TLS library may write to a socket that the peer has closed.
        var all = sigset_t()
        sigfillset(&all)
        pthread_sigmask(SIG_BLOCK, &all, nil)
        ccurl_name_thread(start.name)
        start.loop.run()
        start.thread.finish()
        return nil
    }

    private func finish() {
        let waiters = state.withLock { state in
            guard case .running(let waiters) = state else { return [CheckedContinuation<Void, Never>]() }
            state = .finished
            return waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    /// Waits until the thread has run its course, and joins it.
    func ended() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard case .running(var waiters) = state else { return true }
                waiters.append(continuation)
                state = .running(waiters: waiters)
                return false
            }
            if isOver { continuation.resume() }
        }
        let toJoin = id.withLock { id in
            defer { id = nil }
            return id
        }
        // Does not block for long: the thread has nothing left to do.
        if let toJoin { pthread_join(toJoin, nil) }
    }
}
