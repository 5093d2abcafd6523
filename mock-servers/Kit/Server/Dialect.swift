/// One provider's wire format in front of its state. What a new mock implements; the server does the rest.
///
/// All of it is synchronous: when `answer` returns, the request has been applied, in the state file too.
protocol Dialect: Sendable {
    /// As the command line names it: `duffel`.
    var name: String { get }

    /// Which operation a request opens, continues, or that it has none. May look at the state, must not change it.
    func classify(_ request: MockRequest) -> Classification

    /// Applies a request and answers it.
    ///
    /// - Parameter fault: what the provider itself is to refuse or do; always a kind that makes sense for the
    ///   operation.
    func answer(_ request: MockRequest, fault: DomainFault?) -> MockReply

    /// The provider's own error body for a status that a fault asks for.
    func failure(status: Int) -> MockReply

    /// The provider's own 429, with its own headers.
    func rateLimited() -> MockReply

    /// The body of `GET /__mock/ledger`.
    func ledger() -> MockReply

    /// Back to the seed.
    func reset()
}
