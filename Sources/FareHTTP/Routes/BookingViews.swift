import FareBooking
import FareDomain
import FarePorts
import WireFormats

/// Reads bookings, from where they are worked on or from the store.
struct BookingViews: Sendable {
    let engine: BookingEngine
    let store: any BookingStore

    func booking(_ id: BookingID) async throws -> BookingBody? {
        guard let snapshot = try await snapshot(id) else { return nil }
        return try await view(snapshot)
    }

    func booking(locator: String) async throws -> BookingBody? {
        guard let record = try await store.bookings(locator: locator, limit: 1).first else { return nil }
        return try await booking(record.id)
    }

    func view(_ snapshot: BookingSnapshot) async throws(StoreError) -> BookingBody {
        BookingBody(snapshot: snapshot, journal: try await store.journal(of: snapshot.saga.id))
    }

    func snapshot(_ id: BookingID) async throws -> BookingSnapshot? {
        if let current = engine.current(id) { return current }
        return try await store.booking(id).map { record throws(StoreError) in try BookingSnapshot(stored: record) }
    }

    /// A booking as the answer to what was asked of it.
    ///
    /// - Throws: 500 where its timeline can't be read, with what is known of it all the same.
    func answer(_ status: Int, _ snapshot: BookingSnapshot) async throws(Problem) -> Answer {
        do throws(StoreError) {
            return Answer(
                status: status, location: status == 200 ? nil : "/bookings/\(snapshot.saga.id)",
                body: try await view(snapshot).json(reserving: 4096))
        } catch {
            var problem = Problem(
                .internalError, "the booking's timeline can't be read: \(error.code.rawValue)", outcome: .unknown)
            problem.extensions += snapshot.problemMembers
            throw problem
        }
    }
}

extension BookingSnapshot {
    /// What every problem about a booking that exists carries.
    var problemMembers: [JSONNode.Member] {
        [
            JSONNode.Member("booking_id", .string(saga.id.rawValue)),
            JSONNode.Member("receipt", ReceiptBody(snapshot: self).node),
        ]
    }
}
