import Crypto
import FareDomain
import FarePorts
import HTTPTypes
import Hummingbird
import Logging
import Resilience
import WireFormats

/// Answers each request once for its idempotency key: claims the key, keeps it alive while the work goes on, and stores
/// the answer with it, to be given again byte for byte.
struct Idempotency: Sendable {
    /// A request with its key.
    struct KeyedRequest: Sendable {
        var key: IdempotencyKey
        /// SHA-256 of the method, path and body.
        var fingerprint: [UInt8]
        var requestID: String
    }

    var store: any BookingStore
    let clock: any MonotonicClock & WallClock
    /// This process, among all that share the store.
    let owner: String
    /// What every problem about a booking that exists carries.
    let about: @Sendable (BookingID) async -> [JSONNode.Member]
    let drain: Drain
    let logger: Logger

    /// How long a claim lives without a sign of its owner.
    private let lease = Duration.seconds(10)
    private let renewal = Duration.seconds(3)
    private let atWork = KeysAtWork()

    /// A request and the key that came with it.
    ///
    /// - Throws: 400 without the header, 422 for one that can't be a key.
    func keyed(_ request: Request, body: [UInt8], _ context: EdgeContext) throws(Problem) -> KeyedRequest {
        guard let text = request.headers[Self.header], !text.isEmpty else {
            throw Problem(.idempotencyKeyMissing, "send an Idempotency-Key header")
        }
        guard text.utf8.count <= 255, text.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw Problem([
                Violation(pointer: "", detail: "the Idempotency-Key header must be 1 to 255 visible characters")
            ])
        }
        var hash = SHA256()
        hash.update(data: Array("\(request.method.rawValue) \(request.uri.path)\n".utf8))
        hash.update(data: body)
        return KeyedRequest(
            key: IdempotencyKey(caller: context.caller, key: text), fingerprint: Array(hash.finalize()),
            requestID: context.requestID)
    }

    /// Does `work` if nobody did under this key; gives the stored answer again if somebody has.
    ///
    /// Cancelling ends the waiting for `work` as it ends `work` itself.
    /// - Parameters:
    ///   - resume: answers for a booking that was begun under the key and has no stored answer. Nil where no booking is
    ///     tied to keys: then a key whose work came to no final answer is given back.
    ///   - work: its problems are answers; any other error is thrown on.
    /// - Throws: 409 while another request works under the key, 422 if it came with another request, 503 without a
    ///   store.
    func once(
        _ request: KeyedRequest, resume: (@Sendable (BookingID) async throws -> Answer)? = nil,
        _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        switch try await claim(request) {
        case .answered(let stored): return Answer(replaying: stored)
        case .reused: throw Problem(.idempotencyKeyReused, "the key came with another request before")
        case .inProgress(let booking): throw await inProgress(booking)
        case .booked(let id): return try await resumed(id, request, resume)
        case .claimed:
            // A claim of our own that ran out while we were paused, or could not be renewed, is not somebody else's.
            guard atWork.insert(request.key) else { throw await inProgress(nil) }
            let ending: Ending
            do {
                // Before the key is given back: whoever claims it then would find it at work here.
                defer { atWork.remove(request.key) }
                ending = try await admitted(request, isBooking: resume != nil, work)
            }
            switch ending {
            case .answered(let answer):
                await close(request, isBooking: resume != nil, with: answer)
                return answer
            case .anothers(let answer): return try await once(request, resume: resume) { answer }
            case .booked(let id):
                await letGo(of: request.key)
                return try await resumed(id, request, resume)
            case .broken(let error):
                // A booking may yet be tied to its key by the engine.
                if resume == nil { await abandon(request.key) } else { await letGo(of: request.key) }
                throw error
            }
        }
    }

    /// What came of working under a claimed key.
    private enum Ending {
        case answered(Answer)
        /// This would be the answer, had nobody taken the key meanwhile: it may have another by now.
        case anothers(Answer)
        /// The answer tells of no booking, and there is one.
        case booked(BookingID)
        case broken(any Error)
    }

    /// Works, unless the service is about to stop.
    private func admitted(
        _ request: KeyedRequest, isBooking: Bool, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws(Problem) -> Ending {
        guard drain.enter() else {
            // A booking would be tied to its key. What else an earlier request under the key began is not known.
            let refusal = Problem(
                .overloaded, "the service is shutting down", outcome: isBooking ? .none : .unknown,
                retryAfter: .seconds(2))
            return .answered(refusal.answer(requestID: request.requestID))
        }
        defer { drain.leave() }
        return try await worked(request, isBooking: isBooking, work)
    }

    private func worked(
        _ request: KeyedRequest, isBooking: Bool, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws(Problem) -> Ending {
        let answer: Answer
        var isProblem = false
        do {
            answer = try await whileRenewing(request.key, work)
        } catch let problem as Problem {
            answer = problem.answer(requestID: request.requestID)
            isProblem = true
        } catch {
            return .broken(error)
        }
        do throws(StoreError) {
            guard try await isOurs(request.key) else { return .anothers(answer) }
        } catch {
            // What was done is true whoever has the key, and so is what is not known. That nothing was done may be
            // another's success.
            guard isProblem, !answer.tellsOfBooking, answer.status != 500 else { return .answered(answer) }
            throw unreadable(error)
        }
        guard isBooking, answer.status != 202, !answer.tellsOfBooking else { return .answered(answer) }
        // A caller that hung up may have left a booking that began late, under this process' name: an answer that tells
        // of none holds only if there is none.
        switch try await claim(request) {
        case .claimed, .inProgress(nil): return .answered(answer)
        case .inProgress(let id?), .booked(let id): return .booked(id)
        case .answered, .reused: return .anothers(answer)
        }
    }

    /// Whether nobody else took the key while we worked under it: a process that was paused may find that its request
    /// was answered by another.
    private func isOurs(_ key: IdempotencyKey) async throws(StoreError) -> Bool {
        try await store.renew(key, owner: owner, until: clock.timestamp.advanced(by: lease))
    }

    /// Answers for a booking that was begun under the key.
    private func resumed(
        _ id: BookingID, _ request: KeyedRequest, _ resume: (@Sendable (BookingID) async throws -> Answer)?
    ) async throws -> Answer {
        guard let resume else { throw Problem(.internalError, "the key is a booking's", outcome: .unknown) }
        let answer = try await resume(id)
        guard answer.isFinal else { return answer }
        await finish(request.key, with: answer)
        // Another repetition may have worded it first, and that is what everybody is told from then on.
        guard case .answered(let stored)? = try? await claim(request), stored != answer.stored else {
            return answer
        }
        return Answer(replaying: stored)
    }

    private func inProgress(_ booking: BookingID?) async -> Problem {
        var problem = Problem(.requestInProgress, "the same request is being worked on", outcome: .unknown)
        if let booking { problem.extensions = await about(booking) }
        return problem
    }

    private func close(_ request: KeyedRequest, isBooking: Bool, with answer: Answer) async {
        if answer.isFinal {
            await finish(request.key, with: answer)
        } else if isBooking, answer.status == 202 || answer.status == 500 {
            await letGo(of: request.key)
        } else {
            await abandon(request.key)
        }
    }

    private func claim(_ request: KeyedRequest) async throws(Problem) -> KeyState {
        let now = clock.timestamp
        let claim = KeyClaim(fingerprint: request.fingerprint, owner: owner, expiresAt: now.advanced(by: lease))
        do {
            return try await store.claim(request.key, as: claim, now: now)
        } catch {
            throw unreadable(error)
        }
    }

    /// What an earlier request under the key has come to can't be read, nor whether there was one.
    private func unreadable(_ error: StoreError) -> Problem {
        Problem(.storeUnavailable, error.code.rawValue, outcome: .unknown, retryAfter: .seconds(2))
    }

    /// Does `work` while renewing the claim.
    private func whileRenewing(
        _ key: IdempotencyKey, _ work: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await withThrowingTaskGroup(of: Answer?.self) { group in
            group.addTask { try await work() }
            group.addTask {
                while !Task.isCancelled {
                    do { try await clock.sleep(for: renewal) } catch { return nil }
                    // A renewal that fails is tried again; a lost claim shows when the booking is created.
                    _ = try? await store.renew(key, owner: owner, until: clock.timestamp.advanced(by: lease))
                }
                return nil
            }
            defer { group.cancelAll() }
            while let answer = try await group.next() {
                if let answer { return answer }
            }
            throw CancellationError()
        }
    }

    private func finish(_ key: IdempotencyKey, with answer: Answer) async {
        do throws(StoreError) {
            try await store.finish(key, with: answer.stored, now: clock.timestamp)
        } catch {
            // The answer stands all the same: a repetition finds what was done, and is answered from it.
            logger.warning("answer not stored", metadata: ["reason": "\(error.detail)"])
        }
    }

    /// Ends a claim whose booking goes on by itself: the same key is then answered from the booking, and not told to
    /// wait.
    private func letGo(of key: IdempotencyKey) async {
        // One that can't be ended now runs out by itself.
        _ = try? await store.renew(key, owner: owner, until: clock.timestamp)
    }

    /// Gives a key back under which nothing was done for good.
    private func abandon(_ key: IdempotencyKey) async {
        do throws(StoreError) {
            try await store.abandon(key, owner: owner)
        } catch {
            // The claim runs out by itself.
            logger.warning("key not given back", metadata: ["reason": "\(error.detail)"])
        }
    }

    // A valid field name, so the forced value exists.
    private static let header = HTTPField.Name("Idempotency-Key")!
}

extension Answer {
    /// Whether it is kept under its key. What says "not yet", "not so" or "not now" is not: the same key may do better.
    var isFinal: Bool { [200, 201, 402, 404, 409, 410, 502].contains(status) }
}
