import FareDomain
import FarePorts
import Synchronization

/// Which booking an order belongs to, at providers that carry no reference of ours.
///
/// Two bookings of the same passengers on the same flights make orders that look alike. A lost order is looked for by
/// what is known of it, so what another booking made must not be taken for it: neither what that has told of already,
/// nor what it is making at this moment.
final class OrderClaims: Sendable {
    /// What orders that look alike have in common.
    struct Likeness: Hashable {
        var provider: ProviderID
        var passengers: [String]
        var itinerary: Itinerary

        init(_ attempt: Attempt, of saga: Saga) {
            provider = attempt.offer.provider
            passengers = saga.terms.passengers.map(\.reservationName).sorted()
            itinerary = attempt.offer.itinerary
        }
    }

    private struct OrderName: Hashable {
        var provider: ProviderID
        var id: String
    }

    private struct State {
        /// Calls in flight that create an order, by whom.
        var making: [Likeness: [BookingID]] = [:]
        /// Of bookings at work. Those of the others are in the store.
        var owners: [OrderName: BookingID] = [:]
    }

    private let store: any BookingStore
    private let state = Mutex(State())
    /// Bookings with one record locator that are looked at: locators are used again after years, not in numbers.
    private let sameLocator = 20

    init(store: any BookingStore) { self.store = store }

    /// A call that creates an order goes out.
    func begin(_ likeness: Likeness, by booking: BookingID) {
        state.withLock { $0.making[likeness, default: []].append(booking) }
    }

    /// That call ended, with an order or without.
    func end(_ likeness: Likeness, by booking: BookingID, with order: ProviderOrder?) {
        state.withLock { state in
            if let index = state.making[likeness]?.firstIndex(of: booking) {
                state.making[likeness]?.remove(at: index)
            }
            if state.making[likeness]?.isEmpty == true { state.making[likeness] = nil }
            if let order { state.owners[OrderName(provider: likeness.provider, id: order.id)] = booking }
        }
    }

    /// Those of the found orders that are no other booking's; from then on they are this one's.
    ///
    /// - Returns: nil while another booking is making an order that would look the same.
    func claim(
        _ orders: [ProviderOrder], _ likeness: Likeness, for booking: BookingID
    ) async throws(StoreError) -> [ProviderOrder]? {
        var free: [ProviderOrder] = []
        for order in orders where try await !isStored(order, likeness.provider, otherThan: booking) {
            free.append(order)
        }
        return state.withLock { state in
            guard state.making[likeness, default: []].allSatisfy({ $0 == booking }) else { return nil }
            return free.filter { order in
                let name = OrderName(provider: likeness.provider, id: order.id)
                let owner = state.owners[name] ?? booking
                state.owners[name] = owner
                return owner == booking
            }
        }
    }

    /// The booking's work ended: the store knows its orders.
    func forget(_ booking: BookingID) {
        state.withLock { state in state.owners = state.owners.filter { $0.value != booking } }
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
