import FareDomain
public import FarePorts
import FoundationEssentials

/// A booking as it stands: what is stored, and what callers are shown.
public struct BookingSnapshot: Sendable, Codable {
    public var saga: Saga
    public var search: SearchFacts

    public init(saga: Saga, search: SearchFacts) {
        self.saga = saga
        self.search = search
    }

    /// A booking of which nothing has happened yet.
    init(_ plan: BookingPlan, createdAt: Timestamp) {
        saga = Saga(id: plan.id, terms: plan.terms, createdAt: createdAt)
        search = plan.search
    }

    /// - Throws: `corrupt` if the stored state is not one of ours.
    public init(stored record: BookingRecord) throws(StoreError) {
        do {
            self = try Self.codec.decode(record.state)
            guard saga.isConsistent else {
                throw StoreError(.corrupt, detail: "it names attempts that it doesn't have")
            }
        } catch {
            throw StoreError(.corrupt, detail: "the state of \(record.id) can't be read: \(error)")
        }
    }

    /// - Throws: `corrupt` if the state can't be encoded, which no value of these types causes.
    func record(
        version: Int64, settled: Bool, key: IdempotencyKey?, trip: Trip?
    ) throws(StoreError) -> BookingRecord {
        do {
            var record = BookingRecord(
                id: saga.id, version: version, status: saga.status.rawValue, settled: settled,
                locators: saga.attempts.compactMap { $0.order?.locator }, key: key,
                state: try Self.codec.encode(self), createdAt: saga.createdAt, updatedAt: saga.updatedAt)
            record.trip = trip
            return record
        } catch {
            throw StoreError(.corrupt, detail: "the state of \(saga.id) can't be encoded: \(error)")
        }
    }
}

/// How a booking becomes the bytes that a store keeps, and back.
protocol SnapshotCodec: Sendable {
    func encode(_ snapshot: BookingSnapshot) throws -> [UInt8]
    func decode(_ state: [UInt8]) throws -> BookingSnapshot
}

struct JSONSnapshotCodec: SnapshotCodec {
    func encode(_ snapshot: BookingSnapshot) throws -> [UInt8] { Array(try JSONEncoder().encode(snapshot)) }

    func decode(_ state: [UInt8]) throws -> BookingSnapshot {
        try JSONDecoder().decode(BookingSnapshot.self, from: Data(state))
    }
}

extension BookingSnapshot {
    /// Another one only in simulations, which store so often that they would do little else.
    @TaskLocal static var codec: any SnapshotCodec = JSONSnapshotCodec()
}
