import FareDomain
public import FarePorts
public import Resilience

/// What every payment gateway must do, checked against its live mock.
///
/// ```swift
/// for check in GatewayContract.checks {
///     try await check.run(GatewayContract(gateway: gateway, clock: clock) { await clock.pass($0) })
/// }
/// ```
/// Each check uses references and keys of its own, so that they need no reset. It pays with the tokens of Stripe's test
/// mode (docs.stripe.com/testing).
public struct GatewayContract: Sendable {
    /// One promise, by name.
    public struct Check: Sendable, CustomStringConvertible {
        public let description: String
        let body: @Sendable (GatewayContract) async throws -> Void

        init(_ description: String, _ body: @escaping @Sendable (GatewayContract) async throws -> Void) {
            self.description = description
            self.body = body
        }

        /// - Throws: `ContractViolation`, or what the gateway threw where it should not have.
        public func run(_ contract: GatewayContract) async throws {
            var contract = contract
            contract.name = "\(contract.clock.timestamp.millisecondsSinceEpoch)/\(description)"
            try await body(contract)
        }
    }

    let gateway: any PaymentGateway
    let clock: any MonotonicClock & WallClock
    let pass: @Sendable (Duration) async throws -> Void
    /// Of references and keys: no other run has it.
    var name = ""

    /// - Parameters:
    ///   - gateway: the adapter with a transport that reaches its mock, or a fake.
    ///   - pass: lets so much of the gateway's time go by.
    public init(
        gateway: any PaymentGateway, clock: any MonotonicClock & WallClock,
        pass: @escaping @Sendable (Duration) async throws -> Void
    ) {
        self.gateway = gateway
        self.clock = clock
        self.pass = pass
    }

    /// All of it.
    public static let checks = paymentChecks + keyChecks + refundChecks
}

extension GatewayContract {
    var context: CallContext {
        CallContext(deadline: clock.now.advanced(by: .seconds(10)), requestID: "contract")
    }

    func pounds(_ amount: Int64) throws -> Money {
        Money(minorUnits: amount * 100, currency: try unwrap(Currency("GBP"), "there are no pounds"))
    }

    /// 100 pounds, reserved.
    func authorize(_ token: String = "pm_card_visa", key: String = "a/1") async throws -> Payment {
        try await gateway.authorize(
            pounds(100), token: token, reference: name, key: "\(name)/\(key)", context: context)
    }

    /// 80 of 100 pounds, taken.
    func captured(_ token: String = "pm_card_visa") async throws -> Payment {
        let payment = try await authorize(token)
        return try await gateway.capture(payment.id, amount: pounds(80), key: "\(name)/c", context: context)
    }

    func refund(_ payment: Payment, _ amount: Int64, key: String = "r/1") async throws -> Refund {
        try await gateway.refund(
            payment.id, amount: pounds(amount), reference: "\(name) \(key)", key: "\(name)/\(key)", context: context)
    }

    func status(_ payment: Payment) async throws -> Payment {
        try await gateway.status(of: payment.id, context: context)
    }

    func require(_ holds: Bool, _ otherwise: @autoclosure () -> String) throws(ContractViolation) {
        if !holds { throw ContractViolation(otherwise()) }
    }

    func unwrap<Value>(_ value: Value?, _ otherwise: @autoclosure () -> String) throws(ContractViolation) -> Value {
        guard let value else { throw ContractViolation(otherwise()) }
        return value
    }

    /// The error that `call` ends in.
    func failure(of what: String, _ call: () async throws -> some Any) async throws -> PaymentError {
        do {
            _ = try await call()
        } catch let error as PaymentError {
            return error
        }
        throw ContractViolation("\(what) went through")
    }
}
