import CCurl
import FarePorts
import Glibc
import Synchronization

/// Names one transfer between threads.
struct Token: Hashable, Sendable {
    let number: UInt64
}

/// Where a call's result goes. Resumed exactly once, by whoever takes the call out of the place where it waits.
typealias Reply = CheckedContinuation<Result<HTTPResponse, TransportError>, Never>

/// A call on its way to the loop.
struct Arrival: Sendable {
    let token: Token
    let request: HTTPRequest
    let continuation: Reply
}

/// What callers hand to the loop: bounded by the number of unfinished calls, and announced through an eventfd.
final class Inbox: Sendable {
    private struct State {
        var isOpen = true
        /// Calls delivered and not ended yet.
        var unfinished = 0
        var arrivals: [Arrival] = []
        var aborts: [Token] = []
        /// Whether the loop has been woken for what is here.
        var isAnnounced = false
    }

    /// What the loop takes out in one go.
    struct Batch {
        var arrivals: [Arrival] = []
        var aborts: [Token] = []
        /// Nothing comes after this batch.
        var isLast = false
    }

    private let capacity: Int
    /// Readable when there is something to take. Open as long as the inbox lives, so that no late write can hit another
    /// file that got its number.
    let descriptor: Int32
    private let tokens = Atomic<UInt64>(1)
    private let state = Mutex(State())

    init(capacity: Int) throws(CurlStartError) {
        self.capacity = capacity
        descriptor = eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK))
        guard descriptor >= 0 else { throw CurlStartError(system: "eventfd") }
    }

    deinit { Glibc.close(descriptor) }

    func nextToken() -> Token { Token(number: tokens.wrappingAdd(1, ordering: .relaxed).oldValue) }

    /// Hands a call over to the loop, which then owes it a result.
    ///
    /// - Returns: why not, in which case the caller still owes it.
    func deliver(_ arrival: Arrival) -> TransportError? {
        state.withLock { state in
            guard state.isOpen else { return TransportError(.shutDown, maybeSent: false) }
            guard state.unfinished < capacity else {
                return TransportError(.overloaded, maybeSent: false, detail: "\(capacity) calls are in flight")
            }
            state.unfinished += 1
            state.arrivals.append(arrival)
            announce(&state)
            return nil
        }
    }

    /// Asks for a call to be abandoned. A call that has ended, or was never delivered, is none to abandon.
    func abort(_ token: Token) {
        state.withLock { state in
            guard state.isOpen else { return }
            state.aborts.append(token)
            announce(&state)
        }
    }

    func close() {
        state.withLock { state in
            state.isOpen = false
            announce(&state)
        }
    }

    /// Everything that came since the last time, into `batch`, whose memory the next callers get to fill.
    func take(into batch: inout Batch) {
        batch.arrivals.removeAll(keepingCapacity: true)
        batch.aborts.removeAll(keepingCapacity: true)
        var count: UInt64 = 0
        // Resets the counter. There is nothing to do about an error but to look, which happens anyway.
        read(descriptor, &count, MemoryLayout<UInt64>.size)
        state.withLock { state in
            state.isAnnounced = false
            swap(&state.arrivals, &batch.arrivals)
            swap(&state.aborts, &batch.aborts)
            batch.isLast = !state.isOpen
        }
    }

    /// A delivered call has its result: there is room for another.
    func ended() {
        state.withLock { $0.unfinished -= 1 }
    }

    private func announce(_ state: inout State) {
        guard !state.isAnnounced else { return }
        state.isAnnounced = true
        var one: UInt64 = 1
        // Fails only if the counter is about to overflow, and then the loop is awake.
        write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}

extension CurlStartError {
    /// `call` failed, and `errno` says why.
    init(system call: String) {
        self.init(detail: "\(call): \(String(cString: strerror(errno)))")
    }
}
