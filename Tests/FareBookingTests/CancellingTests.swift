import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Testing

@testable import FareBooking

/// What whoever wants a booking cancelled is told by the engine.
struct CancellingTests {
    private static let id = BookingID("bkg_1")

    private static func call(_ bench: EngineBench) -> CancellationCall {
        CancellationCall(
            requestID: "req_2", traceparent: nil, deadline: bench.clock.now.advanced(by: .seconds(8)),
            newID: CancellationID("cxl_1"))
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
}
