import Synchronization

/// Counts from 0, from any task.
final class Counter: Sendable {
    private let value = Mutex(0)

    /// The number before this call.
    func next() -> Int {
        value.withLock { value in
            defer { value += 1 }
            return value
        }
    }

    var count: Int { value.withLock { $0 } }
}
