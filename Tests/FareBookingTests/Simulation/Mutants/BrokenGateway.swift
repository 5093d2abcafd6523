import FareDomain
import FarePorts
import Synchronization

/// A way to the gateway that breaks one promise.
struct BrokenGateway: PaymentGateway {
    enum Fault: Sendable {
        /// Every call comes under a key of its own.
        case ignoresKeys
        /// A refund that was given is given again.
        case refundsTwice
    }

    private final class Counter: Sendable {
        let calls = Mutex(0)
    }

    let behind: any PaymentGateway
    let fault: Fault
    private let counter = Counter()

    init(_ behind: any PaymentGateway, _ fault: Fault) {
        self.behind = behind
        self.fault = fault
    }

    func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await behind.authorize(
            amount, token: token, reference: reference, key: broken(key), context: context)
    }

    func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await behind.capture(payment, amount: amount, key: broken(key), context: context)
    }

    func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await behind.void(payment, key: broken(key), context: context)
    }

    func refund(
        _ payment: String, amount: Money, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Refund {
        let refund = try await behind.refund(
            payment, amount: amount, reference: reference, key: broken(key), context: context)
        if fault == .refundsTwice {
            _ = try? await behind.refund(
                payment, amount: amount, reference: reference, key: key + "/again", context: context)
        }
        return refund
    }

    func status(ofRefund refund: String, context: CallContext) async throws(PaymentError) -> Refund {
        try await behind.status(ofRefund: refund, context: context)
    }

    func refunds(of payment: String, context: CallContext) async throws(PaymentError) -> [Refund] {
        try await behind.refunds(of: payment, context: context)
    }

    func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await behind.status(of: payment, context: context)
    }

    func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        try await behind.find(reference: reference, context: context)
    }

    func payments(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Payment] {
        try await behind.payments(createdAfter: createdAfter, createdBefore: createdBefore, context: context)
    }

    func refunds(
        failedAfter: Timestamp, failedBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Refund] {
        try await behind.refunds(failedAfter: failedAfter, failedBefore: failedBefore, context: context)
    }

    private func broken(_ key: String) -> String {
        guard fault == .ignoresKeys else { return key }
        return counter.calls.withLock { calls in
            calls += 1
            return "\(key)/\(calls)"
        }
    }
}
