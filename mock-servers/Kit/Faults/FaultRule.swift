/// What can be made to go wrong. What each looks like from outside: `mock-servers/README.md`.
enum FaultKind: String, Sendable, CaseIterable {
    case latency, status, hang, truncate, garbage, drip, oversize, decline
    case htmlError = "html_error"
    case rateLimit = "rate_limit"
    case resetBefore = "reset_before"
    case resetAfter = "reset_after"
    case lateApply = "late_apply"
    case soldOut = "sold_out"
    case priceChange = "price_change"
    case actionRequired = "action_required"
    case expireEarly = "expire_early"
    /// The payments mock's own: what Stripe keeps under an idempotency key and says again, though it is a 500.
    case storedError = "stored_error"
    case storedErrorAfter = "stored_error_after"

    /// Whether it can happen to an operation. A pair that makes no sense never fires and is never counted.
    func makesSense(for operation: MockOperation) -> Bool {
        switch self {
        case .soldOut: [.reprice, .hold, .confirm].contains(operation)
        case .priceChange: [.reprice, .hold].contains(operation)
        case .expireEarly: operation == .hold
        case .decline, .actionRequired: operation == .authorize
        case .storedError, .storedErrorAfter: operation.movesMoney
        case .lateApply: operation.changesState
        default: true
        }
    }
}

/// One rule of `PUT /__mock/faults`.
struct FaultRule: Sendable, Hashable {
    /// Nil for `*`: any operation.
    var operation: MockOperation?
    var fault: FaultKind
    /// 0 to 1.
    var probability = 1.0
    /// Matches to let pass before the first one that may fire.
    var after = 0
    /// How often it may fire; nil for always.
    var times: Int?
    /// `latency`: how late the answer is. `late_apply`: when the request arrives. `expire_early`: how long the hold
    /// really lasts. All others: how long they take to show.
    var latency: Duration = .zero
    /// Of `status` and `html_error`.
    var status = 503
    /// Of `price_change`: by how much the fare moves; negative for down.
    var percent = 10

    init(operation: MockOperation?, fault: FaultKind) {
        self.operation = operation
        self.fault = fault
    }

    func matches(_ operation: MockOperation) -> Bool {
        (self.operation == nil || self.operation == operation) && fault.makesSense(for: operation)
    }
}

/// A fault that the provider itself would answer with: handed to the dialect with the request.
enum DomainFault: Sendable, Hashable {
    /// No seats, or so it says. Nothing is applied.
    case soldOut
    /// The fare moves by so many percent, for good. On a hold nothing else is applied.
    case priceMoved(percent: Int)
    /// The hold is made, says what it always says, and ends after this.
    case endsEarly(after: Duration)
    /// The card is refused.
    case declined
    /// The card wants 3-D Secure.
    case actionRequired
    /// A 500 that is kept under the idempotency key, whether or not the request was applied.
    case failed(applied: Bool)
}
