import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import FareBooking

/// An order without our reference is taken for ours only if it is nobody else's.
struct OrderClaimsTests {
    private let store = InMemoryBookingStore()
    private let first = BookingID("bkg_first")
    private let second = BookingID("bkg_second")

    private var likeness: OrderClaims.Likeness {
        var saga = Sample.saga()
        saga.open(Sample.offer(), id: OfferID("ofr_1"), limit: Sample.accepted, at: Sample.start)
        return OrderClaims.Likeness(saga.attempts[0], of: saga)
    }

    @Test func whatAnotherBookingMadeIsItsOwn() async throws {
        let claims = OrderClaims(store: store)
        let order = Sample.order(.held)
        claims.begin(likeness, by: first)
        claims.end(likeness, by: first, with: order)
        #expect(try await claims.claim([order], likeness, for: second)?.isEmpty == true)
        #expect(try await claims.claim([order], likeness, for: first) == [order])
    }

    @Test func nothingIsTakenWhileAnotherBookingMakesOneAlike() async throws {
        let claims = OrderClaims(store: store)
        claims.begin(likeness, by: first)
        #expect(try await claims.claim([Sample.order(.held)], likeness, for: second) == nil)
        claims.end(likeness, by: first, with: nil)
        #expect(try await claims.claim([Sample.order(.held)], likeness, for: second)?.count == 1)
    }

    @Test func whatTwoLookForOneGets() async throws {
        let claims = OrderClaims(store: store)
        let order = Sample.order(.held)
        #expect(try await claims.claim([order], likeness, for: first) == [order])
        #expect(try await claims.claim([order], likeness, for: second) == [])
    }

    @Test func whatASettledBookingHasStaysItsOwn() async throws {
        let bench = EngineBench()
        let answer = await bench.running { await bench.engine.book(bench.plan()) }
        #expect(answer.summary == "decided ticketed")
        let made = try #require(try await bench.stored()?.attempts.first?.order)
        let claims = OrderClaims(store: bench.store)
        #expect(try await claims.claim([made], bench.likeness, for: second) == [])
        #expect(try await claims.claim([made], bench.likeness, for: BookingID("bkg_1")) == [made])
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

extension EngineBench {
    /// What the orders of its one booking look like.
    fileprivate var likeness: OrderClaims.Likeness {
        var saga = Sample.saga()
        saga.open(Sample.offer(), id: OfferID("ofr_1"), limit: Sample.accepted, at: Sample.start)
        return OrderClaims.Likeness(saga.attempts[0], of: saga)
    }
}
