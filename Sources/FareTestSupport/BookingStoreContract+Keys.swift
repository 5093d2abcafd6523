import FareDomain
import FarePorts
import Testing

/// The clauses about idempotency keys.
extension BookingStoreContract {
    private static let answer = StoredAnswer(
        status: 201, contentType: "application/json", location: "/bookings/bkg_1", body: Array(0...255))

    func freeKey(_ store: any BookingStore) async throws {
        #expect(try await claim(store, "first") == .claimed)
        #expect(try await claim(store, "second", at: 9) == .inProgress(nil))
        #expect(try await claim(store, "first", at: 9) == .inProgress(nil))
    }

    func perCaller(_ store: any BookingStore) async throws {
        let other = IdempotencyKey(caller: "other shop", key: Self.key.key)
        #expect(try await claim(store, "first") == .claimed)
        #expect(try await store.claim(other, as: Self.claim("second"), now: Self.time(0)) == .claimed)
    }

    func reuse(_ store: any BookingStore) async throws {
        func claimElse(at seconds: Int64) async throws -> KeyState {
            try await store.claim(Self.key, as: Self.claim("second", for: [9], until: 99), now: Self.time(seconds))
        }
        _ = try await claim(store, "first")
        #expect(try await claimElse(at: 1) == .reused)
        #expect(try await claimElse(at: 20) == .reused)
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: .sample)
        #expect(try await claimElse(at: 20) == .reused)
        try await store.finish(Self.key, with: Self.answer, now: Self.time(0))
        #expect(try await claimElse(at: 20) == .reused)
        #expect(try await claim(store, "third", at: 20) == .answered(Self.answer))
    }

    func takeover(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first", until: 10)
        #expect(try await claim(store, "second", at: 10, until: 20) == .claimed)
        #expect(try await claim(store, "third", at: 10, until: 20) == .inProgress(nil))
        #expect(try await claim(store, "third", at: 20, until: 30) == .claimed)
    }

    func lostKey(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first", until: 10)
        _ = try await claim(store, "second", at: 10, until: 20)
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(60)))
        try await store.abandon(Self.key, owner: "first")
        #expect(try await claim(store, "third", at: 19) == .inProgress(nil))
        #expect(try await store.renew(Self.key, owner: "second", until: Self.time(60)))
    }

    func renewal(_ store: any BookingStore) async throws {
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(30)))
        _ = try await claim(store, "first", until: 10)
        #expect(try await store.renew(Self.key, owner: "first", until: Self.time(30)))
        #expect(try await claim(store, "second", at: 29) == .inProgress(nil))
        #expect(try await claim(store, "second", at: 30, until: 40) == .claimed)
        try await store.finish(Self.key, with: Self.answer, now: Self.time(0))
        #expect(try await !store.renew(Self.key, owner: "second", until: Self.time(99)))
    }

    func abandonment(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.abandon(Self.key, owner: "first")
        try await store.abandon(Self.key, owner: "first")
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(30)))
        #expect(try await store.claim(Self.key, as: Self.claim("second", for: [9]), now: Self.time(0)) == .claimed)
    }

    func refusedAbandonment(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.abandon(Self.key, owner: "second")
        #expect(try await claim(store, "third") == .inProgress(nil))
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: .sample)
        try await store.abandon(Self.key, owner: "first")
        #expect(try await claim(store, "third", at: 10) == .booked(BookingID("bkg_1")))
        try await store.finish(Self.key, with: Self.answer, now: Self.time(0))
        try await store.abandon(Self.key, owner: "first")
        #expect(try await claim(store, "third", at: 10) == .answered(Self.answer))
    }

    func firstAnswer(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.finish(Self.key, with: Self.answer, now: Self.time(0))
        try await store.finish(
            Self.key, with: StoredAnswer(status: 500, contentType: "text/plain", location: nil, body: [7]),
            now: Self.time(1))
        #expect(try await claim(store, "second") == .answered(Self.answer))
        #expect(try await claim(store, "second", at: 9999) == .answered(Self.answer))

        let other = IdempotencyKey(caller: "shop", key: "order-2")
        let bare = StoredAnswer(status: 404, contentType: "application/problem+json", location: nil, body: [])
        _ = try await store.claim(other, as: Self.claim("first"), now: Self.time(0))
        try await store.finish(other, with: bare, now: Self.time(0))
        #expect(try await store.claim(other, as: Self.claim("second"), now: Self.time(0)) == .answered(bare))
    }

    func unknownKey(_ store: any BookingStore) async throws {
        await expectConflict { try await store.finish(Self.key, with: Self.answer, now: Self.time(0)) }
        #expect(try await claim(store, "first") == .claimed)
    }

    func bookedKey(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: .sample)
        #expect(try await claim(store, "second", at: 9) == .inProgress(BookingID("bkg_1")))
        #expect(try await claim(store, "second", at: 10) == .booked(BookingID("bkg_1")))
        // Telling is not taking: the key stays its first owner's.
        #expect(try await store.renew(Self.key, owner: "first", until: Self.time(30)))
        #expect(try await claim(store, "second", at: 29) == .inProgress(BookingID("bkg_1")))
    }

    func clockSetBackUnderAKey(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first", at: 1000)
        // Twice a lease from now may yet be a live owner's; anything later is from before the clock was set back.
        #expect(try await claim(store, "second", at: 990) == .inProgress(nil))
        #expect(try await claim(store, "second", at: 989) == .claimed)
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(999)))
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: Self.lease("second"))
        #expect(try await claim(store, "third", at: 989) == .inProgress(BookingID("bkg_1")))
        #expect(try await claim(store, "third", at: 900) == .booked(BookingID("bkg_1")))
    }

    func forgottenKeys(_ store: any BookingStore) async throws {
        func key(_ name: String) -> IdempotencyKey { IdempotencyKey(caller: "shop", key: name) }
        func claim(_ name: String, until end: Int64) async throws -> KeyState {
            try await store.claim(key(name), as: Self.claim("first", until: end), now: Self.time(1000))
        }
        for name in ["answered", "given up", "fresh", "pending", "settled", "resting", "cancelling"] {
            _ = try await claim(name, until: name == "fresh" ? 100 : 10)
        }
        let bookings: [(String, settled: Bool, createdAfter: Int64)] = [
            ("pending", false, 10), ("settled", true, 10), ("resting", true, 200), ("cancelling", false, 10),
        ]
        for (name, settled, seconds) in bookings {
            let booking = Self.sampleBooking("bkg_\(name)", settled: settled, createdAfter: seconds)
            try await store.create(booking, journal: [], key: key(name), lease: .sample)
        }
        for name in ["answered", "fresh", "settled", "resting", "cancelling"] {
            try await store.finish(key(name), with: Self.answer, now: Self.time(name == "fresh" ? 100 : 10))
        }
        #expect(try await store.purge(before: Self.time(100), limit: -1) == 0)
        #expect(try await store.purge(before: Self.time(100), limit: 2) == 2)
        #expect(try await store.purge(before: Self.time(100), limit: 2) == 1)
        #expect(try await store.purge(before: Self.time(100), limit: 2) == 0)
        for name in ["answered", "given up", "settled"] { #expect(try await claim(name, until: 2000) == .claimed) }
        for name in ["fresh", "resting", "cancelling"] {
            #expect(try await claim(name, until: 2000) == .answered(Self.answer))
        }
        #expect(try await claim("pending", until: 2000) == .booked(BookingID("bkg_pending")))
    }

    func lateAnswer(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.create(Self.sampleBooking(settled: true), journal: [], key: Self.key, lease: .sample)
        try await store.finish(Self.key, with: Self.answer, now: Self.time(5000))
        // A second answer is none, and no sign of life.
        try await store.finish(Self.key, with: Self.answer, now: Self.time(9000))
        #expect(try await store.purge(before: Self.time(5000), limit: 9) == 0)
        #expect(try await claim(store, "second", at: 5000) == .answered(Self.answer))
        #expect(try await store.purge(before: Self.time(5001), limit: 9) == 1)
        #expect(try await claim(store, "second", at: 5001) == .claimed)
    }

    func claimRace(_ store: any BookingStore) async throws {
        let winners = try await winners(of: 64) { index in
            let state = try await store.claim(Self.key, as: Self.claim("owner \(index)"), now: Self.time(0))
            #expect(state == .claimed || state == .inProgress(nil))
            return state == .claimed
        }
        #expect(winners == 1)
    }

    func takeoverRace(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first", until: 10)
        let winners = try await winners(of: 64) { index in
            let claim = Self.claim("owner \(index)", until: 20)
            return try await store.claim(Self.key, as: claim, now: Self.time(10)) == .claimed
        }
        #expect(winners == 1)
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(60)))
    }

    private func claim(
        _ store: any BookingStore, _ owner: String, at seconds: Int64 = 0, until end: Int64? = nil
    ) async throws -> KeyState {
        let claim = Self.claim(owner, until: end ?? seconds + 10)
        return try await store.claim(Self.key, as: claim, now: Self.time(seconds))
    }
}
