public import FareDomain

/// Makes new ids: a prefix and 128 random bits, so that no two replicas ever make the same.
public struct IdentifierSource: Sendable {
    private let randomBits: @Sendable () -> UInt64

    /// - Parameter randomBits: 64 of them, unpredictable: an offer's id is all that its reader needs to know.
    public init(randomBits: @escaping @Sendable () -> UInt64 = { UInt64.random(in: .min ... .max) }) {
        self.randomBits = randomBits
    }

    /// A new offer's id.
    public func offer() -> OfferID { OfferID("ofr_" + body()) }
    /// A new booking's id.
    public func booking() -> BookingID { BookingID("bkg_" + body()) }
    /// A new cancellation's id.
    public func cancellation() -> CancellationID { CancellationID("cxl_" + body()) }
    /// A new search's id, with the prefix `srch_`.
    public func search() -> String { "srch_" + body() }
    /// An id for a request that came without one, with the prefix `req_`.
    public func request() -> String { "req_" + body() }

    /// Whether a text has the shape of an id of that prefix.
    public static func isShaped(_ text: some StringProtocol, prefix: String) -> Bool {
        guard text.hasPrefix(prefix) else { return false }
        let body = text.utf8.dropFirst(prefix.utf8.count)
        return body.count == length && body.allSatisfy(alphabet.contains)
    }

    /// Crockford's base 32 in lower case: no i, l, o, u.
    private static let alphabet = Array("0123456789abcdefghjkmnpqrstvwxyz".utf8)
    private static let length = 26

    private func body() -> String {
        var high = randomBits()
        var low = randomBits()
        return String(unsafeUninitializedCapacity: Self.length) { buffer in
            for index in 0..<Self.length {
                buffer[index] = Self.alphabet[Int(low & 31)]
                low = low >> 5 | high << 59
                high >>= 5
            }
            return Self.length
        }
    }
}
