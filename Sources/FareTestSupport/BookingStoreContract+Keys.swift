import FareDomain
import FarePorts
import Testing

/// The clauses about idempotency keys.
extension BookingStoreContract {
    private static let answer = StoredAnswer(
        status: 201, contentType: "application/json", location: "/bookings/bkg_1", body: Array(0...255))

    func freeKey(_ store: any BookingStore) async throws {
        #expect(try await claim(store, "first") == .claimed)
        #expect(try await claim(store, "second", at: 9) == .inProgress)
        #expect(try await claim(store, "first", at: 9) == .inProgress)
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
        try await store.finish(Self.key, with: Self.answer)
        #expect(try await claimElse(at: 20) == .reused)
        #expect(try await claim(store, "third", at: 20) == .answered(Self.answer))
    }

    func takeover(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first", until: 10)
        #expect(try await claim(store, "second", at: 10, until: 20) == .claimed)
        #expect(try await claim(store, "third", at: 10, until: 20) == .inProgress)
        #expect(try await claim(store, "third", at: 20, until: 30) == .claimed)
    }

    func lostKey(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first", until: 10)
        _ = try await claim(store, "second", at: 10, until: 20)
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(60)))
        try await store.abandon(Self.key, owner: "first")
        #expect(try await claim(store, "third", at: 19) == .inProgress)
        #expect(try await store.renew(Self.key, owner: "second", until: Self.time(60)))
    }

    func renewal(_ store: any BookingStore) async throws {
        #expect(try await !store.renew(Self.key, owner: "first", until: Self.time(30)))
        _ = try await claim(store, "first", until: 10)
        #expect(try await store.renew(Self.key, owner: "first", until: Self.time(30)))
        #expect(try await claim(store, "second", at: 29) == .inProgress)
        #expect(try await claim(store, "second", at: 30, until: 40) == .claimed)
        try await store.finish(Self.key, with: Self.answer)
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
        #expect(try await claim(store, "third") == .inProgress)
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: .sample)
        try await store.abandon(Self.key, owner: "first")
        #expect(try await claim(store, "third", at: 10) == .booked(BookingID("bkg_1")))
        try await store.finish(Self.key, with: Self.answer)
        try await store.abandon(Self.key, owner: "first")
        #expect(try await claim(store, "third", at: 10) == .answered(Self.answer))
    }

    func firstAnswer(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.finish(Self.key, with: Self.answer)
        try await store.finish(
            Self.key, with: StoredAnswer(status: 500, contentType: "text/plain", location: nil, body: [7]))
        #expect(try await claim(store, "second") == .answered(Self.answer))
        #expect(try await claim(store, "second", at: 9999) == .answered(Self.answer))

        let other = IdempotencyKey(caller: "shop", key: "order-2")
        let bare = StoredAnswer(status: 404, contentType: "application/problem+json", location: nil, body: [])
        _ = try await store.claim(other, as: Self.claim("first"), now: Self.time(0))
        try await store.finish(other, with: bare)
        #expect(try await store.claim(other, as: Self.claim("second"), now: Self.time(0)) == .answered(bare))
    }

    func unknownKey(_ store: any BookingStore) async throws {
        await expectConflict { try await store.finish(Self.key, with: Self.answer) }
        #expect(try await claim(store, "first") == .claimed)
    }

    func bookedKey(_ store: any BookingStore) async throws {
        _ = try await claim(store, "first")
        try await store.create(Self.sampleBooking(), journal: [], key: Self.key, lease: .sample)
        #expect(try await claim(store, "second", at: 9) == .inProgress)
        #expect(try await claim(store, "second", at: 10) == .booked(BookingID("bkg_1")))
        // Telling is not taking: the key stays its first owner's.
        #expect(try await store.renew(Self.key, owner: "first", until: Self.time(30)))
        #expect(try await claim(store, "second", at: 29) == .inProgress)
    }

    func claimRace(_ store: any BookingStore) async throws {
        let winners = try await winners(of: 64) { index in
            let state = try await store.claim(Self.key, as: Self.claim("owner \(index)"), now: Self.time(0))
            #expect(state == .claimed || state == .inProgress)
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
        _ store: any BookingStore, _ owner: String, at seconds: Int64 = 0, until end: Int64 = 10
    ) async throws -> KeyState {
        try await store.claim(Self.key, as: Self.claim(owner, until: end), now: Self.time(seconds))
    }
}
