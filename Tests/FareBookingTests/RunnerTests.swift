import FareDomain
import FarePorts
import FareTestSupport
import Resilience
import Synchronization
import Testing

@testable import FareBooking

/// What is written down, and when.
struct RunnerTests {
    /// What was wrong in the store when a call came in.
    private final class Findings: Sendable {
        let lines = Mutex<[String]>([])
        func add(_ line: String) { lines.withLock { $0.append(line) } }
    }

    /// Checks the store from within each call: its line must be there, and the results of those before it.
    private static func watch(_ bench: EngineBench) -> Findings {
        let findings = Findings()
        @Sendable func check(_ step: String, isRead: Bool) async {
            let id = BookingID("bkg_1")
            let journal = (try? await bench.store.journal(of: id)) ?? []
            if isRead {
                if journal.isEmpty { return }
            } else if journal.last?.step != step || journal.last?.result != .intended {
                findings.add("\(step) was sent with \(String(describing: journal.last)) written down")
            }
            var open = 0
            for entry in journal { open += entry.result == .intended ? 1 : -1 }
            if open != 1 { findings.add("\(open) steps without a result when \(step) was sent") }
            let record = try? await bench.store.booking(id)
            let saga = try? record.map { try BookingSnapshot(stored: $0).saga }
            if saga?.inFlight?.step.rawValue != step { findings.add("\(step) is not in flight in the store") }
        }
        for provider in [bench.alpha, bench.beta] {
            provider.observe { call in
                await check(
                    call.operation.rawValue, isRead: [.reprice, .status, .find].contains(call.operation))
            }
        }
        bench.gateway.observe { call in await check(call.operation.rawValue, isRead: false) }
        return findings
    }

