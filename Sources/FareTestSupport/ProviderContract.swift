import FareDomain
public import FarePorts
public import Resilience

/// What every provider must do, checked against its live mock.
///
/// ```swift
/// @Test(arguments: ProviderContract.checks)
/// func keepsTheContract(_ check: ProviderContract.Check) async throws {
///     try await check.run(ProviderContract(provider: provider, mock: mock, clock: SystemClock()))
/// }
/// ```
/// Each check resets the mock first: checks of one mock run one after the other.
public struct ProviderContract: Sendable {
    /// One promise, by name.
    public struct Check: Sendable, CustomStringConvertible {
        public let description: String
        let body: @Sendable (ProviderContract) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (ProviderContract) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// - Throws: `ContractViolation`, or what the provider threw where it should not have.
        public func run(_ contract: ProviderContract) async throws {
            try await contract.mock.reset()
            try await contract.mock.setFaults([])
            try await body(contract)
            try await contract.mock.setFaults([])
        }
    }

    public let provider: any FareProvider
    let mock: ProviderContractMock
    let clock: any MonotonicClock & WallClock
    /// How long one call may take.
    let patience: Duration

    /// - Parameters:
    ///   - provider: with a transport that reaches the mock.
    ///   - mock: the same mock's controls.
    ///   - patience: the deadline of each call.
    public init(
        provider: any FareProvider, mock: ProviderContractMock, clock: any MonotonicClock & WallClock,
        patience: Duration = .seconds(10)
    ) {
        self.provider = provider
        self.mock = mock
        self.clock = clock
        self.patience = patience
    }

    /// All of it.
    public static let checks: [Check] =
        searchChecks + orderChecks + listChecks + cancellationChecks + refundChecks + failureChecks
}

/// A promise that was not kept.
public struct ContractViolation: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) { self.description = description }
}

extension ProviderContract {
    var context: CallContext {
        CallContext(deadline: clock.now.advanced(by: patience), requestID: "contract")
    }

    func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(ContractViolation) {
        if !holds { throw ContractViolation(otherwise()) }
    }

    func unwrap<Value>(_ value: Value?, _ otherwise: @autoclosure () -> String) throws(ContractViolation) -> Value {
        guard let value else { throw ContractViolation(otherwise()) }
        return value
    }

    func result<Value>(
        _ call: () async throws(ProviderError) -> Value
    ) async -> Result<Value, ProviderError> {
        do throws(ProviderError) {
            return .success(try await call())
        } catch {
            return .failure(error)
        }
    }

    /// The error that `call` ends in.
    func failure(of what: String, _ call: () async throws(ProviderError) -> Void) async throws -> ProviderError {
        guard case .failure(let error) = await result(call) else { throw ContractViolation("\(what) went through") }
        return error
    }

    /// The only order in the ledger that is not of the past.
    func onlyOrder() async throws -> ProviderContractMock.Order {
        let orders = try await mock.orders()
        try require(orders.count == 1, "the ledger has \(orders.count) orders, not one")
        return orders[0]
    }

    func onlyOrder(is state: String) async throws {
        let order = try await onlyOrder()
        try require(order.state == state, "the ledger's order is \(order.state), not \(state)")
    }
}
