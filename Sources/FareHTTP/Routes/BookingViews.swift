import FareBooking
import FareDomain
import FarePorts
import WireFormats

/// Reads bookings, from where they are worked on or from the store.
struct BookingViews: Sendable {
    let engine: BookingEngine
    let store: any BookingStore

    /// - Throws: 503 where its timeline can't be read, with what is known of it all the same.
    func booking(_ id: BookingID) async throws -> BookingBody? {
        guard let snapshot = try await snapshot(id) else { return nil }
        do throws(StoreError) {
            return try await view(snapshot)
        } catch {
            throw Problem(.storeUnavailable, error.code.rawValue, retryAfter: .seconds(2)).about(snapshot)
        }
    }

    func booking(locator: String) async throws -> BookingBody? {
        guard let record = try await store.bookings(locator: locator, limit: 1).first else { return nil }
        return try await booking(record.id)
    }

    func view(_ snapshot: BookingSnapshot) async throws(StoreError) -> BookingBody {
        BookingBody(snapshot: snapshot, journal: try await store.journal(of: snapshot.saga.id))
    }

    func snapshot(_ id: BookingID) async throws(StoreError) -> BookingSnapshot? {
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
            throw Problem(
                .internalError, "the booking's timeline can't be read: \(error.code.rawValue)", outcome: .unknown
            ).about(snapshot)
        }
    }

    /// What a problem carries about a booking that is known to exist; without a receipt where it can't be read.
    func problemMembers(of id: BookingID) async -> [JSONNode.Member] {
        if let snapshot = try? await snapshot(id) { return snapshot.problemMembers }
        return [JSONNode.Member(Problem.bookingMember, .string(id.rawValue)), JSONNode.Member("receipt", .null)]
    }
}

extension Problem {
    /// The same problem, with what every problem about a booking that exists carries.
    func about(_ snapshot: BookingSnapshot) -> Problem {
        var problem = self
        problem.extensions += snapshot.problemMembers
        return problem
    }
}

extension BookingSnapshot {
    /// What every problem about a booking that exists carries.
    var problemMembers: [JSONNode.Member] {
        [
            JSONNode.Member(Problem.bookingMember, .string(saga.id.rawValue)),
            JSONNode.Member("receipt", ReceiptBody(snapshot: self).node),
        ]
    }
}
