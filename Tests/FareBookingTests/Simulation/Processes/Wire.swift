import FareDomain
import FarePorts
import Resilience

/// One request that a process sends to a provider or to the gateway.
struct WireRequest: Sendable {
    var peer: String
    var operation: String
    /// The booking and the attempt, as its order or payment is known by. Nil for what belongs to no booking.
    var reference: String?
    /// At the gateway.
    var key: String?
    var isRead: Bool
    /// Sent twice it does the same as once: the network may do that.
    var mayRepeat = true
    /// How long the caller waits for the answer.
    var timeout: Duration
    /// How late after the caller's call has ended the request may still arrive.
    var latest: Duration
}

/// Why a call brought no answer of the peer's.
enum WireLoss: Sendable {
    /// Certainly never sent.
    case notSent(String)
    case tooLate
    case rateLimited
    /// Refused, and not done.
    case refused(Int)
    /// Sent, and no answer.
    case lost
    case timedOut
    case cancelled
}

protocol WireError: Error, Sendable {
    init(_ loss: WireLoss)
}

extension ProviderError: WireError {
    init(_ loss: WireLoss) {
        switch loss {
        case .notSent(let detail): self.init(.unavailable, outcome: .notApplied, detail: detail)
        case .tooLate: self.init(.timedOut, outcome: .notApplied, detail: "too late to be sent")
        case .rateLimited: self.init(.rateLimited, outcome: .notApplied)
        case .refused(let number):
            let codes: [Code] = [.rejected, .unauthorized, .unavailable, .orderNotCreated, .overloaded]
            self.init(codes[number % codes.count], outcome: .notApplied)
        case .lost: self.init(.connectionLost, outcome: .unknown)
        case .timedOut: self.init(.timedOut, outcome: .unknown)
        case .cancelled: self.init(.cancelled, outcome: .unknown)
        }
    }
}

extension PaymentError: WireError {
    init(_ loss: WireLoss) {
        switch loss {
        case .notSent(let detail): self.init(.unavailable, outcome: .notApplied, detail: detail)
        case .tooLate: self.init(.timedOut, outcome: .notApplied, detail: "too late to be sent")
        case .rateLimited: self.init(.rateLimited, outcome: .notApplied)
        case .refused(let number):
            let codes: [Code] = [.rejected, .unauthorized, .unavailable]
            self.init(codes[number % codes.count], outcome: .notApplied)
        case .lost: self.init(.connectionLost, outcome: .unknown)
        case .timedOut: self.init(.timedOut, outcome: .unknown)
        case .cancelled: self.init(.cancelled, outcome: .unknown)
        }
    }
}

/// Between a process and its peers: every request, every answer and every fault passes here.
struct Wire {
    let process: ServiceProcess
    var world: World { process.world }

    /// What the network does with one request.
    private struct Course {
        var arrives = Duration.zero
        var again: Duration?
        /// Nil for an answer that is lost.
        var replies: Duration? = .zero
        /// When the caller learns of a lost answer.
        var breaks: Duration?
    }

    /// Sends a request, lets it be applied when it arrives, and brings the answer.
    func carry<Answer: Sendable, Failure: WireError>(
        _ request: WireRequest, _ context: CallContext,
        _ apply: @escaping @Sendable () async -> Result<Answer, Failure>
    ) async throws(Failure) -> Answer {
        do { try await process.reach(.crashBeforeCall) } catch { throw Failure(.cancelled) }
        let now = process.clock.now
        if !request.isRead, now > context.notAfter, !world.mutation.sendsLate { throw refuse(request, .tooLate) }
        if now >= context.deadline { throw refuse(request, .notSent("the deadline passed")) }
        if Task.isCancelled { throw refuse(request, .notSent("cancelled")) }
        if let loss = lossBeforeSending(request) { throw refuse(request, loss) }
        world.rules.sending(request, context, by: process)
        let result: Result<Answer, Failure> = await deliver(request, context, apply)
        do { try await process.reach(.crashAfterCall) } catch { throw Failure(.cancelled) }
        world.rules.answered(request, isDefinite: Self.isDefinite(result))
        world.log("\(process.name) ← \(request.peer).\(request.operation) \(request.reference ?? "-") \(told(result))")
        return try result.get()
    }

    private func refuse<Failure: WireError>(_ request: WireRequest, _ loss: WireLoss) -> Failure {
        world.rules.notSent(request)
        world.log("\(process.name) ✕ \(request.peer).\(request.operation) \(request.reference ?? "-") \(loss)")
        return Failure(loss)
    }

