/// What a caller does at a provider, whatever calls the dialect needs for it.
enum MockOperation: String, Sendable, CaseIterable {
    case token, search, reprice, hold, confirm, release, status, cancel
    case authorize, capture, void, refund

    /// Whether it changes anything at the provider.
    var changesState: Bool {
        switch self {
        case .token, .search, .reprice, .status: false
        case .hold, .confirm, .release, .cancel, .authorize, .capture, .void, .refund: true
        }
    }

    /// Whether it is the payment gateway's, and changes a payment.
    var movesMoney: Bool { [.authorize, .capture, .void, .refund].contains(self) }
}

/// What a request is to the fault rules and the counters.
enum Classification: Sendable, Hashable {
    /// The first call of an operation: it counts, and rules are matched against it.
    case opens(MockOperation)
    /// A further call of an operation that was opened before: a second page, a confirmation of a quote.
    case continues(MockOperation)
    /// No operation at all: reference data, an unknown path.
    case aside

    /// The operation it belongs to, if any.
    var operation: MockOperation? {
        switch self {
        case .opens(let operation), .continues(let operation): operation
        case .aside: nil
        }
    }
}
