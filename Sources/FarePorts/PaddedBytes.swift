/// Bytes in one buffer, followed by enough zeros that a vectorised parser may read past their end.
///
/// A response's body is received straight into one of these and parsed where it lies, so that parsing copies nothing.
public struct PaddedBytes: Sendable {
    /// Zeros after the last byte: what simdjson asks for (`SIMDJSON_PADDING` is 32; 64 covers newer versions).
    public static let padding = 64

    /// The bytes and, behind them, the padding.
    private let storage: [UInt8]
    /// How many bytes there are, without the padding.
    public let count: Int

    /// Takes the bytes over, without a copy where `bytes` has capacity for the padding and no other owner.
    public init(_ bytes: consuming [UInt8]) {
        count = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: PaddedBytes.padding))
        storage = bytes
    }

    /// The UTF-8 of `text`.
    public init(_ text: some StringProtocol) { self.init(Array(text.utf8)) }

    /// The bytes without the padding; `padding` zeros follow in readable memory. The pointer must not escape.
    public func withUnsafeBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var result: Swift.Result<Result, Failure>?
        storage.withUnsafeBytes { whole in
            do throws(Failure) {
                result = .success(try body(UnsafeRawBufferPointer(rebasing: whole[..<count])))
            } catch {
                result = .failure(error)
            }
        }
        // `withUnsafeBytes` calls its closure exactly once, so there is always a result.
        return try result!.get()
    }

    /// The bytes without the padding, as a slice of the same memory.
    public var bytes: ArraySlice<UInt8> { storage[..<count] }
}
