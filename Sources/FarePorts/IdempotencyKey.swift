public import FareDomain

/// A caller's idempotency key. Keys are per caller.
public struct IdempotencyKey: Hashable, Sendable {
    public var caller: String
    public var key: String

    public init(caller: String, key: String) {
        self.caller = caller
        self.key = key
    }
}

/// Who works on a key, on what, and until when without a sign of life.
public struct KeyClaim: Hashable, Sendable {
    /// SHA-256 of the method, path and body: the same key must come with the same request.
    public var fingerprint: [UInt8]
    public var owner: String
    public var expiresAt: Timestamp

    public init(fingerprint: [UInt8], owner: String, expiresAt: Timestamp) {
        self.fingerprint = fingerprint
        self.owner = owner
        self.expiresAt = expiresAt
    }
}

/// What taking a key found.
public enum KeyState: Hashable, Sendable {
    /// The key is the caller's now.
    case claimed
    /// A live owner is at work under it, on this booking once there is one.
    case inProgress(BookingID?)
    /// It came with another request before.
    case reused
    /// Its booking exists and has no stored answer yet; whoever worked on it may be gone.
    case booked(BookingID)
    case answered(StoredAnswer)
}

/// An answer, to be given again byte for byte.
public struct StoredAnswer: Hashable, Sendable {
    public var status: Int
    public var contentType: String
    /// For 201 and 202.
    public var location: String?
    public var body: [UInt8]

    public init(status: Int, contentType: String, location: String?, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }
}
