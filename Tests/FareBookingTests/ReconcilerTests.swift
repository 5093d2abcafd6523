import FareDomain
import FarePorts
import FareTestSupport
import Logging
import Resilience
import Testing

@testable import FareBooking

/// What is compared, what follows from it, and what never does.
struct ReconcilerTests {
    /// A booking that failed because its hold was lost, and that the provider made all the same, long after it was
    /// looked for.
    private static func lateHold(carriesReferences: Bool, of ids: [String] = ["bkg_1"]) async throws -> EngineBench {
        let bench = EngineBench(carriesReferences: carriesReferences)
        for _ in ids { bench.alpha.script(.hold, .applyLate(.seconds(300))) }
        await bench.running {
            for id in ids {
                let plan = bench.plan(id)
                _ = await bench.engine.book(plan)
                await bench.advanceAlone { bench.engine.current(plan.id) == nil }
            }
        }
        for id in ids { #expect(try await bench.stored(id)?.status == .failed) }
        bench.clock.advance(by: .seconds(300))
        #expect(bench.alpha.orders.map(\.state) == ids.map { _ in .held })
        return bench
    }

    @Test(arguments: [true, false])
    func aHoldThatAppearsAfterItWasGivenUpIsReleased(carriesReferences: Bool) async throws {
        let bench = try await Self.lateHold(carriesReferences: carriesReferences)
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.orphanHold])
        #expect(report.findings.map(\.action) == [.repairing])
        #expect(report.unreachable.isEmpty)
        let successor = bench.successor()
        await bench.running(successor) { await bench.until { bench.alpha.orders.map(\.state) == [.cancelled] } }
        #expect(try await bench.stored()?.status == .failed)
        #expect(await Reconciler(successor).pass().findings.isEmpty)
    }

    @Test func holdsThatLookAlikeAndAppearLateAreAllReleased() async throws {
        let bench = try await Self.lateHold(carriesReferences: false, of: ["bkg_1", "bkg_2"])
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.orphanHold, .orphanHold])
        let successor = bench.successor()
        await bench.running(successor) {
            await bench.until { bench.alpha.orders.map(\.state) == [.cancelled, .cancelled] }
        }
        #expect(await Reconciler(successor).pass().findings.isEmpty)
    }

    @Test func whatIsAsItShouldBeIsNotTouched() async throws {
        let bench = EngineBench()
        await bench.running { _ = await bench.engine.book(bench.plan()) }
        let before = bench.store.records
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.isEmpty)
        #expect((report.bookings, report.orders, report.payments) == (1, 1, 1))
        #expect(bench.store.records == before)
    }

    @Test func whatCanNotBeAskedIsToldAndNothingFollows() async throws {
        let bench = try await Self.lateHold(carriesReferences: true)
        bench.alpha.inject { _ in .refuse(.unavailable) }
        bench.gateway.inject { _ in .refuse(.unavailable) }
        let before = bench.store.records
        let report = await Reconciler(bench.engine).pass()
        #expect(Set(report.unreachable.map(\.peer)) == ["alpha", "payments"])
        #expect(report.findings.isEmpty)
        #expect(bench.store.records == before)
    }

    @Test func aTicketThatAnAirlineTookBackIsReportedAndNotRefunded() async throws {
        let bench = EngineBench()
        await bench.running { _ = await bench.engine.book(bench.plan()) }
        let order = try #require(try await bench.stored()?.attempts.first?.order)
        let context = CallContext(deadline: .distantFuture, requestID: "agent")
        let quote = try await bench.alpha.quoteCancellation(of: order, context: context)
        _ = try await bench.alpha.cancel(order, as: quote, context: context)
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.ticketGone])
        #expect(report.findings.map(\.action) == [.reported])
        #expect(try await bench.stored()?.status == .ticketed)
        #expect(bench.gateway.payments.map(\.payment.state) == [.captured])
    }

    /// A booking that was cancelled, and whose refund a bank sends back after nine days.
    private static func refundThatComesBack() async throws -> EngineBench {
        let bench = EngineBench()
        bench.gateway.script(.refund, .refundGoes(.succeedsThenFails(.seconds(9 * 86_400))))
        try await bench.running {
            _ = await bench.engine.book(bench.plan())
            let call = CancellationCall(
                requestID: "req_2", traceparent: nil, deadline: bench.clock.now.advanced(by: EngineBench.patience),
                newID: { CancellationID("cxl_1") })
            _ = try await bench.engine.cancel(BookingID("bkg_1"), quote: nil, call: call)
        }
        #expect(try await bench.stored()?.status == .cancelled)
        return bench
    }

    /// Long after the payment was made and the booking last changed.
    @Test func aRefundThatABankSendsBackAfterDaysIsMadeAnew() async throws {
        let bench = try await Self.refundThatComesBack()
        bench.clock.advance(by: .seconds(9 * 86_400 - 1))
        #expect(await Reconciler(bench.engine).pass().findings.isEmpty)
        bench.clock.advance(by: .seconds(5 * 86_400))
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.refundFailed, .needsAttention])
        #expect(report.findings.map(\.action) == [.repairing, .reported])
        #expect(try await bench.stored()?.status == .cancelling)
        let successor = bench.successor()
        await bench.running(successor) {
            await bench.until {
                if let next = bench.clock.nextWake { bench.clock.advance(to: next) }
                return bench.count(FakeGateway.Operation.refund) == 2
            }
        }
        let booking = try #require(try await bench.stored())
        #expect(booking.status == .cancelled && booking.needsAttention)
        #expect(bench.gateway.payments.map(\.payment.refunded) == [try #require(booking.attempts.first?.refundDue)])
        // The failure of the first is listed for weeks yet.
        #expect(await Reconciler(successor).pass().findings.map(\.kind) == [.needsAttention])
    }

    /// Another process may have seen it too, and have mended it by the time that the answer is here.
    @Test func whatWasSeenBeforeTheBookingChangedMendsNothing() async throws {
        let bench = try await Self.refundThatComesBack()
        bench.clock.advance(by: .seconds(10 * 86_400))
        let store = bench.store
        bench.gateway.observe { call in
            guard call.operation == .status, let record = try? await store.booking(BookingID("bkg_1")),
                let next = try? BookingSnapshot(stored: record).record(
                    version: record.version + 1, settled: true, key: record.key, trip: record.trip)
            else { return }
            try? await store.save(next, journal: [], lease: Lease(owner: "", until: bench.clock.timestamp))
        }
        let version = try #require(try await store.booking(BookingID("bkg_1"))?.version)
        #expect(await Reconciler(bench.engine).pass().findings.isEmpty)
        let record = try #require(try await store.booking(BookingID("bkg_1")))
        #expect(record.settled && record.version > version)
    }

    @Test func aRefundThatCameBackAndWasMadeByHandIsReported() async throws {
        let bench = try await Self.refundThatComesBack()
        bench.clock.advance(by: .seconds(10 * 86_400))
        let payment = try #require(bench.gateway.payments.first?.payment)
        _ = try await bench.gateway.refund(
            payment.id, amount: payment.captured, reference: "by hand", key: "hand",
            context: CallContext(deadline: .distantFuture, requestID: "dashboard"))
        let before = bench.store.records
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.refundFailed])
        #expect(report.findings.map(\.action) == [.reported])
        #expect(bench.store.records == before)
    }

    @Test func aPassThatHasNoRoomForAllSaysSo() async throws {
        let bench = EngineBench()
        await bench.running {
            _ = await bench.engine.book(bench.plan())
            _ = await bench.engine.book(bench.plan("bkg_2"))
        }
        var bounds = Reconciler.Bounds()
        #expect(await Reconciler(bench.engine, bounds: bounds).pass().unreachable.isEmpty)
        bounds.bookings = 1
        let few = await Reconciler(bench.engine, bounds: bounds).pass()
        #expect(few.unreachable.map(\.peer) == ["store"])
        bounds = Reconciler.Bounds()
        bounds.questions = 1
        let unasked = await Reconciler(Self.withAnotherGateway(bench), bounds: bounds).pass()
        #expect(unasked.findings.map(\.kind) == [.ticketWithoutMoney])
        #expect(unasked.unreachable.map(\.peer) == ["store"])
    }

    /// To which all payments are unknown, so that each is asked for.
    private static func withAnotherGateway(_ bench: EngineBench) -> BookingEngine {
        BookingEngine(
            providers: [bench.alpha, bench.beta], gateway: FakeGateway(clock: bench.clock), store: bench.store,
            clock: bench.clock,
            configuration: BookingEngine.Configuration(owner: "elsewhere", boot: "boot", capacity: 1),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test func aPaymentThatTheGatewayDoesNotKnowIsReported() async throws {
        let bench = EngineBench()
        await bench.running { _ = await bench.engine.book(bench.plan()) }
        let report = await Reconciler(Self.withAnotherGateway(bench)).pass()
        #expect(report.findings.map(\.kind) == [.ticketWithoutMoney])
        #expect(report.findings.map(\.action) == [.reported])
        #expect(report.unreachable.isEmpty)
        #expect(try await bench.stored()?.status == .ticketed)
    }

    @Test func anOrderOfABookingThatNobodyKnowsIsReportedAndNotTouched() async throws {
        let bench = EngineBench()
        let offer = Sample.offer()
        bench.alpha.offer(offer)
        _ = try await bench.alpha.hold(
            OrderRequest(
                offer: offer, passengers: [Sample.passenger], reference: "bkg_other/1", holdFor: .seconds(600)),
            context: CallContext(deadline: .distantFuture, requestID: "other"))
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.unknownBooking])
        #expect(bench.alpha.orders.map(\.state) == [.held])
    }

    @Test func anOrderElsewhereWithTheReferenceOfAnAttemptIsReportedAndNotTouched() async throws {
        let bench = EngineBench()
        await bench.running { _ = await bench.engine.book(bench.plan()) }
        let offer = Sample.offer(of: "beta")
        bench.beta.offer(offer)
        _ = try await bench.beta.hold(
            OrderRequest(offer: offer, passengers: [Sample.passenger], reference: "bkg_1/1", holdFor: .seconds(600)),
            context: CallContext(deadline: .distantFuture, requestID: "other"))
        let before = bench.store.records
        let report = await Reconciler(bench.engine).pass()
        #expect(report.findings.map(\.kind) == [.unknownBooking])
        #expect(report.findings.map(\.action) == [.reported])
        #expect(bench.store.records == before)
    }
}

extension EngineBench {
    /// Runs another engine around `body`, and drains it.
    fileprivate func running(_ other: BookingEngine, _ body: () async -> Void) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await other.run() }
            await body()
            other.drain()
        }
    }
}
