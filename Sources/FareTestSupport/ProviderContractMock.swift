public import FareDomain

/// A live mock, as the contract needs it. The mocks' controls are the same for all dialects.
public struct ProviderContractMock: Sendable {
    /// An order in the mock's ledger: the truth.
    public struct Order: Hashable, Sendable {
        public var locator: String
        /// Ours; nil where the dialect carries none.
        public var reference: String?
        /// `LOVELACE/ADA`.
        public var passengers: [String]
        /// `held`, `ticketed`, `released`, `cancelled` or `expired`.
        public var state: String
        public var total: Money

        public init(locator: String, reference: String?, passengers: [String], state: String, total: Money) {
            self.locator = locator
            self.reference = reference
            self.passengers = passengers
            self.state = state
            self.total = total
        }
    }

    /// What goes wrong, always, from now on.
    public struct Fault: Hashable, Sendable {
        /// `hold`, `confirm`, …, or `*`.
        public var operation: String
        /// `reset_after`, `sold_out`, …
        public var fault: String
        /// For `status`.
        public var status: Int?
        /// For `price_change`.
        public var percent: Int?
        /// For `late_apply`, in milliseconds.
        public var latency: Int?

        public init(
            _ operation: String, _ fault: String, status: Int? = nil, percent: Int? = nil,
            latency: Int? = nil
        ) {
            self.operation = operation
            self.fault = fault
            self.status = status
            self.percent = percent
            self.latency = latency
        }

        /// As a rule of `PUT /__mock/faults`.
        public var json: String {
            var members = [#""operation":"\#(operation)""#, #""fault":"\#(fault)""#]
            if let status { members.append(#""status":\#(status)"#) }
            if let latency { members.append(#""latency_ms":\#(latency)"#) }
            if let percent { members.append(#""percent":\#(percent)"#) }
            return "{" + members.joined(separator: ",") + "}"
        }
    }

    let orders: @Sendable () async throws -> [Order]
    let setFaults: @Sendable ([Fault]) async throws -> Void
    let reset: @Sendable () async throws -> Void

    /// - Parameters:
    ///   - orders: reads `GET /__mock/ledger`.
    ///   - setFaults: replaces all rules by `PUT /__mock/faults`.
    ///   - reset: `POST /__mock/reset`.
    public init(
        orders: @escaping @Sendable () async throws -> [Order],
        setFaults: @escaping @Sendable ([Fault]) async throws -> Void,
        reset: @escaping @Sendable () async throws -> Void
    ) {
        self.orders = orders
        self.setFaults = setFaults
        self.reset = reset
    }
}
