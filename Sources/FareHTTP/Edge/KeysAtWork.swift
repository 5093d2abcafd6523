import FarePorts
import Synchronization

/// The idempotency keys that requests of this process work under. In the store they all have one owner.
final class KeysAtWork: Sendable {
    private let keys = Mutex<Set<IdempotencyKey>>([])

    /// - Returns: false if another request works under the key.
    func insert(_ key: IdempotencyKey) -> Bool { keys.withLock { $0.insert(key).inserted } }

    func remove(_ key: IdempotencyKey) { keys.withLock { _ = $0.remove(key) } }
}
