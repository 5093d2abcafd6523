import FareDomain
import FarePorts
import Resilience

/// What a `FakeGateway` has, and what a request does to it. A value: no clock, nothing suspends.
struct FakeGatewayState {
    enum Request: Hashable {
        case authorize(Money, token: String, reference: String)
        case capture(String, Money)
        case void(String)
        case refund(String, Money)

        var operation: FakeGateway.Operation {
            switch self {
            case .authorize: .authorize
            case .capture: .capture
            case .void: .void
            case .refund: .refund
            }
        }

        var subject: String {
            switch self {
            case .authorize(_, _, let reference): reference
            case .capture(let id, _), .void(let id), .refund(let id, _): id
            }
        }

        var amount: Money? {
            switch self {
            case .authorize(let amount, _, _), .capture(_, let amount), .refund(_, let amount): amount
            case .void: nil
            }
        }
    }

    private struct Stored {
        var request: Request
        var result: Result<Payment, PaymentError>
    }

    let authorizationLife: Duration
    var entries: [FakeGateway.Entry] = []
    var calls: [FakeGateway.Call] = []
    var scripts: [FakeGateway.Operation: [FakeGateway.Fault?]] = [:]
    var injected: (@Sendable (FakeGateway.Call) -> FakeGateway.Fault?)?
    var observer: (@Sendable (FakeGateway.Call) async -> Void)?
    private var keys: [String: Stored] = [:]
    /// Requests on their way, with when they arrive.
    private var late: [(arrives: Timestamp, request: Request, key: String)] = []

    init(authorizationLife: Duration) { self.authorizationLife = authorizationLife }

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
        for index in entries.indices {
            guard let due = entries[index].changesAt, due <= now else { continue }
            switch entries[index].payment.state {
            case .processing:
                entries[index].payment.state = .authorized
                entries[index].changesAt = due.advanced(by: authorizationLife)
            case .authorized: entries[index].payment.state = .voided
            default: entries[index].changesAt = nil
            }
        }
    }

    mutating func answer(
        to request: Request, key: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<Payment, PaymentError> {
        let lost = Result<Payment, PaymentError>.failure(
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
        _ request: Request, _ key: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<Payment, PaymentError> {
        if let stored = keys[key] {
            guard stored.request == request else {
                return .failure(
                    PaymentError(.rejected, outcome: .notApplied, detail: "the key came with another request"))
            }
            return stored.result
        }
        let result: Result<Payment, PaymentError>
        if case .storeFailure = fault {
            result = .failure(PaymentError(.serverError, outcome: .unknown, detail: "stored"))
        } else {
            result = apply(request, fault, at: now)
        }
        keys[key] = Stored(request: request, result: result)
        return result
    }

    private mutating func apply(
        _ request: Request, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<Payment, PaymentError> {
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
        case .refund(let id, let amount):
            return change(id) { payment in
                guard payment.state == .captured, amount.minorUnits <= payment.captured.minorUnits else { return false }
                payment.state = .refunded
                payment.refunded = amount
                return true
            }
        }
    }

    private mutating func authorize(
        _ amount: Money, token: String, reference: String, _ fault: FakeGateway.Fault?, at now: Timestamp
    ) -> Result<Payment, PaymentError> {
        var payment = Payment(
            id: "pay_\(entries.count + 1)", state: .authorized, amount: amount, captured: .zero(amount.currency),
            refunded: .zero(amount.currency))
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
        guard payment.state == .declined else { return .success(payment) }
        return .failure(PaymentError(.declined, outcome: .notApplied, payment: payment, detail: "card_declined"))
    }

    /// Where the payment is in no state for it, the error carries it as it is.
    private mutating func change(_ id: String, _ body: (inout Payment) -> Bool) -> Result<Payment, PaymentError> {
        guard let index = entries.firstIndex(where: { $0.payment.id == id }) else {
            return .failure(PaymentError(.notFound, outcome: .notApplied))
        }
        guard body(&entries[index].payment) else {
            return .failure(PaymentError(.wrongState, outcome: .notApplied, payment: entries[index].payment))
        }
        return .success(entries[index].payment)
    }
}
