import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import FareBooking

/// Many bookings, apart from the requests that wait for them.
struct EngineTests {
    @Test func theCheapestCandidateIsBookedAndTold() async throws {
        let bench = EngineBench()
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000)])
        let answer = await bench.running { await bench.engine.book(plan) }
        #expect(answer.summary == "decided ticketed")
        #expect(bench.tickets.map(\.id) == ["alpha-1"])
        #expect(bench.gateway.payments.map(\.payment.state) == [.captured])
        #expect(try await bench.stored()?.status == .ticketed)
        #expect(try await bench.store.unsettled(limit: 9).isEmpty)
    }

    @Test func theNextCandidateIsBookedWhereTheFirstIsSoldOut() async {
        let bench = EngineBench()
        bench.alpha.script(.hold, .refuse(.soldOut))
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000, holdable: false)])
        let answer = await bench.running { await bench.engine.book(plan) }
        #expect(answer.summary == "decided ticketed")
        #expect(bench.tickets.map(\.id) == ["beta-1"])
    }

    @Test func aFareThatRoseWaitsForItsTurn() async {
        let bench = EngineBench()
        bench.alpha.script(.reprice, .raise(percent: 50))
        bench.beta.script(.reprice, .refuse(.soldOut))
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000)])
        let answer = await bench.running { await bench.engine.book(plan) }
        #expect(answer.summary == "decided ticketed")
        #expect(bench.gateway.payments.map(\.payment.captured) == [Sample.gbp(15_000)])
        #expect(bench.count(.reprice) == 3)
    }

    @Test func atTheDeadlineTheAnswerIsPendingAndTheWorkGoesOn() async throws {
        let bench = EngineBench()
        bench.alpha.script(.confirm, .hang(then: nil))
        let plan = bench.plan()
        let answer = await bench.running {
            async let answer = bench.engine.book(plan)
            await bench.until { bench.alpha.hangingCount == 1 }
            await bench.clock.sleepers(atLeast: 1 + EngineBench.background)
            bench.clock.advance(by: EngineBench.patience)
            let told = await answer
            #expect(bench.engine.current(BookingID("bkg_1"))?.saga.status == .pending)
            bench.alpha.resume()
            return told
        }
        #expect(answer.summary == "pending pending")
        #expect(try await bench.stored()?.status == .ticketed)
        #expect(bench.tickets.count == 1)
        #expect(bench.engine.current(BookingID("bkg_1")) == nil)
    }

    @Test func whereNothingWasIntendedByTheDeadlineNothingEverIs() async {
        let bench = EngineBench()
        bench.alpha.script(.reprice, .hang(then: nil))
        let plan = bench.plan()
        let answer = await bench.running {
            async let answer = bench.engine.book(plan)
            await bench.until { bench.alpha.hangingCount == 1 }
            await bench.clock.sleepers(atLeast: 1 + EngineBench.background)
            bench.clock.advance(by: EngineBench.patience)
            let told = await answer
            bench.alpha.resume()
            return told
        }
        #expect(answer.summary == "untouched")
        #expect(bench.store.records.isEmpty)
        #expect(bench.count(.hold) == 0)
    }

    @Test func aCallerThatHangsUpDoesNotEndTheBooking() async throws {
        for operation in [FakeProvider.Operation.reprice, .confirm] {
            let bench = EngineBench()
            bench.alpha.script(operation, .hang(then: nil))
            let plan = bench.plan()
            let answer = await bench.running {
                let caller = Task { await bench.engine.book(plan) }
                await bench.until { bench.alpha.hangingCount == 1 }
                caller.cancel()
                let told = await caller.value
                bench.alpha.resume()
                return told
            }
            #expect(answer.summary == "pending pending")
            #expect(try await bench.stored()?.status == .ticketed)
        }
    }

    @Test func aSecondCallerWaitsForTheSameBooking() async {
        let bench = EngineBench()
        bench.alpha.script(.confirm, .hang(then: nil))
        let plan = bench.plan()
        await bench.running {
            async let first = bench.engine.book(plan)
            await bench.until { bench.alpha.hangingCount == 1 }
            async let second = bench.engine.answer(for: plan.id, until: plan.deadline)
            await bench.clock.sleepers(atLeast: 2 + EngineBench.background)
            bench.alpha.resume()
            #expect(await first.summary == "decided ticketed")
            #expect(await second?.summary == "decided ticketed")
        }
        #expect(await bench.engine.answer(for: plan.id, until: plan.deadline) == nil)
    }

    @Test func moreThanTheCapacityIsRefused() async {
        let bench = EngineBench(capacity: 2)
        bench.alpha.script(.reprice, .hang(then: nil), .hang(then: nil))
        let plans = (1...3).map { bench.plan("bkg_\($0)") }
        await bench.running {
            async let first = bench.engine.book(plans[0])
            async let second = bench.engine.book(plans[1])
            await bench.until { bench.alpha.hangingCount == 2 }
            #expect(await bench.engine.book(plans[2]).summary == "refused")
            bench.alpha.resume()
            #expect(await first.summary == "decided ticketed")
            #expect(await second.summary == "decided ticketed")
            await bench.until { bench.engine.current(plans[0].id) == nil && bench.engine.current(plans[1].id) == nil }
        }
        #expect(bench.tickets.count == 2)
    }

    @Test func drainingFinishesTheWorkAndTakesNoMore() async throws {
        let bench = EngineBench()
        bench.alpha.script(.confirm, .hang(then: nil))
        let plan = bench.plan()
        await bench.running {
            async let answer = bench.engine.book(plan)
            await bench.until { bench.alpha.hangingCount == 1 }
            bench.engine.drain()
            #expect(await bench.engine.book(bench.plan("bkg_2")).summary == "refused")
            bench.alpha.resume()
            #expect(await answer.summary == "decided ticketed")
        }
        #expect(try await bench.stored()?.status == .ticketed)
    }

    @Test func drainingWaitsForNothingThatTakesLong() async throws {
        let bench = EngineBench()
        bench.alpha.script(.hold, .loseAfter)
        bench.alpha.inject { $0.operation == .find ? .loseBefore : nil }
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000)])
        await bench.running {
            _ = await bench.engine.book(plan)
            await bench.advanceAlone { bench.count(FakeProvider.Operation.find) >= 6 }
            await bench.until { bench.clock.sleeperCount > EngineBench.background }
        }
        // It ended without time going on, and the next process takes the booking up.
        #expect(try await bench.store.unsettled(limit: 9).count == 1)
        bench.alpha.inject { _ in nil }
        let successor = bench.successor()
        #expect(try await successor.recover() == 1)
    }

    @Test func beingStoppedLeavesAStoredBookingToRecovery() async throws {
        let bench = EngineBench()
        bench.alpha.script(.confirm, .hang(then: nil))
        let plan = bench.plan()
        let engine = Task { await bench.engine.run() }
        async let answer = bench.engine.book(plan)
        await bench.until { bench.alpha.hangingCount == 1 }
        engine.cancel()
        #expect(await answer.summary == "pending pending")
        await engine.value
        let saga = try #require(try await bench.stored())
        // The provider may still be at it: whoever takes the booking over waits for that.
        #expect(saga.inFlight?.step == .confirm)
        #expect(try await bench.store.unsettled(limit: 9).count == 1)
    }

    @Test func aHangingSearchForALostHoldDelaysNobody() async throws {
        let bench = EngineBench()
        bench.alpha.script(.hold, .loseAfter)
        bench.alpha.script(.find, .hang(then: nil))
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000)])
        let answer = await bench.running {
            let told = await bench.engine.book(plan)
            await bench.until { bench.alpha.hangingCount == 1 }
            bench.alpha.resume()
            return told
        }
        #expect(answer.summary == "decided ticketed")
        #expect(bench.tickets.map(\.id) == ["beta-1"])
        #expect(bench.alpha.orders.map(\.state) == [.cancelled])
        #expect(try await bench.store.unsettled(limit: 9).isEmpty)
    }

    @Test func bookingsBesideEachOtherEachGetOneTicket() async throws {
        let bench = EngineBench()
        let plans = (0..<50).map { bench.plan("bkg_\($0)") }
        let summaries = await bench.running {
            await withTaskGroup(of: String.self) { group in
                for plan in plans { group.addTask { await bench.engine.book(plan).summary } }
                return await group.reduce(into: Set()) { $0.insert($1) }
            }
        }
        #expect(summaries == ["decided ticketed"])
        #expect(Set(bench.tickets.map(\.reference)).count == 50)
        #expect(bench.tickets.count == 50)
        #expect(bench.gateway.payments.count { $0.payment.state == .captured } == 50)
    }
}
