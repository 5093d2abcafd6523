import Resilience

/// A bearer token, and how long it is good for.
struct AccessToken: Sendable {
    /// A token is given up this long before Amadeus does, for the time that a request is on its way.
    private static let margin = Duration.seconds(10)
    /// From this long before its end it is renewed by one caller, while the others go on using it.
    private static let head = Duration.seconds(120)

    let value: String
    /// After this it is not sent any more.
    let usableUntil: MonotonicInstant
    /// From here on somebody should renew it.
    var renewAt: MonotonicInstant

    /// - Parameter life: counted from `issuedAt`, which is before the request for it left.
    init(_ value: String, issuedAt: MonotonicInstant, life: Duration) {
        self.value = value
        usableUntil = issuedAt.advanced(by: max(.zero, life - AccessToken.margin))
        renewAt = issuedAt.advanced(by: max(.zero, life - AccessToken.head))
    }
}
