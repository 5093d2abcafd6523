import FareDomain
import FarePorts
import FareTestSupport

/// Lets others go first before and after each thing that is done to a key, as a store on a disk does.
struct PausingStore: BookingStoreFront {
    let behind: any BookingStore

    private func pausing<Value: Sendable>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        await Task.yield()
        let value = try await body()
        for _ in 0..<3 { await Task.yield() }
        return value
    }

    func claim(_ key: IdempotencyKey, as claim: KeyClaim, now: Timestamp) async throws(StoreError) -> KeyState {
        try await pausing { () async throws(StoreError) in try await behind.claim(key, as: claim, now: now) }
    }

    func renew(_ key: IdempotencyKey, owner: String, until: Timestamp) async throws(StoreError) -> Bool {
        try await pausing { () async throws(StoreError) in try await behind.renew(key, owner: owner, until: until) }
    }

    func abandon(_ key: IdempotencyKey, owner: String) async throws(StoreError) {
        try await pausing { () async throws(StoreError) in try await behind.abandon(key, owner: owner) }
    }

    func finish(_ key: IdempotencyKey, with answer: StoredAnswer, now: Timestamp) async throws(StoreError) {
        try await pausing { () async throws(StoreError) in try await behind.finish(key, with: answer, now: now) }
    }
}
