import FareDomain
import FarePorts
import Resilience

/// What a `FakeGateway` has, and what a request does to it. A value: no clock, nothing suspends.
struct FakeGatewayState {
    private struct Stored {
        var request: FakeGateway.Request
        var result: Result<FakeGateway.Answer, PaymentError>
        var at: Timestamp
    }

    let authorizationLife: Duration
    let keyLife: Duration
    let refundTime: Duration
    var entries: [FakeGateway.Entry] = []
    var calls: [FakeGateway.Call] = []
    var scripts: [FakeGateway.Operation: [FakeGateway.Fault?]] = [:]
    var injected: (@Sendable (FakeGateway.Call) -> FakeGateway.Fault?)?
    var observer: (@Sendable (FakeGateway.Call) async -> Void)?
    private var keys: [String: Stored] = [:]
    /// Requests on their way, with when they arrive.
    private var late: [(arrives: Timestamp, request: FakeGateway.Request, key: String)] = []

    init(authorizationLife: Duration, keyLife: Duration, refundTime: Duration) {
        self.authorizationLife = authorizationLife
        self.keyLife = keyLife
        self.refundTime = refundTime
    }

    mutating func take(
        _ operation: FakeGateway.Operation, _ subject: String, key: String?, amount: Money?
    ) -> (FakeGateway.Call, (@Sendable (FakeGateway.Call) async -> Void)?) {
        let call = FakeGateway.Call(
            operation: operation, index: calls.count { $0.operation == operation }, key: key, subject: subject,
            amount: amount)
        calls.append(call)
        return (call, observer)
    }

    mutating func fault(of call: FakeGateway.Call) -> FakeGateway.Fault? {
        guard scripts[call.operation]?.isEmpty == false else { return injected?(call) }
        return scripts[call.operation]?.removeFirst()
    }

    /// Lets time do its work: what is late arrives in its order, what has run its time changes.
    mutating func settle(at now: Timestamp) {
        while let next = late.indices.min(by: { late[$0].arrives < late[$1].arrives }), late[next].arrives <= now {
            let (arrives, request, key) = late.remove(at: next)
            age(at: arrives)
            _ = keyed(request, key, nil, at: arrives)
        }
        age(at: now)
    }

    private mutating func age(at now: Timestamp) {
        for index in entries.indices { entries[index].age(at: now, authorizationLife: authorizationLife) }
    }

