public import FarePorts
public import Resilience

/// Sends requests through libcurl, on one thread of its own.
///
/// The thread starts with the transport, and ends with `shutdown()`, or by itself once nobody holds the transport any
/// more. What it owns (the multi handle, its sockets, the easy handles) never leaves it.
public final class CurlTransport: HTTPTransport {
    private let inbox: Inbox
    private let thread: LoopThread

    /// - Parameter clock: must agree with the deadlines in requests; `SystemClock` except in tests.
    /// - Throws: `CurlStartError` when the system has no descriptor, memory or thread left.
    public init(
        configuration: CurlConfiguration = CurlConfiguration(), clock: any MonotonicClock = SystemClock()
    ) throws(CurlStartError) {
        inbox = try Inbox(capacity: configuration.maximumInFlight)
        let loop = try CurlLoop(configuration: configuration, clock: clock, inbox: inbox)
        thread = try LoopThread(name: "faremux-curl", running: loop)
    }

    deinit { inbox.close() }

    /// Sends `request` and waits for the whole answer.
    ///
    /// Cancelling the task ends the transfer within one turn of the loop, and throws `cancelled`.
    ///
    /// A request `.once` goes out over a connection of its own making, because libcurl sends a request again when a
    /// reused connection turns out dead. Whatever changes something is checked against its `notAfter` right before its
    /// first byte, on each connection. From there on it is the kernel's: bytes that wait for a lost packet may still
    /// arrive later.
    public func send(_ request: HTTPRequest) async throws(TransportError) -> HTTPResponse {
        if let refusal = request.refusal { throw refusal }
        // Else the loop might send it before it hears of the cancellation.
        if Task.isCancelled { throw TransportError(.cancelled, maybeSent: false) }
        let token = inbox.nextToken()
        let inbox = inbox
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let refusal = inbox.deliver(Arrival(token: token, request: request, continuation: continuation))
                if let refusal {
                    continuation.resume(returning: .failure(refusal))
                } else if Task.isCancelled {
                    // The handler below may have run before there was anything to abort.
                    inbox.abort(token)
                }
            }
        } onCancel: {
            inbox.abort(token)
        }
        return try result.get()
    }

    /// Waits until the transport has been shut down; cancelling the task shuts it down. For a service group.
    public func run() async {
        await withTaskCancellationHandler {
            await thread.ended()
        } onCancel: {
            inbox.close()
        }
    }

    /// Refuses new requests, and has those in flight fail with `shutDown`. Does not wait for it.
    public func beginShutdown() { inbox.close() }

    /// Fails what is in flight with `shutDown`, closes every connection, and waits for the thread to be gone.
    ///
    /// May be called more than once. Cancelling the task doesn't shorten the wait, which is one turn of the loop.
    public func shutdown() async {
        inbox.close()
        await thread.ended()
    }
}

/// Why a transport could not be started.
public struct CurlStartError: Error, Sendable {
    /// What could not be had, and the system's reason.
    public var detail: String
}
