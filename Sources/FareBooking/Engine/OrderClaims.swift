import FareDomain
import FarePorts

/// Which booking an order belongs to, at providers that carry no reference of ours.
///
/// Two bookings of the same passengers on the same flights make orders that look alike. A lost order is looked for by
/// what is known of it, so what another booking made must not be taken for it: neither what that has told of already,
/// nor what it may be making at this moment. The store knows both, for all processes that share it.
struct OrderClaims: Sendable {
    let store: any BookingStore
    /// Bookings with one record locator that are looked at: locators are used again after years, not in numbers.
    private let sameLocator = 20
    /// Bookings that are looked at for calls like a lost one; past it nothing is claimed.
    private let looksAt = 1000
    /// No call is over later than so long after it was written down that it would be: then a clock was set back since.
    private let farthest = Duration.seconds(120)
    /// How far the clocks of those that share the store may be apart.
    private let clockSkew = Duration.seconds(60)

    init(store: any BookingStore) { self.store = store }

    /// Those of the found orders that are no other booking's. Where there are no more that the attempt can have made
    /// than calls like its own were lost, one of them is this booking's from then on, and no other's: which of them is
    /// all the same, as nothing tells them apart.
    ///
    /// - Parameter version: the booking's in the store.
    /// - Returns: nil while another booking may be making an order that would look the same, or may have taken ours.
    func claim(
        _ orders: [ProviderOrder], for attempt: Attempt, of saga: Saga, version: Int64, at now: Timestamp
    ) async throws(StoreError) -> [ProviderOrder]? {
        let atWork = try await store.unsettled(limit: looksAt)
        guard atWork.count < looksAt, var lost = lostCalls(like: attempt, of: saga, among: atWork) else { return nil }
        let provider = attempt.offer.provider
        var free: [ProviderOrder] = []
        var isOursElsewhere = false
        let quarantine = saga.quarantine(of: attempt.number - 1)
        for order in orders {
            guard let holder = try await holder(of: order, besides: attempt, of: saga) else {
                free.append(order)
                continue
            }
            // It may have taken ours for its own, whose call may be heard yet: that one would then be for us.
            if let ended = holder.creationEndedAt, ended < now.advanced(by: farthest) {
                isOursElsewhere = isOursElsewhere || now < ended.advanced(by: quarantine)
            }
        }
        let made = free.filter { $0.state == (attempt.offer.holdable ? .held : .ticketed) }.sorted { $0.id < $1.id }
        if made.isEmpty, isOursElsewhere { return nil }
        if made.count > lost {
            // Other bookings may have given theirs up as never made, and be at rest.
            let since = saga.createdAt.advanced(by: .zero - clockSkew)
            let recent = try await store.bookings(changedSince: since, limit: looksAt)
            let ids = Set(atWork.map(\.id))
            let others = atWork + recent.filter { !ids.contains($0.id) }
            if recent.count < looksAt { lost = lostCalls(like: attempt, of: saga, among: others) ?? lost }
        }
        guard made.count <= lost else { return free }
        let names = made.map { OrderName(provider: provider, id: $0.id) }
        let own = try await store.claim(oneOf: names, for: saga.id, version: version)
        return made.filter { $0.id == own?.id }
    }

    /// How many calls of this and other bookings may have made such an order, and were never answered; nil while one is
    /// out.
    private func lostCalls(like attempt: Attempt, of saga: Saga, among records: [BookingRecord]) -> Int? {
        let people = saga.terms.passengers.map(\.reservationName).sorted()
        func isAlike(_ other: Attempt) -> Bool {
            other.offer.provider == attempt.offer.provider && other.offer.itinerary == attempt.offer.itinerary
        }
        var lost = max(1, saga.attempts.count { isAlike($0) && $0.isLost })
        for record in records where record.id != saga.id {
            // One that can't be read is for people, and keeps nobody else waiting.
            guard let other = try? BookingSnapshot(stored: record).saga else { continue }
            guard other.terms.passengers.map(\.reservationName).sorted() == people else { continue }
            if let command = other.inFlight, command.step == .hold || command.step == .order,
                isAlike(other.attempts[command.attempt])
            {
                return nil
            }
            lost += other.attempts.count { isAlike($0) && $0.isLost }
        }
        return lost
    }

    /// The other attempt, of this booking or another, that has the order.
    private func holder(
        of order: ProviderOrder, besides attempt: Attempt, of saga: Saga
    ) async throws(StoreError) -> Attempt? {
        let provider = attempt.offer.provider
        func has(_ other: Attempt) -> Bool { other.offer.provider == provider && other.order?.id == order.id }
        if let own = saga.attempts.first(where: { $0.number != attempt.number && has($0) }) { return own }
        for record in try await store.bookings(locator: order.locator, limit: sameLocator) where record.id != saga.id {
            if let holder = try BookingSnapshot(stored: record).saga.attempts.first(where: has) { return holder }
        }
        return nil
    }
}

extension Attempt {
    /// Whether a call that makes an order was sent and never answered. What was given up as never made may appear yet.
    fileprivate var isLost: Bool {
        order == nil && (hold == .unknown || settling?.stage == .find || vanishedAt != nil)
    }
}
