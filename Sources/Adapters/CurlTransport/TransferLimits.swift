import FarePorts
import Resilience

/// How long a transfer may take from now on, in libcurl's unit.
struct TransferLimits: Equatable {
    let totalMilliseconds: Int
    /// Bounded by the total, and for what changes something by its `notAfter` too.
    let connectMilliseconds: Int
    /// What it means to run out of the time to connect: it depends on which limit was the shortest.
    let connectMeaning: TransportError.Code

    /// - Throws: `tooLate` or `timedOut` when there is no time left at all.
    init(_ request: HTTPRequest, _ configuration: CurlConfiguration, at now: MonotonicInstant) throws(TransportError) {
        if let late = SendGate.refusal(of: request, at: now) {
            throw TransportError(late, maybeSent: false, detail: "before it could be sent")
        }
        let timeout = request.timeout ?? configuration.timeout
        let total = TransferLimits.milliseconds(min(timeout, now.duration(to: request.deadline)))
        guard total > 0 else { throw TransportError(.timedOut, maybeSent: false, detail: "before it could be sent") }

        var connect = TransferLimits.milliseconds(request.connectTimeout ?? configuration.connectTimeout)
        var meaning = TransportError.Code.couldNotConnect
        if total <= connect { (connect, meaning) = (total, .timedOut) }
        if request.effect != .read {
            let left = TransferLimits.milliseconds(now.duration(to: request.notAfter))
            if left < connect { (connect, meaning) = (left, .tooLate) }
        }
        totalMilliseconds = total
        // To libcurl zero means its own default. What is still connecting after a millisecond is stopped by the gate.
        connectMilliseconds = max(1, connect)
        connectMeaning = meaning
    }

    /// Rounded down, so that a deadline is never overrun; at most what libcurl takes.
    private static func milliseconds(_ duration: Duration) -> Int {
        Int(min(max(duration.nanoseconds / 1_000_000, 0), Int64(Int32.max)))
    }
}
