import FareTestSupport
import Resilience
import Testing

@Suite struct BulkheadTests {
    let clock = ManualClock()

    func bulkhead(limit: Int, share: Double = 0, queue: Int = 8) -> Bulkhead {
        Bulkhead(limit: limit, reservedShare: share, queue: queue, clock: clock)
    }

    func deadline(_ duration: Duration) -> MonotonicInstant { clock.now.advanced(by: duration) }

    @Test func boundsWhatIsInFlight() async throws {
        let bulkhead = bulkhead(limit: 2, queue: 0)
        try await bulkhead.acquire(.preferred, until: deadline(.seconds(1)))
        try await bulkhead.acquire(.preferred, until: deadline(.seconds(1)))
        await #expect(throws: WaitRefusal.queueFull) {
            try await bulkhead.acquire(.preferred, until: deadline(.seconds(1)))
        }
        bulkhead.release(.preferred)
        try await bulkhead.acquire(.preferred, until: deadline(.seconds(1)))
        #expect(bulkhead.inFlight == 2)
    }

    @Test func ordinaryCallsLeaveTheReservedShareFree() async throws {
        let bulkhead = bulkhead(limit: 4, share: 0.25, queue: 0)
        for _ in 0..<3 { try await bulkhead.acquire(.ordinary, until: deadline(.seconds(1))) }
        await #expect(throws: WaitRefusal.queueFull) {
            try await bulkhead.acquire(.ordinary, until: deadline(.seconds(1)))
        }
        try await bulkhead.acquire(.preferred, until: deadline(.seconds(1)))
        #expect(bulkhead.inFlight == 4)
    }

    @Test func aReleasedSlotGoesToThePreferredAndThenInOrder() async throws {
        let bulkhead = bulkhead(limit: 1)
        try await bulkhead.acquire(.ordinary, until: deadline(.seconds(1)))
        let order = Recorder<[String]>([])
        let end = deadline(.seconds(60))
        await withTaskGroup(of: Void.self) { group in
            let arrivals: [(String, Priority)] = [("a", .ordinary), ("b", .ordinary), ("c", .preferred)]
            for (index, (name, priority)) in arrivals.enumerated() {
                group.addTask {
                    guard (try? await bulkhead.acquire(priority, until: end)) != nil else { return }
                    order.update { $0.append(name) }
                    bulkhead.release(priority)
                }
                await clock.sleepers(atLeast: index + 1)
            }
            bulkhead.release(.ordinary)
        }
        #expect(order.value == ["c", "a", "b"])
        #expect(bulkhead.inFlight == 0)
    }

    @Test func aWaiterLeavesAtItsDeadline() async throws {
        let bulkhead = bulkhead(limit: 1)
        try await bulkhead.acquire(.preferred, until: deadline(.seconds(1)))
        let end = deadline(.seconds(1))
        let refused = Task { try await bulkhead.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 1)
        #expect(bulkhead.waiting == 1)
        clock.advance(by: .seconds(1))
        await #expect(throws: WaitRefusal.deadline(retryAfter: nil)) { try await refused.value }
        #expect(bulkhead.waiting == 0)
        #expect(bulkhead.inFlight == 1)
    }

    @Test func aCancelledWaiterLeavesAndTheNextOneGoes() async throws {
        let bulkhead = bulkhead(limit: 1)
        let end = deadline(.seconds(60))
        try await bulkhead.acquire(.preferred, until: end)
        let first = Task { try await bulkhead.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 1)
        let second = Task { try await bulkhead.acquire(.preferred, until: end) }
        await clock.sleepers(atLeast: 2)
        first.cancel()
        await #expect(throws: WaitRefusal.cancelled) { try await first.value }
        bulkhead.release(.preferred)
        try await second.value
        #expect(bulkhead.inFlight == 1)
        #expect(bulkhead.waiting == 0)
    }

    @Test func aCancelledTaskTakesNoSlot() async {
        let bulkhead = bulkhead(limit: 1)
        let end = deadline(.seconds(1))
        let task = Task {
            withUnsafeCurrentTask { $0?.cancel() }
            try await bulkhead.acquire(.preferred, until: end)
        }
        await #expect(throws: WaitRefusal.cancelled) { try await task.value }
        #expect(bulkhead.inFlight == 0)
    }

    @Test(arguments: (0..<20).map { UInt64($0) })
    func nothingIsEverExceededOrLost(seed: UInt64) async {
        let bulkhead = bulkhead(limit: 4, share: 0.25, queue: 6)
        let clock = clock
        let most = Recorder((all: 0, ordinary: 0, nowAll: 0, nowOrdinary: 0))
        await clock.runAdvancing {
            await withTaskGroup(of: Void.self) { group in
                for call in 0..<60 {
                    group.addTask {
                        var random = SeededGenerator(seed: seed &* 1000 &+ UInt64(call))
                        let priority: Priority = Bool.random(using: &random) ? .ordinary : .preferred
                        try? await clock.sleep(for: .milliseconds(Int.random(in: 0...50, using: &random)))
                        let patience = Duration.milliseconds(Int.random(in: 0...20, using: &random))
                        let work = Task {
                            try await bulkhead.acquire(priority, until: clock.now.advanced(by: patience))
                            defer { bulkhead.release(priority) }
                            most.update {
                                $0.nowAll += 1
                                if priority == .ordinary { $0.nowOrdinary += 1 }
                                $0.all = max($0.all, $0.nowAll)
                                $0.ordinary = max($0.ordinary, $0.nowOrdinary)
                            }
                            try? await clock.sleep(for: .milliseconds(10))
                            most.update {
                                $0.nowAll -= 1
                                if priority == .ordinary { $0.nowOrdinary -= 1 }
                            }
                        }
                        if Bool.random(using: &random) {
                            try? await clock.sleep(for: .milliseconds(Int.random(in: 0...15, using: &random)))
                            work.cancel()
                        }
                        _ = await work.result
                    }
                }
            }
        }
        let (all, ordinary, _, _) = most.value
        #expect((1...4).contains(all), "seed \(seed)")
        #expect(ordinary <= 3, "seed \(seed)")
        #expect(bulkhead.inFlight == 0, "seed \(seed)")
        #expect(bulkhead.waiting == 0, "seed \(seed)")
        #expect(clock.sleeperCount == 0, "seed \(seed)")
    }
}