    private func lossBeforeSending(_ request: WireRequest) -> WireLoss? {
        switch world.faults.first([.refusal, .rateLimit]) {
        case .refusal: .refused(world.faults.number(0...9))
        case .rateLimit: .rateLimited
        default: nil
        }
    }

    private func deliver<Answer: Sendable, Failure: WireError>(
        _ request: WireRequest, _ context: CallContext,
        _ apply: @escaping @Sendable () async -> Result<Answer, Failure>
    ) async -> Result<Answer, Failure> {
        let patience = min(request.timeout, process.clock.now.duration(to: context.deadline))
        let course = course(of: request, within: patience)
        world.log(
            "\(process.name) → \(request.peer).\(request.operation) \(request.reference ?? "-") \(request.key ?? "")")
        let slot = Slot<Result<Answer, Failure>>()
        let world = world
        let arrive = { @Sendable (isFirst: Bool) in
            world.applied(request)
            let result = await apply()
            world.rules.effect(of: request)
            guard isFirst, let delay = course.replies else { return }
            if delay == .zero { slot.fill(result) } else { world.agenda.note(after: delay) { slot.fill(result) } }
        }
        if course.arrives == .zero {
            await arrive(true)
        } else if course.arrives < .seconds(1_000_000) {
            world.agenda.note(after: course.arrives) { world.spawn { await arrive(true) } }
        }
        if let again = course.again { world.agenda.note(after: again) { world.spawn { await arrive(false) } } }
        if course.arrives != .zero || course.replies != .zero {
            world.agenda.note(after: patience) { slot.fill(.failure(Failure(.timedOut))) }
            if let breaks = course.breaks {
                world.agenda.note(after: breaks) { slot.fill(.failure(Failure(.lost))) }
            }
        }
        return await slot.value(orOnCancel: .failure(Failure(.cancelled)))
    }

    private func course(of request: WireRequest, within patience: Duration) -> Course {
        let faults = world.faults
        var course = Course()
        if faults.oneIn(4) {
            course.arrives = faults.milliseconds(0...300)
            course.replies = faults.milliseconds(0...300)
        }
        switch faults.first([.lossBefore, .lossAfter, .delay, .late]) {
        case .lossBefore:
            course.arrives = .seconds(1_000_000)
            course.replies = nil
            course.breaks = faults.oneIn(2) ? faults.milliseconds(0...2_000) : nil
        case .lossAfter:
            course.replies = nil
            course.breaks = faults.oneIn(2) ? course.arrives + faults.milliseconds(0...2_000) : nil
        case .delay:
            course.arrives = faults.milliseconds(0...Int(patience.milliseconds))
            course.replies = faults.milliseconds(0...Int(patience.milliseconds))
        case .late where !request.isRead:
            let end = faults.oneIn(2) ? min(faults.milliseconds(0...2_000), patience) : patience
            course.breaks = end
            course.replies = nil
            let latest = faults.oneIn(2) ? min(request.latest, .seconds(9)) : request.latest
            course.arrives = end + faults.milliseconds(1...Int(latest.milliseconds))
        default:
            guard !request.mayRepeat, world.reconciliation != nil, faults.strike(.veryLate) else { break }
            course.breaks = min(faults.milliseconds(0...2_000), patience)
            course.replies = nil
            course.arrives = patience + faults.milliseconds(10_000...300_000)
            world.expectVeryLate(request, after: course.arrives)
        }
        if !request.isRead, request.mayRepeat, course.arrives < .seconds(1_000), faults.strike(.duplicate) {
            course.again = course.arrives + faults.milliseconds(0...Int(min(request.latest, .seconds(9)).milliseconds))
        }
        return course
    }

    private static func isDefinite<Answer, Failure: WireError>(_ result: Result<Answer, Failure>) -> Bool {
        switch result {
        case .success: true
        case .failure(let error as PaymentError): error.isStored || error.outcome == .notApplied
        case .failure: false
        }
    }

    private func told<Answer, Failure: WireError>(_ result: Result<Answer, Failure>) -> String {
        switch result {
        case .success(let order as ProviderOrder): "\(order.id) \(order.state.rawValue) \(order.total)"
        case .success(let orders as [ProviderOrder]): "\(orders.map { "\($0.id) \($0.state.rawValue)" })"
        case .success(let payment as Payment): "\(payment.id) \(payment.state.rawValue) \(payment.amount)"
        case .success: "done"
        case .failure(let error as ProviderError): "\(error.code.rawValue) \(error.outcome) \(error.detail)"
        case .failure(let error as PaymentError): "\(error.code.rawValue) \(error.outcome) \(error.detail)"
        case .failure(let error): "\(error)"
        }
    }
}

extension Duration {
    var milliseconds: Int64 { nanoseconds / 1_000_000 }
}
