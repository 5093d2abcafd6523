import FareDomain
import FarePorts
import Testing

/// The clauses about bookings of the same trip, and about whose an order is.
extension BookingStoreContract {
    /// - Parameter since: in seconds after the contract's start of time; nil allows duplicates.
    private static func booking(
        _ id: String, for trip: [UInt8] = [1, 2, 3], since: Int64?, version: Int64 = 1, status: String = "pending",
        createdAfter seconds: Int64 = 0
    ) -> BookingRecord {
        var booking = sampleBooking(id, version: version, createdAfter: seconds)
        booking.status = status
        booking.settled = ["ticketed", "failed", "cancelled"].contains(status)
        booking.trip = Trip(fingerprint: trip, duplicatesSince: since.map { time($0) })
        return booking
    }

    private func create(_ booking: BookingRecord, in store: any BookingStore) async throws {
        try await store.create(booking, journal: [Self.sampleEntry("hold")], key: nil, lease: .sample)
    }

    /// Runs `body`, and records an issue unless it throws a `duplicate` that names `booking`.
    private func expectDuplicate(
        of booking: String, sourceLocation: SourceLocation = #_sourceLocation, _ body: () async throws -> Void
    ) async {
        let error = await #expect(throws: StoreError.self, sourceLocation: sourceLocation) { try await body() }
        #expect(error?.code == .duplicate, sourceLocation: sourceLocation)
        #expect(error?.booking == BookingID(booking), sourceLocation: sourceLocation)
    }

    func duplicate(_ store: any BookingStore) async throws {
        try await create(Self.booking("bkg_1", since: -600), in: store)
        _ = try await store.claim(Self.key, as: Self.claim("first"), now: Self.time(0))
        await expectDuplicate(of: "bkg_1") {
            let second = Self.booking("bkg_2", since: -599, createdAfter: 1)
            try await store.create(second, journal: [Self.sampleEntry("hold")], key: Self.key, lease: .sample)
        }
        #expect(try await store.booking(BookingID("bkg_2")) == nil)
        #expect(try await store.journal(of: BookingID("bkg_2")).isEmpty)
        // The key was not tied. And what exists already is a conflict with itself, not a duplicate.
        try await store.abandon(Self.key, owner: "first")
        #expect(try await store.claim(Self.key, as: Self.claim("second"), now: Self.time(0)) == .claimed)
        await expectConflict { try await create(Self.booking("bkg_1", since: -600), in: store) }
    }

    func duplicateWindow(_ store: any BookingStore) async throws {
        try await create(Self.booking("bkg_1", since: -600), in: store)
        try await create(Self.booking("bkg_2", for: [1, 2], since: -600), in: store)
        try await create(Self.sampleBooking("bkg_3"), in: store)
        await expectDuplicate(of: "bkg_1") {
            try await create(Self.booking("bkg_4", since: 0, createdAfter: 600), in: store)
        }
        var late = Self.booking("bkg_4", since: 0, createdAfter: 601)
        late.trip?.duplicatesSince = Timestamp(millisecondsSinceEpoch: Self.time(0).millisecondsSinceEpoch + 1)
        try await create(late, in: store)
        // The first of those that are there is named.
        await expectDuplicate(of: "bkg_1") {
            try await create(Self.booking("bkg_5", since: 0, createdAfter: 602), in: store)
        }
        await expectDuplicate(of: "bkg_4") {
            try await create(Self.booking("bkg_5", since: 2, createdAfter: 602), in: store)
        }
    }

    func deadDuplicate(_ store: any BookingStore) async throws {
        for (index, status) in ["failed", "cancelled"].enumerated() {
            try await create(Self.booking("bkg_\(index)", since: -600, status: status), in: store)
        }
        for (index, status) in ["pending", "ticketed", "cancelling"].enumerated() {
            let trip = [9, UInt8(index)]
            try await create(Self.booking("bkg_\(status)", for: trip, since: -600, status: status), in: store)
            await expectDuplicate(of: "bkg_\(status)") {
                try await create(Self.booking("bkg_9", for: trip, since: -600), in: store)
            }
        }
        try await create(Self.booking("bkg_live", since: -600), in: store)
        try await store.save(
            Self.booking("bkg_live", since: -600, version: 2, status: "failed"), journal: [], lease: .sample)
        try await create(Self.booking("bkg_again", since: -600), in: store)
    }

    func allowedDuplicate(_ store: any BookingStore) async throws {
        try await create(Self.booking("bkg_1", since: nil), in: store)
        try await create(Self.booking("bkg_2", since: nil), in: store)
        #expect(try await store.booking(BookingID("bkg_2")) == Self.booking("bkg_2", since: nil))
        await expectDuplicate(of: "bkg_1") { try await create(Self.booking("bkg_3", since: -600), in: store) }
    }

