/// One thing that is wrong with what a caller sent.
public struct Violation: Hashable, Sendable {
    /// Where: a JSON pointer (RFC 6901) into the request's body, `/slices/0/origin`. Empty for the whole body.
    public let pointer: String
    /// What, for a person, to be read after the pointer: `is not a known airport or city`.
    public let detail: String

    public init(pointer: String, detail: String) {
        self.pointer = pointer
        self.detail = detail
    }
}
