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
    /// Bookings at work that are looked at; past it nothing is claimed.
    private let atWork = 1000

    init(store: any BookingStore) { self.store = store }

    /// Those of the found orders that are no other booking's. Where that is just one that the attempt can have made, it is
    /// this booking's from then on, and no other's.
    ///
    /// - Returns: nil while another booking may be making an order that would look the same.
    func claim(_ orders: [ProviderOrder], for attempt: Attempt, of saga: Saga) async throws(StoreError)
        -> [ProviderOrder]?
    {
        guard try await !isBeingMade(like: attempt, of: saga) else { return nil }
        let provider = attempt.offer.provider
        var free: [ProviderOrder] = []
        for order in orders where try await !isStored(order, provider, otherThan: saga.id) { free.append(order) }
        let made = free.filter { $0.state == (attempt.offer.holdable ? .held : .ticketed) }
        guard made.count == 1 else { return free }
        guard try await store.claim(OrderName(provider: provider, id: made[0].id), for: saga.id) else {
            return free.filter { $0.id != made[0].id }
        }
        return free
    }

    private func isBeingMade(like attempt: Attempt, of saga: Saga) async throws(StoreError) -> Bool {
        let records = try await store.unsettled(limit: atWork)
        if records.count == atWork { return true }
        let people = saga.terms.passengers.map(\.reservationName).sorted()
        for record in records where record.id != saga.id {
            let other = try BookingSnapshot(stored: record).saga
            guard let command = other.inFlight, command.step == .hold || command.step == .order else { continue }
            let offer = other.attempts[command.attempt].offer
            if offer.provider == attempt.offer.provider, offer.itinerary == attempt.offer.itinerary,
                other.terms.passengers.map(\.reservationName).sorted() == people
            {
                return true
            }
        }
        return false
    }

    private func isStored(
        _ order: ProviderOrder, _ provider: ProviderID, otherThan booking: BookingID
    ) async throws(StoreError) -> Bool {
        for record in try await store.bookings(locator: order.locator, limit: sameLocator) where record.id != booking {
            let attempts = try BookingSnapshot(stored: record).saga.attempts
            if attempts.contains(where: { $0.offer.provider == provider && $0.order?.id == order.id }) { return true }
        }
        return false
    }
}
