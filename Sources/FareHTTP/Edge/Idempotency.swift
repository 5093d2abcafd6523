import Crypto
import FareDomain
import FarePorts
import HTTPTypes
import Hummingbird
import Resilience

/// Takes the request's idempotency key and keeps it alive while its work goes on.
struct Idempotency: Sendable {
    let store: any BookingStore
    let clock: any MonotonicClock & WallClock
    /// This process, among all that share the store.
    let owner: String

    /// How long a claim lives without a sign of its owner.
    private let lease = Duration.seconds(10)
    private let renewal = Duration.seconds(3)

    /// The key of a request.
    ///
    /// - Throws: 400 without the header, 422 for one that can't be a key.
    func key(of request: Request, caller: String) throws(Problem) -> IdempotencyKey {
        guard let text = request.headers[Self.header], !text.isEmpty else {
            throw Problem(.idempotencyKeyMissing, "send an Idempotency-Key header")
        }
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem([
                Violation(pointer: "", detail: "the Idempotency-Key header must be 1 to 255 visible characters")
            ])
        }
        return IdempotencyKey(caller: caller, key: text)
    }

    func claim(_ key: IdempotencyKey, for request: Request, body: [UInt8]) async throws(StoreError) -> KeyState {
        var hash = SHA256()
        hash.update(data: Array("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        let now = clock.timestamp
        let claim = KeyClaim(
            fingerprint: Array(hash.finalize()), owner: owner, expiresAt: now.advanced(by: lease))
        return try await store.claim(key, as: claim, now: now)
    }

    /// Ends a claim whose booking goes on by itself: the same key is then answered from the booking, and not told to wait.
    func letGo(of key: IdempotencyKey) async {
        // One that can't be ended now runs out by itself.
        _ = try? await store.renew(key, owner: owner, until: clock.timestamp)
    }

    /// Does `work` while renewing the claim.
    func whileRenewing<Result: Sendable>(
        _ key: IdempotencyKey, _ work: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await withThrowingTaskGroup(of: Result?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while !Task.isCancelled {
                    do { try await clock.sleep(for: renewal) } catch { return nil }
                    // A renewal that fails is tried again; a lost claim shows when the booking is created.
                    _ = try? await store.renew(key, owner: owner, until: clock.timestamp.advanced(by: lease))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let result = try await group.next() {
                if let result { return result }
            }
            throw CancellationError()
        }
    }

    // A valid field name, so the forced value exists.
    private static let header = HTTPField.Name("Idempotency-Key")!
}
