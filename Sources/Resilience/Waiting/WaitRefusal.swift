/// Why a call may not go.
public enum WaitRefusal: Error, Hashable, Sendable {
    /// So many wait already that one more would be no use.
    case queueFull
    /// Its turn does not come before its deadline. `retryAfter` is when it might have come, where that is known.
    case deadline(retryAfter: Duration?)
    /// The task was cancelled.
    case cancelled
}
