import FareDomain
import FarePorts
import Testing

/// The clauses about who works on a booking, and may write.
extension BookingStoreContract {
    private static let id = BookingID("bkg_1")

    /// Takes over what nobody works on, for ten seconds from then, and tells the versions.
    private func takeOver(
        _ store: any BookingStore, _ owner: String = "second", at seconds: Int64, left: Set<String> = [],
        limit: Int = 9
    ) async throws -> [String: Int64] {
        let taken = try await store.takeOver(
            for: Self.lease(owner, until: seconds + 10), now: Self.time(seconds),
            left: Set(left.map { BookingID($0) }), limit: limit)
        return Dictionary(taken.map { ($0.id.rawValue, $0.version) }) { first, _ in first }
    }

    func owner(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        let next = Self.sampleBooking(version: 2)
        await expectConflict {
            try await store.save(next, journal: [Self.sampleEntry("hold")], lease: Self.lease("second", until: 99))
        }
        await expectConflict { try await store.save(next, journal: [], lease: Self.lease("", until: 99)) }
        #expect(try await store.booking(Self.id) == Self.sampleBooking())
        #expect(try await store.journal(of: Self.id).isEmpty)
        // The stranger's lease was not stored either: the owner's still runs out at its time.
        #expect(try await takeOver(store, "third", at: 9).isEmpty)
        #expect(try await store.renewLeases(of: "second", until: Self.time(99)) == 0)
        // The store has no clock: a lease that ran out, and that nobody took over, is its owner's still.
        try await store.save(next, journal: [], lease: Lease(owner: "first", until: Self.time(20)))
        try await store.save(Self.sampleBooking(version: 3), journal: [], lease: .sample)
    }

