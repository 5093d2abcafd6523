public import FareDomain
public import FarePorts
public import Resilience

/// Who wants a booking cancelled, and until when there must be an answer.
public struct CancellationCall: Sendable {
    public var requestID: String
    public var traceparent: String?
    public var deadline: MonotonicInstant
    /// Makes the id of a quote, each time one is made.
    public var newID: @Sendable () -> CancellationID

    public init(
        requestID: String, traceparent: String?, deadline: MonotonicInstant,
        newID: @escaping @Sendable () -> CancellationID
    ) {
        self.requestID = requestID
        self.traceparent = traceparent
        self.deadline = deadline
        self.newID = newID
    }
}

/// What can be said to whoever wants a booking cancelled.
public enum CancellationAnswer: Sendable {
    case quoted(Cancellation, BookingSnapshot)
    /// The airline took the ticket back, and what was quoted is refunded.
    case cancelled(BookingSnapshot)
    /// Confirmed, and how it ends is not known yet.
    case pending(BookingSnapshot)
    /// No such booking, or no such quote.
    case notFound
    /// Why not. Nothing was done.
    case notCancellable(String, BookingSnapshot)
    case quoteExpired(BookingSnapshot)
    /// The provider can't be asked, or there is too much work: nothing was done.
    case unavailable(String)
}

extension BookingEngine {
    /// How often a booking that another process works on is looked at.
    private static let poll = Duration.milliseconds(250)
    /// How often something is tried again that somebody else's writing came between.
    private static let tries = 5

    /// Asks the provider what cancelling a ticketed booking would give back, and keeps the quote with the booking.
    ///
    /// One call asks at a time, and those that wait for it get the same quote: at some providers a newer quote ends the
    /// one before, so that many callers would only end each other's.
    public func quoteCancellation(
        of id: BookingID, call: CancellationCall
    ) async throws(StoreError) -> CancellationAnswer {
        let start = clock.timestamp
        for _ in 0..<Self.tries {
            guard let (record, snapshot, isFree) = try await atRest(id, until: call.deadline) else { return .notFound }
            guard let attempt = snapshot.saga.cancellable else {
                return .notCancellable("it is \(snapshot.saga.status.rawValue)", snapshot)
            }
            guard isFree else { return .unavailable("the booking is still being worked on") }
            if let shared = snapshot.saga.quote(since: start) { return .quoted(shared, snapshot) }
            guard board.open(id) != nil else { continue }
            defer { board.close(id) }
            var quoted = snapshot
            let newID = call.newID()
            switch await quote(attempt, call) {
            case .failure(let failure): return failure.answer(snapshot)
            case .success(let quote): quoted.saga.keep(quote, as: newID, at: clock.timestamp)
            }
            if try await keep(quoted, after: record), let kept = quoted.saga.cancellation(newID) {
                return .quoted(kept, quoted)
            }
        }
        return .unavailable("others write to the booking all the time")
    }

    /// Cancels as quoted, or at the price of the moment; joins the cancellation that runs.
    ///
    /// Returns when it is done or refused, or at the call's deadline with what is known by then; the work goes on.
    ///
    /// - Parameter quote: nil to have it quoted first.
    public func cancel(
        _ id: BookingID, quote: CancellationID?, call: CancellationCall
    ) async throws(StoreError) -> CancellationAnswer {
        let isNamed = quote != nil
        var quote = quote
        // Whoever comes while it runs joins it, and does not ask the airline anew.
        var hasRun = board.post(of: id)?.latest?.saga.status == .cancelling
        for _ in 0..<Self.tries {
            guard let (record, snapshot, isFree) = try await atRest(id, until: call.deadline) else { return .notFound }
            let saga = snapshot.saga
            if let quote, saga.cancellation(quote) == nil { return .notFound }
            switch saga.status {
            case .cancelled: return .cancelled(snapshot)
            case .cancelling: return .pending(snapshot)
            case .pending, .failed: return .notCancellable("it is \(saga.status.rawValue)", snapshot)
            case .ticketed: break
            }
            guard let kept = quote.flatMap({ saga.cancellation($0) }) else {
                let answer = try await quoteCancellation(of: id, call: call)
                switch answer {
                case .quoted(let made, _): quote = made.id
                // Another call got there first: it is joined.
                case .notCancellable(_, let snapshot) where snapshot.saga.cancellation != nil: break
                default: return answer
                }
                continue
            }
            // What the airline never heard of can be asked for again, by another call.
            if kept.status == .refused, hasRun || !kept.mayBeConfirmed {
                // Whoever named no quote does not mind that another one, by another process, ended it.
                guard !isNamed, kept.refusal?.reason == .expired else { return refused(kept, snapshot) }
                quote = nil
                continue
            }
            if let expiry = kept.expiresAt, expiry <= clock.timestamp { return .quoteExpired(snapshot) }
            guard isFree else { return .unavailable("the booking is still being worked on") }
            guard let post = begin(.cancel(record, kept.id, call.deadline)) else {
                if board.post(of: id) != nil { continue }
                return .unavailable("too many bookings are being worked on")
            }
            hasRun = true
            let inTime = await wait(for: post, until: call.deadline) && clock.now < call.deadline
            if !inTime, post.latest == nil {
                if post.withdraw() { return .unavailable("it could not be begun in time") }
                throw StoreError(.unavailable, detail: "whether it is written down is not known yet")
            }
        }
        guard let record = try await store.booking(id) else { return .notFound }
        let snapshot = try BookingSnapshot(stored: record)
        switch snapshot.saga.status {
        case .cancelled: return .cancelled(snapshot)
        case .cancelling: return .pending(snapshot)
        default: return .unavailable("others write to the booking all the time")
        }
    }

