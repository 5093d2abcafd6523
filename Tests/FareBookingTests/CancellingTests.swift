import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Synchronization
import Testing

@testable import FareBooking

/// What whoever wants a booking cancelled is told by the engine.
struct CancellingTests {
    private static let id = BookingID("bkg_1")
    private static let ids = Atomic(0)

    private static func call(_ bench: EngineBench) -> CancellationCall {
        CancellationCall(
            requestID: "req_2", traceparent: nil, deadline: bench.clock.now.advanced(by: .seconds(8)),
            newID: { CancellationID("cxl_\(ids.add(1, ordering: .relaxed).newValue)") })
    }

    @Test func itIsToldAsCancelledWhenTheMoneyIsBack() async throws {
        let bench = EngineBench()
        let answer = try await bench.running {
            _ = await bench.engine.book(bench.plan())
            return try await bench.engine.cancel(Self.id, quote: nil, call: Self.call(bench))
        }
        guard case .cancelled(let snapshot) = answer else {
            Issue.record("\(answer)")
            return
        }
        let due = try #require(snapshot.saga.attempts.first?.refundDue)
        #expect(bench.gateway.payments.map(\.payment.refunded) == [due])
        #expect(bench.tickets.isEmpty)
    }

    @Test func aQuoteThatTheAirlineEndedIsReplacedOnce() async throws {
        let bench = EngineBench()
        bench.alpha.script(.cancel, .refuse(.quoteExpired))
        let answer = try await bench.running {
            _ = await bench.engine.book(bench.plan())
            return try await bench.engine.cancel(Self.id, quote: nil, call: Self.call(bench))
        }
        guard case .cancelled = answer else {
            Issue.record("\(answer)")
            return
        }
        #expect(bench.tickets.isEmpty)
    }

    @Test func aQuoteThatTheAirlineNeverHeardOfIsConfirmedByTheNextCall() async throws {
        let bench = EngineBench()
        bench.alpha.inject { $0.operation == .cancel ? .refuse(.rateLimited) : nil }
        try await bench.running {
            _ = await bench.engine.book(bench.plan())
            let (engine, call) = (bench.engine, Self.call(bench))
            guard case .quoted(let quote, _) = try await engine.quoteCancellation(of: Self.id, call: call) else {
                Issue.record("no quote")
                return
            }
            async let told = engine.cancel(Self.id, quote: quote.id, call: call)
            await bench.advance { bench.count(FakeProvider.Operation.cancel) >= 4 }
            let first = try await told
            guard case .unavailable = first else {
                Issue.record("\(first)")
                return
            }
            bench.alpha.inject { _ in nil }
            guard case .cancelled = try await engine.cancel(Self.id, quote: quote.id, call: Self.call(bench)) else {
                Issue.record("not cancelled")
                return
            }
        }
        #expect(bench.tickets.isEmpty)
    }

    /// The caller is told neither that it goes on nor that it does not.
    @Test func whatMayBeWrittenOrNotIsNotToldAsBegun() async throws {
        let bench = EngineBench()
        try await bench.running {
            _ = await bench.engine.book(bench.plan())
            let engine = bench.engine
            let call = Self.call(bench)
            guard case .quoted(let quote, _) = try await engine.quoteCancellation(of: Self.id, call: call) else {
                Issue.record("no quote")
                return
            }
            bench.store.inject { $0.operation == .save ? .before(StoreError(.busy, detail: "locked")) : nil }
            let told = Task { try await engine.cancel(Self.id, quote: quote.id, call: call) }
            await bench.advance { bench.clock.now >= call.deadline }
            await #expect(throws: StoreError.self) { _ = try await told.value }
            await bench.advanceAlone { engine.board.count == 0 }
            bench.store.inject { _ in nil }
        }
        #expect(try await bench.stored()?.status == .ticketed)
        #expect(bench.count(FakeProvider.Operation.cancel) == 0)
    }

    @Test func whatWasNotBegunInTimeIsNeverBegun() async throws {
        let bench = EngineBench()
        await bench.running { _ = await bench.engine.book(bench.plan()) }
        // It takes the wish in, and does not run yet: as a process that is paused.
        let paused = bench.successor()
        let call = Self.call(bench)
        async let answer = paused.cancel(Self.id, quote: nil, call: call)
        await bench.until { paused.board.post(of: Self.id) != nil && bench.clock.sleeperCount > 0 }
        bench.clock.advance(by: .seconds(8))
        guard case .unavailable = try await answer else {
            Issue.record("not told as not begun")
            return
        }
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await paused.run() }
            await bench.until { paused.board.post(of: Self.id) == nil }
            paused.drain()
        }
        #expect(bench.tickets.count == 1)
        #expect(bench.count(FakeProvider.Operation.cancel) == 0)
        #expect(try await bench.stored()?.status == .ticketed)
    }

    /// The provider of the first attempt, whose hold is lost, goes away for days.
    @Test func aTicketIsCancelledWhileAnotherAttemptsProviderIsAway() async throws {
        let bench = EngineBench()
        bench.alpha.script(.hold, .loseAfter)
        bench.alpha.inject { [.find, .list].contains($0.operation) ? .loseBefore : nil }
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000)])
        try await bench.running {
            _ = await bench.engine.book(plan)
            await bench.advanceAlone { bench.count(FakeProvider.Operation.find) >= 6 }
            await bench.until { bench.clock.sleeperCount > EngineBench.background }
            let answer = try await bench.engine.cancel(Self.id, quote: nil, call: Self.call(bench))
            guard case .cancelled(let snapshot) = answer else {
                Issue.record("\(answer)")
                return
            }
            #expect(snapshot.saga.attempts.map(\.ticket) == [.none, .cancelled])
            #expect(bench.tickets.isEmpty)
            #expect(bench.gateway.payments.map(\.payment.refunded) == [snapshot.saga.attempts[1].refundDue])

            bench.alpha.inject { _ in nil }
            await bench.advanceAlone { bench.alpha.orders.map(\.state) == [.cancelled] }
        }
        #expect(try await bench.store.unsettled(limit: 9).isEmpty)
    }
}
