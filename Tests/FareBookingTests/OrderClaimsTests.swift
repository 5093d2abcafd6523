import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import FareBooking

/// An order without our reference is taken for ours only if it is nobody else's.
struct OrderClaimsTests {
    private let store = InMemoryBookingStore()
    private let lease = Lease(owner: "test", until: Sample.start)

    /// A booking that has just looked for its hold.
    private func saga(_ id: String) -> Saga {
        var saga = Saga(id: BookingID(id), terms: Sample.terms(), createdAt: Sample.start)
        saga.open(Sample.offer(), id: OfferID("ofr_1"), limit: Sample.accepted, at: Sample.start)
        return saga
    }

    private func keep(_ saga: Saga) async throws {
        let snapshot = BookingSnapshot(saga: saga, search: SearchFacts(providers: [], considered: 1, rates: []))
        try await store.create(
            try snapshot.record(version: 1, settled: false, key: nil, trip: nil), journal: [], key: nil, lease: lease)
    }

    private func claim(
        _ orders: [ProviderOrder], for saga: Saga, after pause: Duration = .zero
    ) async throws -> [ProviderOrder]? {
        try await OrderClaims(store: store).claim(
            orders, for: saga.attempts[0], of: saga, version: 1, at: Sample.start.advanced(by: pause))
    }

    @Test func whatTwoLookForOneGets() async throws {
        let order = Sample.order(.held)
        #expect(try await claim([order], for: saga("bkg_first")) == [order])
        #expect(try await claim([order], for: saga("bkg_second")) == [])
        #expect(try await claim([order], for: saga("bkg_first")) == [order])
    }

    @Test func nothingIsTakenWhileAnotherBookingMakesOneAlike() async throws {
        var maker = saga("bkg_first")
        maker.begin(Command(attempt: 0, step: .hold, number: 1), at: Sample.start)
        try await keep(maker)
        #expect(try await claim([Sample.order(.held)], for: saga("bkg_second")) == nil)
        #expect(try await claim([Sample.order(.held)], for: maker)?.count == 1)
    }

    @Test func whatAnotherBookingHasStaysItsOwn() async throws {
        var maker = saga("bkg_first")
        maker.take(.hold, .order(Sample.order(.held)), at: Sample.start)
        try await keep(maker)
        #expect(try await claim([Sample.order(.held)], for: saga("bkg_second")) == [])
    }

    /// What it has may be ours, and its own may be on its way.
    @Test func whatAnotherFoundLatelyIsNoProofThatThereIsNone() async throws {
        var order = Sample.order(.held)
        order.reference = nil
        var finder = saga("bkg_first")
        finder.take(.hold, .unknown(.lost), at: Sample.start)
        finder.turnBack("late", at: Sample.start)
        finder.take(.find, .found([order]), at: Sample.start)
        try await keep(finder)
        let second = saga("bkg_second")
        #expect(try await claim([order], for: second, after: .seconds(9)) == nil)
        #expect(try await claim([order], for: second, after: .seconds(10)) == [])
        // By a clock that was set back an hour since.
        #expect(try await claim([order], for: second, after: .seconds(-3600)) == [])
    }

    @Test func nextToAnotherLostHoldOfTheSameBookingItIsTheSame() async throws {
        var order = Sample.order(.held)
        order.reference = nil
        var saga = saga("bkg_first")
        saga.take(.hold, .unknown(.lost), at: Sample.start)
        saga.open(Sample.offer("two"), id: OfferID("ofr_2"), limit: Sample.accepted, at: Sample.start)
        let later = Sample.start.advanced(by: .seconds(20))
        saga.take(.hold, .unknown(.lost), at: later)
        saga.turnBack("late", at: later)
        saga.take(.find, .found([order]), at: later)
        #expect(saga.attempts[1].order == order)
        #expect(try await claim([order], for: saga, after: .seconds(29)) == nil)
        #expect(try await claim([order], for: saga, after: .seconds(30)) == [])
    }

    @Test func whoeverHasLostTheBookingClaimsNothing() async throws {
        try await keep(saga("bkg_first"))
        await #expect(throws: StoreError.self) {
            try await OrderClaims(store: store).claim(
                [Sample.order(.held)], for: saga("bkg_first").attempts[0], of: saga("bkg_first"), version: 7,
                at: Sample.start)
        }
        #expect(try await claim([Sample.order(.held)], for: saga("bkg_second")) == [Sample.order(.held)])
    }

    @Test func ofMoreThanWereLostNoneIsClaimed() async throws {
        let orders = [Sample.order(.held), Sample.order(.held, id: "ord_2")]
        #expect(try await claim(orders, for: saga("bkg_first"))?.count == 2)
        #expect(try await claim([orders[0]], for: saga("bkg_second")) == [orders[0]])
    }

    @Test func whereTwoWereLostEachGetsOne() async throws {
        let orders = [Sample.order(.held), Sample.order(.held, id: "ord_2")]
        func lost(_ id: String) -> Saga {
            var saga = saga(id)
            saga.take(.hold, .unknown(.lost), at: Sample.start)
            return saga
        }
        let (first, second) = (lost("bkg_first"), lost("bkg_second"))
        try await keep(first)
        try await keep(second)
        #expect(try await claim(orders, for: first) == [orders[0]])
        #expect(try await claim(orders, for: second) == [orders[1]])
        #expect(try await claim(orders, for: first) == [orders[0]])
    }

    @Test func aLostInstantOrderIsNotTakenForAnotherBookingsTicket() async throws {
        let bench = EngineBench(carriesReferences: false)
        bench.alpha.script(.order, .loseBefore)
        let offer = Sample.offer(holdable: false)
        let lost = bench.plan("bkg_lost", [offer])
        let made = bench.plan("bkg_made", [offer])
        let answers = await bench.running {
            async let first = bench.engine.book(lost)
            await bench.until { bench.count(FakeProvider.Operation.find) >= 1 }
            async let second = bench.engine.book(made)
            let booked = await second
            await bench.advance { bench.gateway.payments.contains { $0.payment.state == .voided } }
            return (await first, booked)
        }
        #expect(answers.1.summary == "decided ticketed")
        #expect(bench.tickets.count == 1)
        #expect(bench.gateway.payments.count { $0.payment.state == .captured } == 1)
        #expect(try await bench.stored("bkg_lost")?.status == .failed)
    }
}

extension Saga {
    /// One step of its last attempt.
    fileprivate mutating func take(_ step: Step, _ result: StepResult, at now: Timestamp) {
        let command = Command(attempt: attempts.count - 1, step: step, number: 1)
        begin(command, at: now)
        finish(command, with: result, at: now)
    }
}
