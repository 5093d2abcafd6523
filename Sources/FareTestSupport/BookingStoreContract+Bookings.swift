import FareDomain
import FarePorts
import Testing

/// The clauses about bookings and their journals.
extension BookingStoreContract {
    func roundTrip(_ store: any BookingStore) async throws {
        _ = try await store.claim(Self.key, as: Self.claim("first"), now: Self.time(0))
        let booking = Self.sampleBooking(locators: ["ZQ4T7K", "ÄÖ-🎫", "ZQ4T7K"], key: Self.key)
        let journal = [Self.sampleEntry("reprice"), Self.sampleEntry("hold", number: 2)]
        try await store.create(booking, journal: journal, key: Self.key, lease: .sample)
        #expect(try await store.booking(booking.id) == booking)
        #expect(try await store.journal(of: booking.id) == journal)

        var next = Self.sampleBooking(version: 2, settled: true)
        next.state = []
        next.createdAt = Timestamp(millisecondsSinceEpoch: -1)
        next.trip = Trip(fingerprint: Array(0...255), duplicatesSince: Self.time(-600))
        try await store.save(next, journal: [], lease: .sample)
        #expect(try await store.booking(booking.id) == next)
        #expect(try await store.booking(BookingID("bkg_2")) == nil)
        #expect(try await store.journal(of: BookingID("bkg_2")).isEmpty)
    }

    func secondCreation(_ store: any BookingStore) async throws {
        let booking = Self.sampleBooking(locators: ["AAAAAA"])
        try await store.create(booking, journal: [Self.sampleEntry("hold")], key: nil, lease: .sample)
        await expectConflict {
            let again = Self.sampleBooking(settled: true)
            try await store.create(again, journal: [Self.sampleEntry("confirm")], key: nil, lease: .sample)
        }
        await expectConflict {
            let unborn = Self.sampleBooking("bkg_2", version: 2)
            try await store.create(unborn, journal: [], key: nil, lease: .sample)
        }
        #expect(try await store.booking(booking.id) == booking)
        #expect(try await store.journal(of: booking.id).map(\.step) == ["hold"])
        #expect(try await store.booking(BookingID("bkg_2")) == nil)
    }

    func creationUnderLostKey(_ store: any BookingStore) async throws {
        let booking = Self.sampleBooking(locators: ["AAAAAA"])
        await expectConflict {
            try await store.create(booking, journal: [Self.sampleEntry("hold")], key: Self.key, lease: .sample)
        }
        _ = try await store.claim(Self.key, as: Self.claim("first", until: 10), now: Self.time(0))
        _ = try await store.claim(Self.key, as: Self.claim("second", until: 20), now: Self.time(10))
        await expectConflict {
            try await store.create(booking, journal: [Self.sampleEntry("hold")], key: Self.key, lease: .sample)
        }
        #expect(try await store.booking(booking.id) == nil)
        #expect(try await store.journal(of: booking.id).isEmpty)
        #expect(try await store.bookings(locator: "AAAAAA", limit: 9).isEmpty)
        try await store.create(booking, journal: [Self.sampleEntry("hold")], key: Self.key, lease: Self.lease("second"))
        #expect(try await store.booking(booking.id) == booking)
    }

    func secondBookingOfKey(_ store: any BookingStore) async throws {
        _ = try await store.claim(Self.key, as: Self.claim("first"), now: Self.time(0))
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: .sample)
        await expectConflict {
            try await store.create(Self.sampleBooking("bkg_2"), journal: [], key: Self.key, lease: .sample)
        }
        #expect(try await store.booking(BookingID("bkg_2")) == nil)