    mutating func answer(
        to request: FakeGateway.Request, key: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<FakeGateway.Answer, PaymentError> {
        let lost = Result<FakeGateway.Answer, PaymentError>.failure(
            PaymentError(.connectionLost, outcome: .unknown, detail: "reply lost"))
        switch fault {
        case .refuse(let code): return .failure(PaymentError(code, outcome: .notApplied, detail: "scripted"))
        case .loseBefore: return lost
        case .loseAfter:
            _ = keyed(request, key, nil, at: now)
            return lost
        case .applyLate(let delay):
            late.append((now.advanced(by: delay), request, key))
            return lost
        default: return keyed(request, key, fault, at: now)
        }
    }

    /// Answers from the key, or does it and stores the answer.
    private mutating func keyed(
        _ request: FakeGateway.Request, _ key: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<FakeGateway.Answer, PaymentError> {
        if let stored = keys[key], stored.at.duration(to: now) < keyLife {
            guard stored.request == request else {
                return .failure(
                    PaymentError(
                        .rejected, outcome: .unknown, isStored: true, detail: "the key came with another request"))
            }
            return stored.result.mapError { asReplayed($0) }
        }
        let failure = PaymentError(.serverError, outcome: .unknown, detail: "stored")
        let result: Result<FakeGateway.Answer, PaymentError>
        switch fault {
        case .storeFailure: result = .failure(failure)
        case .storeFailureAfter:
            _ = apply(request, nil, at: now)
            result = .failure(failure)
        default: result = apply(request, fault, at: now)
        }
        keys[key] = Stored(request: request, result: result, at: now)
        return result
    }

    /// A repeated refusal for the payment's state has the payment as it is now, since a gateway's adapter looks it up.
    private func asReplayed(_ error: PaymentError) -> PaymentError {
        var error = error
        error.isStored = true
        if error.code == .wrongState, let id = error.payment?.id {
            error.payment = entries.first { $0.payment.id == id }?.payment
        }
        return error
    }

    private mutating func apply(
        _ request: FakeGateway.Request, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<FakeGateway.Answer, PaymentError> {
        switch request {
        case .authorize(let amount, let token, let reference):
            return authorize(amount, token: token, reference: reference, fault, at: now)
        case .capture(let id, let amount):
            return change(id) { payment in
                guard payment.state == .authorized, amount.minorUnits <= payment.amount.minorUnits else { return false }
                payment.state = .captured
                payment.captured = amount
                return true
            }
        case .void(let id):
            return change(id) { payment in
                guard [.authorized, .voided, .processing, .actionRequired].contains(payment.state) else { return false }
                payment.state = .voided
                return true
            }
        case .refund(let id, let amount, let reference):
            return refund(id, amount, reference: reference, fault, at: now)
        }
    }

    private mutating func authorize(
        _ amount: Money, token: String, reference: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<FakeGateway.Answer, PaymentError> {
        var payment = Payment(
            id: "pay_\(entries.count + 1)", reference: reference, state: .authorized, amount: amount,
            captured: .zero(amount.currency), refunded: .zero(amount.currency), createdAt: now)
        var changesAt: Timestamp? = now.advanced(by: authorizationLife)
        switch (fault, token) {
        case (.decline, _), (_, "pm_card_visa_chargeDeclined"):
            payment.state = .declined
            changesAt = nil
        case (.requireAction, _), (_, "pm_card_authenticationRequired"):
            payment.state = .actionRequired
            changesAt = nil
        case (.process(let time), _):
            payment.state = .processing
            changesAt = now.advanced(by: time)
        default: break
        }
        entries.append(FakeGateway.Entry(payment: payment, reference: reference, token: token, changesAt: changesAt))
        guard payment.state == .declined else { return .success(FakeGateway.Answer(payment: payment)) }
        return .failure(PaymentError(.declined, outcome: .notApplied, payment: payment, detail: "card_declined"))
    }

    private mutating func refund(
        _ id: String, _ amount: Money, reference: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<FakeGateway.Answer, PaymentError> {
        guard let index = entries.firstIndex(where: { $0.payment.id == id }) else {
            return .failure(PaymentError(.notFound, outcome: .notApplied))
        }
        let payment = entries[index].payment
        let left = payment.captured.minorUnits - payment.refunded.minorUnits
        guard [.captured, .refunded].contains(payment.state), left > 0 else {
            return .failure(PaymentError(.wrongState, outcome: .notApplied, payment: payment))
        }
        guard amount.currency == payment.amount.currency, (1...left).contains(amount.minorUnits) else {
            return .failure(PaymentError(.rejected, outcome: .notApplied, detail: "more than is left"))
        }
        let refund = Refund(
            id: "ref_\(entries.reduce(1) { $0 + $1.refunds.count })", payment: id, reference: reference,
            state: .succeeded, amount: amount)
        entries[index].begin(refund, course: course(fault, of: entries[index].token), at: now)
        return .success(
            FakeGateway.Answer(payment: entries[index].payment, refund: entries[index].refunds.last?.refund))
    }

    private func course(_ fault: FakeGateway.Fault?, of token: String) -> FakeGateway.RefundCourse {
        switch (fault, token) {
        case (.refundGoes(let course), _): course
        case (_, "pm_card_pendingRefund"): .pendsThenSucceeds(refundTime)
        case (_, "pm_card_refundFail"): .succeedsThenFails(refundTime)
        default: .succeeds
        }
    }

    /// Where the payment is in no state for it, the error carries it as it is.
    private mutating func change(
        _ id: String, _ body: (inout Payment) -> Bool
    ) -> Result<FakeGateway.Answer, PaymentError> {
        guard let index = entries.firstIndex(where: { $0.payment.id == id }) else {
            return .failure(PaymentError(.notFound, outcome: .notApplied))
        }
        guard body(&entries[index].payment) else {
            return .failure(PaymentError(.wrongState, outcome: .notApplied, payment: entries[index].payment))
        }
        return .success(FakeGateway.Answer(payment: entries[index].payment))
    }
}
