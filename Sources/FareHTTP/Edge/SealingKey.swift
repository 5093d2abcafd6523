import Crypto

/// What makes tokens that only this service can have made. Replicas with the same key take each other's.
public struct SealingKey: Sendable {
    /// A file that is no key.
    public struct Invalid: Error, Sendable {
        public var detail: String
    }

    /// Bytes, at least: as many as the hash has, below which HMAC is weaker than it (RFC 2104, section 3).
    private static let leastLength = 32
    private static let sizeLimit = 4096

    private let key: SymmetricKey

    /// - Parameter path: of a file whose bytes are the key; blanks and newlines at its end are not part of it.
    /// - Throws: for a file that can't be read, or has less than 32 bytes.
    public init(file path: String) throws(Invalid) {
        var bytes: [UInt8]
        do throws(SmallFile.Unreadable) {
            bytes = try SmallFile.bytes(of: path, limit: Self.sizeLimit)
        } catch {
            throw Invalid(detail: error.detail)
        }
        while let last = bytes.last, " \t\r\n".utf8.contains(last) { bytes.removeLast() }
        guard bytes.count >= Self.leastLength else {
            throw Invalid(detail: "\(path) has \(bytes.count) bytes; a key has \(Self.leastLength) at least")
        }
        key = SymmetricKey(data: bytes)
    }

    private init() { key = SymmetricKey(size: .bits256) }

    /// One that nobody else has, and that is gone with the process.
    public static func random() -> SealingKey { SealingKey() }

    /// - Parameter purpose: tells apart what is sealed for one use from another's.
    func seal(_ message: [UInt8], for purpose: StaticString) -> [UInt8] {
        Array(HMAC<SHA256>.authenticationCode(for: Self.text(message, purpose), using: key))
    }

    /// Compares in constant time, so that no seal can be guessed bit by bit.
    func isSealed(_ message: [UInt8], for purpose: StaticString, by seal: [UInt8]) -> Bool {
        HMAC<SHA256>.isValidAuthenticationCode(seal, authenticating: Self.text(message, purpose), using: key)
    }

    private static func text(_ message: [UInt8], _ purpose: StaticString) -> [UInt8] {
        Array("\(purpose)\n".utf8) + message
    }
}