    /// The booking when nobody works on it, or as it is at the deadline.
    ///
    /// What other attempts left is undone for as long as their providers are away. A ticket can be cancelled meanwhile:
    /// so its booking is left where that work pauses, and recovery takes it up again.
    private func atRest(
        _ id: BookingID, until deadline: MonotonicInstant
    ) async throws(StoreError) -> (record: BookingRecord, snapshot: BookingSnapshot, isFree: Bool)? {
        while true {
            if let post = board.post(of: id) { _ = await wait(for: post, until: deadline) }
            guard let record = try await store.booking(id) else { return nil }
            let snapshot = try BookingSnapshot(stored: record)
            let saga = snapshot.saga
            let isFree = record.settled || left.paused(id, version: record.version) != nil
            guard clock.now < deadline, !Task.isCancelled else { return (record, snapshot, isFree) }
            if let post = board.post(of: id), record.settled || saga.cancellable != nil {
                post.leave()
                _ = await wait(for: post, until: deadline, isOver: true)
                continue
            }
            // A failed booking may have leftovers that are undone for long, which nobody need wait for.
            if isFree || saga.status == .failed || saga.status == .cancelled { return (record, snapshot, isFree) }
            try? await clock.sleep(for: min(Self.poll, clock.now.duration(to: deadline)))
        }
    }

    private struct NoQuote: Error {
        var isDefinite: Bool
        var reason: String

        func answer(_ snapshot: BookingSnapshot) -> CancellationAnswer {
            isDefinite ? .notCancellable(reason, snapshot) : .unavailable(reason)
        }
    }

    /// What goes back to the caller: never more than was taken.
    private func quote(_ attempt: Attempt, _ call: CancellationCall) async -> Result<CancellationQuote, NoQuote> {
        guard let provider = tools.caller.providers[attempt.offer.provider], let order = attempt.order,
            let captured = attempt.payment?.captured
        else { return .failure(NoQuote(isDefinite: true, reason: "its provider is not configured any more")) }
        guard provider.capabilities.cancelsTickets else {
            return .failure(NoQuote(isDefinite: true, reason: "the provider can't cancel tickets"))
        }
        let context = CallContext(
            deadline: call.deadline, notAfter: min(call.deadline, clock.now.advanced(by: Ownership.sendingWindow)),
            requestID: call.requestID, traceparent: call.traceparent)
        do throws(ProviderError) {
            var quote = try await provider.quoteCancellation(of: order, context: context)
            guard quote.refund.currency == captured.currency else {
                return .failure(NoQuote(isDefinite: true, reason: "the refund would be in \(quote.refund.currency)"))
            }
            if quote.refund.minorUnits > captured.minorUnits { quote.refund = captured }
            return .success(quote)
        } catch {
            let isDefinite = [.notCancellable, .rejected, .notSupported, .orderNotFound].contains(error.code)
            return .failure(NoQuote(isDefinite: isDefinite, reason: error.summary))
        }
    }

    /// - Returns: false if somebody else wrote first.
    private func keep(_ snapshot: BookingSnapshot, after record: BookingRecord) async throws(StoreError) -> Bool {
        let next = try snapshot.record(
            version: record.version + 1, settled: record.settled, key: record.key, trip: record.trip)
        do throws(StoreError) {
            try await store.save(next, journal: [], lease: tools.ownership.lease())
            left.wrote(next.id, version: next.version)
            return true
        } catch {
            if error.code == .conflict { return false }
            // It may be written all the same: what was known of the pause may not be true any more.
            if !record.settled { left.add(record.id) }
            throw error
        }
    }

    private func refused(_ cancellation: Cancellation, _ snapshot: BookingSnapshot) -> CancellationAnswer {
        switch cancellation.refusal?.reason {
        case .expired: .quoteExpired(snapshot)
        case .notSent: .unavailable(cancellation.refusal?.detail ?? "")
        default: .notCancellable(cancellation.refusal?.detail ?? "", snapshot)
        }
    }
}