    func settledBooking(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(settled: true), journal: [], key: nil, lease: .sample)
        await expectConflict { try await store.save(Self.sampleBooking(version: 3), journal: [], lease: .sample) }
        let reopened = Self.sampleBooking(version: 2)
        try await store.save(reopened, journal: [], lease: Self.lease("second", until: 20))
        #expect(try await store.booking(Self.id) == reopened)
        await expectConflict { try await store.save(Self.sampleBooking(version: 3), journal: [], lease: .sample) }
        #expect(try await takeOver(store, "third", at: 19).isEmpty)
        try await store.save(
            Self.sampleBooking(version: 3, settled: true), journal: [], lease: Self.lease("second", until: 20))
        try await store.save(Self.sampleBooking(version: 4), journal: [], lease: .sample)
    }

    func fence(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        #expect(try await takeOver(store, at: 10) == ["bkg_1": 2])
        // With the version it knows, with the one that is right now, and with the one after it.
        for version in 1...4 as ClosedRange<Int64> {
            await expectConflict {
                let late = Self.sampleBooking(version: version, settled: true, locators: ["AAAAAA"])
                try await store.save(late, journal: [Self.sampleEntry("late")], lease: .sample)
            }
        }
        #expect(try await store.renewLeases(of: "first", until: Self.time(99)) == 0)
        try await store.endLeases(of: "first")
        #expect(try await takeOver(store, "third", at: 19).isEmpty)
        #expect(try await store.journal(of: Self.id).isEmpty)
        #expect(try await store.bookings(locator: "AAAAAA", limit: 9).isEmpty)
        try await store.save(Self.sampleBooking(version: 3), journal: [], lease: Self.lease("second", until: 20))
        #expect(try await store.booking(Self.id) == Self.sampleBooking(version: 3))
    }

    func expiredLease(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        try await store.create(Self.sampleBooking("bkg_2", settled: true), journal: [], key: nil, lease: .sample)
        #expect(try await takeOver(store, at: 9).isEmpty)
        #expect(try await store.booking(Self.id)?.version == 1)
        #expect(try await takeOver(store, at: 10) == ["bkg_1": 2])
        #expect(try await takeOver(store, "third", at: 19).isEmpty)
        #expect(try await takeOver(store, "third", at: 20) == ["bkg_1": 3])
        // A save gives a new lease.
        try await store.save(Self.sampleBooking(version: 4), journal: [], lease: Self.lease("third", until: 40))
        #expect(try await takeOver(store, "fourth", at: 39).isEmpty)
        #expect(try await takeOver(store, "fourth", at: 40) == ["bkg_1": 5])
    }

    func clockSetBack(_ store: any BookingStore) async throws {
        let lease = Self.lease("first", until: 3600)
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: lease)
        // A renewal by another process, just now or by a clock that is ahead, ends later than a lease from now would.
        for seconds in [3599, 3590, 3580] as [Int64] { #expect(try await takeOver(store, at: seconds).isEmpty) }
        #expect(try await takeOver(store, at: 3579) == ["bkg_1": 2])
        #expect(try await takeOver(store, "third", at: -100_000) == ["bkg_1": 3])
        #expect(try await takeOver(store, "first", at: -100_000 + 9).isEmpty)
    }

    func ownBookings(_ store: any BookingStore) async throws {
        for id in ["bkg_1", "bkg_2", "bkg_3"] {
            try await store.create(Self.sampleBooking(id), journal: [], key: nil, lease: .sample)
        }
        #expect(try await takeOver(store, "first", at: 1).isEmpty)
        #expect(try await takeOver(store, "first", at: 1, left: ["bkg_2", "bkg_9"]) == ["bkg_2": 2])
        // Whoever is at work is let work, even where its lease ran out before it could renew it.
        #expect(try await takeOver(store, "first", at: 99).isEmpty)
        // What is another's now was left by somebody else.
        #expect(try await takeOver(store, at: 99, limit: 1) == ["bkg_1": 2])
        #expect(try await takeOver(store, "first", at: 99, left: ["bkg_1", "bkg_3"]) == ["bkg_3": 2])
    }

    func takeoverOrder(_ store: any BookingStore) async throws {
        for (id, seconds) in [("bkg_a", 30), ("bkg_b", 10), ("bkg_c", 20), ("bkg_d", 10)] as [(String, Int64)] {
            let booking = Self.sampleBooking(id, createdAfter: seconds)
            try await store.create(booking, journal: [], key: nil, lease: .sample)
        }
        func taken(_ owner: String, _ limit: Int) async throws -> [String] {
            let lease = Self.lease(owner, until: 50)
            return try await store.takeOver(for: lease, now: Self.time(40), left: [], limit: limit)
                .map(\.id.rawValue)
        }
        #expect(try await taken("second", 2) == ["bkg_b", "bkg_d"])
        #expect(try await taken("third", 9) == ["bkg_c", "bkg_a"])
        #expect(try await taken("fourth", 9).isEmpty)
    }

    func takeoverRoundTrip(_ store: any BookingStore) async throws {
        _ = try await store.claim(Self.key, as: Self.claim("first"), now: Self.time(0))
        var booking = Self.sampleBooking(locators: ["AAAAAA", "BBBBBB"], key: Self.key)
        booking.trip = Trip(fingerprint: [7, 0, 255], duplicatesSince: Self.time(-600))
        try await store.create(booking, journal: [Self.sampleEntry("hold")], key: Self.key, lease: .sample)
        booking.version = 2
        let lease = Self.lease("second", until: 20)
        #expect(try await store.takeOver(for: lease, now: Self.time(10), left: [], limit: 9) == [booking])
        #expect(try await store.booking(Self.id) == booking)
        #expect(try await store.journal(of: Self.id) == [Self.sampleEntry("hold")])
    }

    func bookingTakeoverRace(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        let winners = try await winners(of: 64) { index in
            try await !takeOver(store, "owner \(index)", at: 10).isEmpty
        }
        #expect(winners == 1)
        #expect(try await store.booking(Self.id)?.version == 2)
    }

    func saveAgainstTakeover(_ store: any BookingStore) async throws {
        for round in 0..<32 {
            let id = "bkg_\(round)"
            try await store.create(Self.sampleBooking(id), journal: [], key: nil, lease: .sample)
            async let taken = takeOver(store, at: 10)
            var saved = true
            do {
                let lease = Self.lease("first", until: 20)
                try await store.save(
                    Self.sampleBooking(id, version: 2), journal: [Self.sampleEntry("hold")], lease: lease)
            } catch let error as StoreError {
                #expect(error.code == .conflict)
                saved = false
            }
            #expect(try await taken == (saved ? [:] : [id: 2]))
            #expect(try await store.journal(of: BookingID(id)).count == (saved ? 1 : 0))
            let last = Self.sampleBooking(id, version: 3, settled: true)
            try await store.save(last, journal: [], lease: Self.lease(saved ? "first" : "second"))
        }
    }

    func leaseRenewal(_ store: any BookingStore) async throws {
        for id in ["bkg_1", "bkg_2"] {
            try await store.create(Self.sampleBooking(id), journal: [], key: nil, lease: .sample)
        }
        try await store.create(Self.sampleBooking("bkg_3", settled: true), journal: [], key: nil, lease: .sample)
        try await store.create(Self.sampleBooking("bkg_4"), journal: [], key: nil, lease: Self.lease("second"))
        #expect(try await store.renewLeases(of: "first", until: Self.time(13)) == 2)
        #expect(try await store.renewLeases(of: "nobody", until: Self.time(13)) == 0)
        for id in ["bkg_1", "bkg_2", "bkg_3", "bkg_4"] {
            #expect(try await store.booking(BookingID(id))?.version == 1)
        }
        #expect(try await takeOver(store, "third", at: 12) == ["bkg_4": 2])
        #expect(try await takeOver(store, "third", at: 13) == ["bkg_1": 2, "bkg_2": 2])
    }

    func leaseEnd(_ store: any BookingStore) async throws {
        try await store.create(Self.sampleBooking(), journal: [], key: nil, lease: .sample)
        try await store.create(Self.sampleBooking("bkg_2"), journal: [], key: nil, lease: Self.lease("second"))
        try await store.endLeases(of: "first")
        // What is still under way can be written down, until somebody takes over.
        try await store.save(Self.sampleBooking(version: 2), journal: [], lease: .sample)
        try await store.endLeases(of: "first")
        #expect(try await takeOver(store, "third", at: 0) == ["bkg_1": 3])
        await expectConflict { try await store.save(Self.sampleBooking(version: 4), journal: [], lease: .sample) }
    }
}