    @Test func everyStepIsWrittenDownBeforeItIsSentAndItsResultBeforeTheNext() async throws {
        let bench = EngineBench()
        let findings = Self.watch(bench)
        bench.alpha.script(.confirm, .refuse(.rejected))
        let plan = bench.plan("bkg_1", [Sample.offer(), Sample.offer("two", of: "beta", 12_000, holdable: false)])
        let answer = await bench.running { await bench.engine.book(plan) }
        #expect(answer.summary == "decided ticketed")
        #expect(findings.lines.withLock { $0 } == [])
        let journal = try await bench.store.journal(of: plan.id)
        let lines = journal.map { "\($0.attempt) \($0.step) \($0.result.rawValue)" }
        #expect(
            lines == [
                "1 reprice intended", "1 reprice succeeded", "1 hold intended", "1 hold succeeded",
                "1 authorize intended", "1 authorize succeeded", "1 confirm intended", "1 confirm failed",
                "1 void intended", "1 void succeeded", "1 release intended", "1 release succeeded",
                "2 reprice intended", "2 reprice succeeded", "2 authorize intended", "2 authorize succeeded",
                "2 order intended", "2 order succeeded", "2 capture intended", "2 capture succeeded",
            ])
    }

    @Test func nothingIsSentBeforeAStoreThatFailsHasWritten() async {
        for code in [StoreError.Code.busy, .full, .unavailable] {
            let bench = EngineBench()
            let failures = Mutex(3)
            let before = Mutex<[Int]>([])
            bench.store.inject { call in
                guard call.operation.writes else { return nil }
                return failures.withLock { left in
                    guard left > 0 else { return nil }
                    left -= 1
                    before.withLock { $0.append(bench.count(FakeProvider.Operation.hold)) }
                    return .before(StoreError(code, detail: "scripted"))
                }
            }
            let plan = bench.plan()
            let answer = await bench.running {
                async let answer = bench.engine.book(plan)
                await bench.advance { bench.tickets.count == 1 }
                return await answer
            }
            #expect(answer.summary == "decided ticketed")
            #expect(before.withLock { $0 } == [0, 0, 0])
        }
    }

    @Test func aStoreThatFailedAfterWritingIsNotTakenForAnotherOwner() async throws {
        for index in 0..<5 {
            let bench = EngineBench()
            bench.store.inject { call in
                call.index == index ? .after(StoreError(.unavailable, detail: "scripted")) : nil
            }
            let plan = bench.plan()
            let answer = await bench.running {
                async let answer = bench.engine.book(plan)
                await bench.advance {
                    bench.gateway.payments.first?.payment.state == .captured && bench.engine.current(plan.id) == nil
                }
                return await answer
            }
            #expect(answer.summary == "decided ticketed", "failing at \(index)")
            #expect(try await bench.stored()?.status == .ticketed)
        }
    }

    @Test func whoeverLosesABookingSendsNothingMore() async throws {
        let bench = EngineBench()
        bench.store.inject { call in
            call.operation == .save && bench.count(FakeProvider.Operation.hold) == 1
                ? .before(StoreError(.conflict, detail: "taken over")) : nil
        }
        let plan = bench.plan()
        let answer = await bench.running { await bench.engine.book(plan) }
        #expect(answer.summary == "pending pending")
        #expect(bench.count(FakeGateway.Operation.authorize) == 0)
        #expect(bench.alpha.calls.map(\.operation) == [.reprice, .hold])
    }

    @Test func whatIsNotStoredIsNotTold() async throws {
        let bench = EngineBench()
        bench.store.inject { call in
            call.operation == .save && bench.gateway.payments.first?.payment.state == .captured
                ? .before(StoreError(.conflict, detail: "taken over")) : nil
        }
        let plan = bench.plan()
        let answer = await bench.running { await bench.engine.book(plan) }
        #expect(answer.summary == "pending pending")
    }

    @Test func aKeyThatIsLostLetsNothingBeSent() async throws {
        let bench = EngineBench()
        var plan = bench.plan()
        plan.key = IdempotencyKey(caller: "shop", key: "order-1")
        let lost = plan
        let answer = await bench.running { await bench.engine.book(lost) }
        #expect(answer.summary == "untouched")
        #expect(bench.count(FakeProvider.Operation.hold) == 0)
        #expect(bench.store.records.isEmpty)
    }

    @Test func aConfirmationWhoseLineTookTooLongToWriteIsNotSent() async throws {
        let bench = EngineBench()
        let plan = bench.plan()
        bench.store.inject { call in
            bench.count(FakeGateway.Operation.authorize) == 1 && bench.clock.now < plan.deadline
                ? .before(StoreError(.busy, detail: "scripted")) : nil
        }
        let answer = await bench.running {
            async let answer = bench.engine.book(plan)
            await bench.advance { bench.alpha.orders.first?.state == .cancelled }
            return await answer
        }
        // Whoever waits is woken at the same instant as the booking, and may be told either.
        #expect(["pending pending", "decided failed"].contains(answer.summary))
        #expect(bench.count(FakeProvider.Operation.confirm) == 0)
        #expect(bench.gateway.payments.map(\.payment.state) == [.voided])
        #expect(try await bench.stored()?.status == .failed)
    }

    @Test func aJumpOfTheClockShortensNoQuarantine() async throws {
        let bench = EngineBench()
        bench.alpha.script(.order, .applyLate(.seconds(3605)))
        let plan = bench.plan("bkg_1", [Sample.offer(holdable: false)])
        let answer = await bench.running {
            async let answer = bench.engine.book(plan)
            await bench.until { bench.count(FakeProvider.Operation.find) == 1 }
            bench.clock.jumpCivilTime(by: .seconds(3600))
            await bench.advance { bench.tickets.count == 1 }
            await bench.advance { bench.gateway.payments.first?.payment.state == .captured }
            return await answer
        }
        #expect(answer.summary == "decided ticketed")
    }

    @Test func theTokenIsNotInTheStoreWhenTheBookingIsDecided() async throws {
        let bench = EngineBench()
        let plan = bench.plan()
        _ = await bench.running { await bench.engine.book(plan) }
        let record = try #require(bench.store.records.first)
        #expect(!String(decoding: record.state, as: UTF8.self).contains("pm_card_visa"))
        #expect(record.locators == ["ALPHA-1"])
        #expect(record.settled)
    }

    @Test func whatIsAskedInVainForHoursDoesNotFillTheJournal() async throws {
        let bench = EngineBench()
        bench.alpha.script(.confirm, .loseBefore)
        bench.alpha.inject { call in call.operation == .status ? .loseBefore : nil }
        let plan = bench.plan()
        await bench.running {
            _ = await bench.engine.book(plan, advancing: bench)
            let end = bench.clock.now.advanced(by: .seconds(6 * 3600))
            await bench.advanceAlone { bench.clock.now > end }
            #expect(bench.count(FakeProvider.Operation.status) > 100)
            let lines = try? await bench.store.journal(of: plan.id).count
            #expect(lines.map { $0 < 60 } == true)
            bench.alpha.inject { _ in nil }
            await bench.advanceAlone { bench.store.records.first?.settled == true }
        }
        #expect(try await bench.stored()?.status == .failed)
        var open = 0
        for entry in try await bench.store.journal(of: plan.id) { open += entry.result == .intended ? 1 : -1 }
        #expect(open == 0)
    }
}

extension BookingEngine {
    /// Books, while time moves on to the caller's deadline.
    fileprivate func book(_ plan: BookingPlan, advancing bench: EngineBench) async -> BookingAnswer {
        async let answer = book(plan)
        await bench.advance { bench.clock.now >= plan.deadline }
        return await answer
    }
}
