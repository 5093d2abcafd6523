import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import FareBooking

/// The same passengers on the same flights a second time within minutes.
struct DuplicateTests {
    private func plan(_ bench: EngineBench, _ id: String, allowed: Bool = false) -> BookingPlan {
        var plan = bench.plan(id, [Sample.offer(), Sample.offer("two", of: "beta", 12_000)])
        plan.terms.allowsDuplicate = allowed
        return plan
    }

    @Test func aSecondBookingOfATripIsRefusedBeforeAnythingIsHeld() async throws {
        let bench = EngineBench()
        let answers = await bench.running {
            (await bench.engine.book(plan(bench, "bkg_1")), await bench.engine.book(plan(bench, "bkg_2")))
        }
        #expect(answers.0.summary == "decided ticketed")
        guard case .decided(let refused) = answers.1 else {
            Issue.record("\(answers.1.summary)")
            return
        }
        #expect(refused.saga.verdict == .duplicate)
        #expect(refused.saga.duplicateOf == BookingID("bkg_1"))
        #expect(bench.tickets.count == 1)
        #expect(bench.count(FakeProvider.Operation.hold) == 1)
    }

    @Test func ofTwoAtOnceOneIsBooked() async {
        let bench = EngineBench()
        await bench.running {
            async let first = bench.engine.book(plan(bench, "bkg_1"))
            async let second = bench.engine.book(plan(bench, "bkg_2"))
            _ = await (first, second)
        }
        #expect(bench.tickets.count == 1)
    }

    @Test func itIsBookedWhereThatIsWanted() async {
        let bench = EngineBench()
        await bench.running {
            _ = await bench.engine.book(plan(bench, "bkg_1"))
            _ = await bench.engine.book(plan(bench, "bkg_2", allowed: true))
        }
        #expect(bench.tickets.count == 2)
    }

    @Test func aBookingThatFailedStandsInNobodysWay() async {
        let bench = EngineBench()
        bench.gateway.script(.authorize, .decline)
        let answers = await bench.running {
            (await bench.engine.book(plan(bench, "bkg_1")), await bench.engine.book(plan(bench, "bkg_2")))
        }
        #expect(answers.0.summary == "decided failed")
        #expect(answers.1.summary == "decided ticketed")
    }

    @Test func afterTenMinutesItIsAnotherTrip() async {
        let bench = EngineBench()
        await bench.running {
            _ = await bench.engine.book(plan(bench, "bkg_1"))
            bench.clock.advance(by: .seconds(601))
            _ = await bench.engine.book(plan(bench, "bkg_2"))
        }
        #expect(bench.tickets.count == 2)
    }
}