    func earlierBooking(_ store: any BookingStore) async throws {
        try await create(Self.booking("bkg_1", since: -600), in: store)
        try await create(Self.booking("bkg_2", since: nil), in: store)
        for version in 2...4 as ClosedRange<Int64> {
            let status = version == 3 ? "cancelling" : "pending"
            for id in ["bkg_1", "bkg_2"] {
                let next = Self.booking(id, since: -600, version: version, status: status)
                try await store.save(next, journal: [], lease: .sample)
            }
        }
    }

    func changedTrip(_ store: any BookingStore) async throws {
        try await create(Self.booking("bkg_1", since: -600), in: store)
        try await create(Self.sampleBooking("bkg_2"), in: store)
        try await create(Self.booking("bkg_3", for: [9], since: -600), in: store)
        for id in ["bkg_2", "bkg_3"] {
            await expectDuplicate(of: "bkg_1") {
                let next = Self.booking(id, since: -600, version: 2)
                try await store.save(next, journal: [Self.sampleEntry("late")], lease: .sample)
            }
            #expect(try await store.booking(BookingID(id))?.version == 1)
            #expect(try await store.journal(of: BookingID(id)).map(\.step) == ["hold"])
        }
        let other = Self.booking("bkg_2", for: [8], since: -600, version: 2)
        try await store.save(other, journal: [], lease: .sample)
        #expect(try await store.booking(BookingID("bkg_2")) == other)
        try await store.save(Self.booking("bkg_3", since: nil, version: 2), journal: [], lease: .sample)
        // Whose version is wrong, or who is no owner, is told that first.
        await expectConflict {
            try await store.save(Self.booking("bkg_2", since: -600, version: 2), journal: [], lease: .sample)
        }
        await expectConflict {
            let next = Self.booking("bkg_2", since: -600, version: 3)
            try await store.save(next, journal: [], lease: Self.lease("second"))
        }
    }

    func tripRace(_ store: any BookingStore) async throws {
        let winners = try await winners(of: 64) { index in
            do {
                try await create(Self.booking("bkg_\(index)", since: -600), in: store)
                return true
            } catch let error as StoreError {
                #expect(error.code == .duplicate)
                return false
            }
        }
        #expect(winners == 1)
        #expect(try await store.unsettled(limit: 99).count == 1)
    }

    func orderClaim(_ store: any BookingStore) async throws {
        func claim(_ provider: String, _ id: String, _ booking: String, version: Int64 = 1) async throws -> Bool {
            let order = OrderName(provider: ProviderID(provider), id: id)
            return try await store.claim(oneOf: [order], for: BookingID(booking), version: version) == order
        }
        #expect(try await claim("ndc", "ord_1", "bkg_1"))
        #expect(try await claim("ndc", "ord_1", "bkg_1"))
        #expect(try await !claim("ndc", "ord_1", "bkg_2"))
        #expect(try await claim("ndc-2", "ord_1", "bkg_2"))
        #expect(try await claim("ndc", "ORD_1", "bkg_2"))
        #expect(try await claim("ndc", "ord_2", "bkg_2"))
        // Nor is it forgotten once its booking is settled.
        try await create(Self.sampleBooking("bkg_1", settled: true), in: store)
        #expect(try await !claim("ndc", "ord_1", "bkg_2"))
        // Whoever has lost the booking claims nothing for it.
        for version: Int64 in [0, 2] {
            let error = await #expect(throws: StoreError.self) {
                try await claim("ndc", "ord_3", "bkg_1", version: version)
            }
            #expect(error?.code == .conflict)
        }
        #expect(try await claim("ndc", "ord_3", "bkg_2"))
        // What a booking has already comes before what is free, and that before what is another's.
        let names = ["ord_0", "ord_4", "ord_2", "ord_1"].map { OrderName(provider: ProviderID("ndc"), id: $0) }
        #expect(try await store.claim(oneOf: names, for: BookingID("bkg_1"), version: 1) == names[3])
        #expect(try await store.claim(oneOf: names, for: BookingID("bkg_3"), version: 1) == names[0])
        #expect(try await store.claim(oneOf: names, for: BookingID("bkg_4"), version: 1) == names[1])
        #expect(try await store.claim(oneOf: names, for: BookingID("bkg_5"), version: 1) == nil)
        #expect(try await store.claim(oneOf: [], for: BookingID("bkg_5"), version: 1) == nil)
    }

    func orderRace(_ store: any BookingStore) async throws {
        let order = OrderName(provider: ProviderID("ndc"), id: "ord_1")
        let winners = try await winners(of: 64) {
            try await store.claim(oneOf: [order], for: BookingID("bkg_\($0)"), version: 1) != nil
        }
        #expect(winners == 1)
    }
}
