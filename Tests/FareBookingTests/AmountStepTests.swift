import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// A gateway may take no amount as fine as the currency has: here steps of ten.
struct AmountStepTests {
    private static let total: Int64 = 10_004

    private static func open() -> Bench {
        var bench = Bench()
        bench.saga = Sample.saga()
        let offer = Sample.offer("one", of: "alpha", total)
        bench.saga.open(
            offer, id: Sample.candidate(offer).offerID, limit: Sample.accepted, amountStep: 10, at: bench.now)
        bench.expect(.reprice, .repriced(offer, stillCheapest: true))
        bench.expect(.hold, .order(Sample.order(.held, total)))
        return bench
    }

    private static func ticketed() -> Bench {
        var bench = open()
        bench.expect(.authorize, .payment(Sample.payment(.authorized, 10_000)))
        bench.expect(.confirm, .order(Sample.order(.ticketed, total)))
        bench.expect(.capture, .payment(Sample.payment(.captured, 10_000)))
        return bench
    }

    @Test func theChargeIsRoundedDownAndNobodyNeedLook() {
        #expect(Self.open().attempt.charge == Sample.gbp(10_000))
        let bench = Self.ticketed()
        #expect(bench.decision == .settled)
        #expect(bench.saga.status == .ticketed)
        #expect(!bench.saga.needsAttention)
    }

    /// In the customer's favour, and never more than was taken.
    @Test(arguments: [(7_501, 7_510), (7_500, 7_500), (10_004, 10_000), (0, 0)] as [(Int64, Int64)])
    func theRefundIsRoundedUp(_ quoted: Int64, _ due: Int64) {
        var bench = Self.ticketed()
        let id = CancellationID("cxl_1")
        bench.saga.keep(Sample.quote(quoted), as: id, at: bench.now)
        let confirmed = bench.saga.confirmCancellation(id, at: bench.now)
        #expect(confirmed)
        bench.expect(.cancel, .released)
        #expect(bench.attempt.refundDue == Sample.gbp(due))
        if due > 0 { bench.expect(.refund, .refund(Sample.refund(.succeeded, due))) }
        #expect(bench.saga.status == .cancelled)
    }
}
