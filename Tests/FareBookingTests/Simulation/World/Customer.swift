import FareDomain
import FarePorts
import FareTestSupport
import Resilience

@testable import FareBooking

/// Somebody who wants a booking: asks a replica, hangs up, asks again under the same key.
struct Customer: Sendable {
    let number: Int
    let key: IdempotencyKey
    let passenger: Passenger
    let candidates: [Candidate]
    /// How long each answer is waited for.
    let patience: Duration
    let allowsDuplicate: Bool
    /// How often the booking is cancelled, once it is ticketed.
    let cancellations: Int

    /// One request, as the service takes it: the key first, then the booking.
    func ask(_ process: ServiceProcess) async {
        let world = process.world
        let deadline = process.clock.now.advanced(by: patience)
        guard let told = await answer(process, deadline), !Task.isCancelled else { return }
        do { try await process.goOn() } catch { return }
        world.log("\(process.name) tells customer \(number): \(told.summary)")
        world.rules.tell(told)
        if told.status == .ticketed, let booking = told.booking { world.ticketed(booking, of: self) }
    }

    /// Has the booking cancelled: as quoted before, or at the price of the moment.
    func cancel(_ booking: BookingID, _ process: ServiceProcess, asksFirst: Bool) async {
        let world = process.world
        func call() -> CancellationCall {
            CancellationCall(
                requestID: "req_\(booking)", traceparent: nil, deadline: process.clock.now.advanced(by: patience),
                newID: { [world] in world.newCancellationID() })
        }
        var quote: CancellationID?
        if asksFirst {
            guard case .quoted(let kept, _)? = try? await process.engine.quoteCancellation(of: booking, call: call())
            else { return }
            quote = kept.id
            guard (try? await process.clock.sleep(for: .seconds(3))) != nil else { return }
        }
        let answer = try? await process.engine.cancel(booking, quote: quote, call: call())
        guard !Task.isCancelled, (try? await process.goOn()) != nil else { return }
        switch answer {
        case .cancelled:
            world.log("\(process.name) tells customer \(number): \(booking) cancelled")
            world.rules.tell(Rules.Told(customer: number, key: key, booking: booking, status: .cancelled))
        case .quoted: world.violated("confirming a cancellation was answered with a quote")
        default: world.log("\(process.name) can't cancel \(booking): \(String(describing: answer).prefix(60))")
        }
    }

    private func answer(_ process: ServiceProcess, _ deadline: MonotonicInstant) async -> Rules.Told? {
        let clock = process.clock
        let store = process.store
        let claim = KeyClaim(
            fingerprint: [UInt8(number)], owner: process.name,
            expiresAt: clock.timestamp.advanced(by: .seconds(10)))
        guard let state = try? await store.claim(key, as: claim, now: clock.timestamp) else { return nil }
        switch state {
        case .claimed: return await book(process, deadline)
        case .booked(let id):
            let waited = await process.engine.answer(for: id, until: deadline)
            if case .decided(let snapshot)? = waited { return await decided(snapshot, process) }
            guard let record = try? await store.booking(id), let snapshot = try? BookingSnapshot(stored: record),
                snapshot.saga.status.isDecided
            else { return nil }
            return await decided(snapshot, process)
        case .answered(let answer):
            let words = String(decoding: answer.body, as: UTF8.self).split(separator: " ")
            return Rules.Told(
                customer: number, key: key, booking: BookingID(String(words[0])),
                status: BookingStatus(rawValue: String(words[1])))
        case .inProgress: return nil
        case .reused:
            process.world.violated("the key \(key.key) is told as another's")
            return nil
        }
    }

    private func book(_ process: ServiceProcess, _ deadline: MonotonicInstant) async -> Rules.Told? {
        let plan = plan(process, deadline)
        let answer = await process.engine.book(plan)
        switch answer {
        case .decided(let snapshot): return await decided(snapshot, process)
        case .pending:
            _ = try? await process.store.renew(
                key, owner: process.name, until: process.clock.timestamp)
            return nil
        case .untouched, .refused:
            _ = try? await process.store.abandon(key, owner: process.name)
            return Rules.Told(customer: number, key: key, booking: plan.id, status: nil)
        }
    }

    private func decided(_ snapshot: BookingSnapshot, _ process: ServiceProcess) async -> Rules.Told {
        let status = snapshot.saga.status
        let body = Array("\(snapshot.saga.id) \(status.rawValue)".utf8)
        try? await process.store.finish(
            key, with: StoredAnswer(status: 201, contentType: "text/plain", location: nil, body: body),
            now: process.clock.timestamp)
        return Rules.Told(customer: number, key: key, booking: snapshot.saga.id, status: status)
    }

    private func plan(_ process: ServiceProcess, _ deadline: MonotonicInstant) -> BookingPlan {
        let clock = process.clock
        let id = process.world.newBookingID()
        var policy = BookingPolicy()
        process.world.mutation.policy(&policy)
        return BookingPlan(
            id: id,
            terms: BookingTerms(
                passengers: [passenger], acceptedTotal: Sample.accepted, paymentToken: "pm_card_visa",
                deadline: clock.timestamp.advanced(by: patience), requestID: "req_\(id)", traceparent: nil,
                policy: policy, allowsDuplicate: allowsDuplicate),
            search: SearchFacts(providers: [], considered: candidates.count, rates: []), candidates: candidates,
            compare: { $0 }, key: key, deadline: deadline)
    }
}

extension Rules.Told {
    var summary: String { "\(booking?.rawValue ?? "nothing") \(status?.rawValue ?? "untouched")" }
}
