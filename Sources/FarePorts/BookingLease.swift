public import FareDomain

/// Who works on a booking, and until when without a sign of life.
///
/// A lease says when somebody else may take over. It is not what keeps its owner from writing: that is the version,
/// which `BookingStore.takeOver` raises.
public struct Lease: Hashable, Sendable {
    public var owner: String
    public var until: Timestamp

    public init(owner: String, until: Timestamp) {
        self.owner = owner
        self.until = until
    }
}

/// What a booking is for: the same people on the same flights.
public struct Trip: Hashable, Sendable {
    /// SHA-256 of passengers and flights.
    public var fingerprint: [UInt8]
    /// Another booking of the same trip that was created since then, and is pending, ticketed or cancelling, is a
    /// duplicate. Nil where duplicates are allowed: others' are still measured against this booking.
    public var duplicatesSince: Timestamp?

    public init(fingerprint: [UInt8], duplicatesSince: Timestamp?) {
        self.fingerprint = fingerprint
        self.duplicatesSince = duplicatesSince
    }
}

/// An order at a provider, by the provider's own id.
public struct OrderName: Hashable, Sendable {
    public var provider: ProviderID
    public var id: String

    public init(provider: ProviderID, id: String) {
        self.provider = provider
        self.id = id
    }
}