        let other = IdempotencyKey(caller: "shop", key: "order-2")
        _ = try await store.claim(other, as: Self.claim("first"), now: Self.time(0))
        await expectConflict {
            try await store.create(Self.sampleBooking(), journal: [], key: other, lease: .sample)
        }
        // The refused booking did not tie the key.
        #expect(try await store.claim(other, as: Self.claim("second"), now: Self.time(10)) == .claimed)
    }

    func creationWithoutKey(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        #expect(try await store.booking(BookingID("bkg_1")) == Self.sampleBooking())
    }

    func versions(_ store: any BookingStore) async throws {
        await expectConflict { try await store.save(Self.sampleBooking(version: 2), journal: [], lease: .sample) }
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        for version in [1, 3, 0, -1, .min, .max] as [Int64] {
            var booking = Self.sampleBooking()
            booking.version = version
            await expectConflict { try await store.save(booking, journal: [], lease: .sample) }
        }
        for version in 2...4 as ClosedRange<Int64> {
            try await store.save(Self.sampleBooking(version: version), journal: [], lease: .sample)
            #expect(try await store.booking(BookingID("bkg_1"))?.version == version)
        }
    }

    func refusedJournal(_ store: any BookingStore) async throws {
        let booking = Self.sampleBooking(locators: ["AAAAAA"])
        try await store.create(booking, journal: [Self.sampleEntry("hold")], key: nil, lease: .sample)
        await expectConflict {
            let late = Self.sampleBooking(version: 3, locators: ["BBBBBB"])
            try await store.save(late, journal: [Self.sampleEntry("confirm")], lease: .sample)
        }
        #expect(try await store.journal(of: booking.id).map(\.step) == ["hold"])
        #expect(try await store.booking(booking.id) == booking)
        #expect(try await store.bookings(locator: "BBBBBB", limit: 9).isEmpty)
    }

    func saveRace(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        let winners = try await winners(of: 64) { index in
            do {
                let entry = Self.sampleEntry("writer \(index)")
                try await store.save(Self.sampleBooking(version: 2), journal: [entry], lease: .sample)
                return true
            } catch let error as StoreError {
                #expect(error.code == .conflict)
                return false
            }
        }
        #expect(winners == 1)
        #expect(try await store.journal(of: BookingID("bkg_1")).count == 1)
    }

    func journalOrder(_ store: any BookingStore) async throws {
        // The instants fall: the order is that of writing, whatever the clocks say.
        let entries = (0..<30).map { index in
            var entry = Self.sampleEntry("step \(index)", number: 100 - index)
            entry.result = [.intended, .succeeded, .failed, .unknown][index % 4]
            return entry
        }
        try await store.create(Self.sampleBooking(), journal: Array(entries[..<10]), key: nil, lease: .sample)
        try await store.create(
            Self.sampleBooking("bkg_2"), journal: [Self.sampleEntry("other")], key: nil, lease: .sample)
        try await store.save(Self.sampleBooking(version: 2), journal: Array(entries[10..<20]), lease: .sample)
        try await store.save(
            Self.sampleBooking("bkg_2", version: 2), journal: [Self.sampleEntry("another")], lease: .sample)
        try await store.save(Self.sampleBooking(version: 3), journal: Array(entries[20...]), lease: .sample)
        #expect(try await store.journal(of: BookingID("bkg_1")) == entries)
    }

    func unsettled(_ store: any BookingStore) async throws {
        for (id, seconds) in [("bkg_a", 30), ("bkg_b", 10), ("bkg_c", 20), ("bkg_d", 10)] as [(String, Int64)] {
            let booking = Self.sampleBooking(id, createdAfter: seconds)
            try await store.create(booking, journal: [], key: nil, lease: .sample)
        }
        func found(_ limit: Int) async throws -> [String] {
            try await store.unsettled(limit: limit).map(\.id.rawValue)
        }
        #expect(try await found(9) == ["bkg_b", "bkg_d", "bkg_c", "bkg_a"])
        #expect(try await found(2) == ["bkg_b", "bkg_d"])
        try await store.save(
            Self.sampleBooking("bkg_d", version: 2, settled: true, createdAfter: 10), journal: [], lease: .sample)
        #expect(try await found(9) == ["bkg_b", "bkg_c", "bkg_a"])
        try await store.save(Self.sampleBooking("bkg_d", version: 3, createdAfter: 10), journal: [], lease: .sample)
        #expect(try await found(9) == ["bkg_b", "bkg_d", "bkg_c", "bkg_a"])
    }

    func locators(_ store: any BookingStore) async throws {
        let bookings: [(String, Int64, [String])] = [
            ("bkg_a", 10, ["AAAAAA", "SHARED"]), ("bkg_b", 30, ["SHARED"]), ("bkg_c", 20, ["SHARED", "SHARED"]),
            ("bkg_d", 30, ["DDDDDD", "SHARED"]),
        ]
        for (id, seconds, locators) in bookings {
            let booking = Self.sampleBooking(id, locators: locators, createdAfter: seconds)
            try await store.create(booking, journal: [], key: nil, lease: .sample)
        }
        func found(_ locator: String, _ limit: Int = 9) async throws -> [String] {
            try await store.bookings(locator: locator, limit: limit).map(\.id.rawValue)
        }
        #expect(try await found("SHARED") == ["bkg_d", "bkg_b", "bkg_c", "bkg_a"])
        #expect(try await found("SHARED", 2) == ["bkg_d", "bkg_b"])
        #expect(try await found("AAAAAA") == ["bkg_a"])
        #expect(try await found("shared").isEmpty)
        #expect(try await found("SHARE%").isEmpty)
        #expect(try await found("").isEmpty)
    }

    func replacedLocators(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(locators: ["AAAAAA"]), journal: [], key: nil, lease: .sample)
        let next = Self.sampleBooking(version: 2, locators: ["BBBBBB", "CCCCCC"])
        try await store.save(next, journal: [], lease: .sample)
        #expect(try await store.bookings(locator: "AAAAAA", limit: 9).isEmpty)
        #expect(try await store.bookings(locator: "CCCCCC", limit: 9) == [next])
    }

    func changes(_ store: any BookingStore) async throws {
        for (id, seconds) in [("bkg_a", 30), ("bkg_b", 10), ("bkg_c", 20), ("bkg_d", 10)] as [(String, Int64)] {
            let booking = Self.sampleBooking(id, settled: id == "bkg_d", createdAfter: seconds)
            try await store.create(booking, journal: [], key: nil, lease: .sample)
        }
        func found(since seconds: Int64, _ limit: Int = 9) async throws -> [String] {
            try await store.bookings(changedSince: Self.time(seconds), limit: limit).map(\.id.rawValue)
        }
        #expect(try await found(since: 0) == ["bkg_b", "bkg_d", "bkg_c", "bkg_a"])
        #expect(try await found(since: 0, 3) == ["bkg_b", "bkg_d", "bkg_c"])
        #expect(try await found(since: 21) == ["bkg_c", "bkg_a"])
        #expect(try await found(since: 32).isEmpty)

        _ = try await store.renewLeases(of: "first", until: Self.time(99))
        _ = try await store.takeOver(for: Self.lease("second", until: 110), now: Self.time(100), left: [], limit: 9)
        #expect(try await found(since: 32).isEmpty)
        var next = Self.sampleBooking("bkg_b", version: 3, createdAfter: 10)
        next.updatedAt = Self.time(101)
        try await store.save(next, journal: [], lease: Self.lease("second"))
        #expect(try await store.bookings(changedSince: Self.time(32), limit: 9) == [next])
        #expect(try await found(since: 0) == ["bkg_d", "bkg_c", "bkg_a", "bkg_b"])
    }

    func negativeLimit(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(locators: ["AAAAAA"]), journal: [], key: nil, lease: .sample)
        for limit in [0, -1] {
            #expect(try await store.unsettled(limit: limit).isEmpty)
            #expect(try await store.bookings(locator: "AAAAAA", limit: limit).isEmpty)
            #expect(try await store.bookings(changedSince: Self.time(0), limit: limit).isEmpty)
            let lease = Self.lease("second", until: 110)
            #expect(try await store.takeOver(for: lease, now: Self.time(100), left: [], limit: limit).isEmpty)
        }
    }
}
