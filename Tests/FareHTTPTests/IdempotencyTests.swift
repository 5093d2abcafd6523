import FareDomain
import FarePorts
import FareTestSupport
import Logging
import Synchronization
import Testing
import WireFormats

@testable import FareHTTP

/// What becomes of a key, by what its work came to.
struct IdempotencyTests {
    private let clock = ManualClock()
    private let store = InMemoryBookingStore()

    private let drain = Drain()

    private var idempotency: Idempotency {
        Idempotency(
            store: store, clock: clock, owner: "test",
            about: { [JSONNode.Member(Problem.bookingMember, .string($0.rawValue))] }, drain: drain,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    private func request(_ fingerprint: UInt8 = 1) -> Idempotency.KeyedRequest {
        Idempotency.KeyedRequest(
            key: IdempotencyKey(caller: "ada", key: "k"), fingerprint: [fingerprint], requestID: "req_1")
    }

    /// Counts how often the work was done.
    private final class Work: Sendable {
        private let state = Mutex(0)
        var count: Int { state.withLock { $0 } }

        func answer(_ status: Int) -> Answer {
            state.withLock { $0 += 1 }
            return Answer(status: status, location: "/there", body: Array("\(count)".utf8))
        }
    }

    @Test(arguments: [200, 201, 402, 404, 409, 410, 502]) func aFinalAnswerIsGivenAgain(status: Int) async throws {
        let work = Work()
        let first = try await idempotency.once(request()) { work.answer(status) }
        let second = try await idempotency.once(request()) { work.answer(500) }
        #expect(work.count == 1)
        #expect(second.status == status)
        #expect(second.body == first.body)
        #expect(second.location == first.location)
        #expect(!first.isReplay && second.isReplay)
    }

    @Test(arguments: [202, 400, 413, 422, 429, 500, 503, 504]) func anythingElseGivesTheKeyBack(
        status: Int
    ) async throws {
        let work = Work()
        for _ in 1...2 {
            let answer = try await idempotency.once(request()) { work.answer(status) }
            #expect(answer.status == status && !answer.isReplay)
        }
        #expect(work.count == 2)
        // Nor is the next request bound to the same body.
        #expect(try await idempotency.once(request(2)) { work.answer(200) }.status == 200)
    }

    @Test func aProblemIsAnAnswerAndAnErrorGivesTheKeyBack() async throws {
        struct Broken: Error {}
        await #expect(throws: Broken.self) { _ = try await idempotency.once(request()) { throw Broken() } }
        let work = Work()
        let problem = try await idempotency.once(request()) { throw Problem(.notCancellable, "no") }
        #expect(problem.status == 409)
        let again = try await idempotency.once(request()) { work.answer(200) }
        #expect(again.body == problem.body)
        #expect(work.count == 0)
    }

    @Test func aClaimThatRanOutIsNotTakenFromARequestOfTheSameProcess() async throws {
        let idempotency = idempotency
        let work = Work()
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let (finished, end) = AsyncStream.makeStream(of: Void.self)
        async let running = idempotency.once(request()) {
            begin.finish()
            for await _ in finished {}
            return work.answer(201)
        }
        for await _ in started {}
        store.inject { call in
            call.operation == .renew ? .before(StoreError(.busy, detail: "scripted")) : nil
        }
        clock.advance(by: .seconds(11))
        let refused = await #expect(throws: Problem.self) {
            _ = try await idempotency.once(request()) { work.answer(201) }
        }
        #expect(refused?.code == .requestInProgress)
        store.inject { _ in nil }
        end.finish()
        let first = try await running
        let again = try await idempotency.once(request()) { work.answer(201) }
        #expect(again.body == first.body)
        #expect(work.count == 1)
    }

    @Test func anotherBodyIsRefusedAndARunningRequestToo() async throws {
        let idempotency = idempotency
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let (finished, end) = AsyncStream.makeStream(of: Void.self)
        async let running = idempotency.once(request()) {
            begin.finish()
            for await _ in finished {}
            return Answer(status: 200, body: [])
        }
        for await _ in started {}
        let inProgress = await #expect(throws: Problem.self) {
            _ = try await idempotency.once(request()) { Answer(status: 200, body: []) }
        }
        #expect(inProgress?.code == .requestInProgress)
        let reused = await #expect(throws: Problem.self) {
            _ = try await idempotency.once(request(2)) { Answer(status: 200, body: []) }
        }
        #expect(reused?.code == .idempotencyKeyReused)
        end.finish()
        #expect(try await running.status == 200)
    }

    @Test func aClaimLivesAsLongAsItsWork() async throws {
        let idempotency = idempotency
        let (finished, end) = AsyncStream.makeStream(of: Void.self)
        async let running = idempotency.once(request()) {
            for await _ in finished {}
            return Answer(status: 200, body: [])
        }
        // Five leases long, renewed all the time.
        for _ in 1...17 {
            await clock.sleepers(atLeast: 1)
            clock.advance(by: .seconds(3))
        }
        await clock.sleepers(atLeast: 1)
        let problem = await #expect(throws: Problem.self) {
            _ = try await idempotency.once(request()) { Answer(status: 200, body: []) }
        }
        #expect(problem?.code == .requestInProgress)
        end.finish()
        _ = try await running
    }

    @Test func withoutAStoreNothingIsBegun() async throws {
        store.inject { $0.operation == .claim ? .before(StoreError(.unavailable, detail: "")) : nil }
        let work = Work()
        let problem = await #expect(throws: Problem.self) {
            _ = try await idempotency.once(request()) { work.answer(200) }
        }
        #expect(problem?.code == .storeUnavailable)
        #expect(work.count == 0)
    }

    @Test func anAnswerThatCantBeStoredStands() async throws {
        store.inject { $0.operation == .finish ? .before(StoreError(.full, detail: "")) : nil }
        let work = Work()
        #expect(try await idempotency.once(request()) { work.answer(201) }.status == 201)
    }

    @Test func whatWasDoneIsToldEvenIfNobodyCanSayWhoseTheKeyIs() async throws {
        store.inject { $0.operation == .renew ? .before(StoreError(.busy, detail: "")) : nil }
        let work = Work()
        for status in [201, 202] {
            let key = IdempotencyKey(caller: "ada", key: "\(status)")
            let request = Idempotency.KeyedRequest(key: key, fingerprint: [1], requestID: "req_1")
            #expect(try await idempotency.once(request) { work.answer(status) }.status == status)
        }
        // That nothing was done may not be so any more.
        let problem = await #expect(throws: Problem.self) {
            _ = try await idempotency.once(request()) { throw Problem(.noOffers, "") }
        }
        #expect(problem?.code == .storeUnavailable)
        #expect(problem?.outcome == .unknown)
    }

    @Test func aProblemStandsThatIsTrueWhoeverHasTheKey() async throws {
        store.inject { $0.operation == .renew ? .before(StoreError(.busy, detail: "")) : nil }
        var aboutBooking = Problem(.notCancellable, "")
        aboutBooking.extensions = [JSONNode.Member(Problem.bookingMember, "bkg_1")]
        for (number, problem) in [aboutBooking, Problem(.internalError, "", outcome: .unknown)].enumerated() {
            let key = IdempotencyKey(caller: "ada", key: "\(number)")
            let request = Idempotency.KeyedRequest(key: key, fingerprint: [1], requestID: "req_1")
            let answer = try await idempotency.once(request) { throw problem }
            #expect(answer.status == problem.code.status)
        }
    }

    /// Each round, many ask under one key until they are answered, and the work comes to nothing. A claim that nobody
    /// works under would hold them off for good, as the clock stands still.
    @Test func nobodyIsToldToWaitForNobody() async throws {
        var idempotency = idempotency
        idempotency.store = PausingStore(behind: store)
        let pausing = idempotency
        for round in 0..<200 {
            let key = IdempotencyKey(caller: "ada", key: "\(round)")
            let request = Idempotency.KeyedRequest(key: key, fingerprint: [1], requestID: "req_1")
            // A final answer every other time.
            let problem = Problem(round.isMultiple(of: 2) ? .noOffers : .noProviderAvailable, "")
            let ask: @Sendable () async -> Bool = {
                let end = ContinuousClock.now.advanced(by: .seconds(30))
                while ContinuousClock.now < end {
                    let answer = try? await pausing.once(request, resume: { _ in throw problem }, { throw problem })
                    if answer?.status == problem.code.status { return true }
                    await Task.yield()
                }
                return false
            }
            await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<8 { group.addTask { await ask() } }
                for await isAnswered in group { #expect(isAnswered, "round \(round)") }
            }
        }
    }

    @Test func aServiceThatStopsBeginsNothingAndFinishesWhatItBegan() async throws {
        let idempotency = idempotency
        let drain = drain
        let (started, begin) = AsyncStream.makeStream(of: Void.self)
        let (finished, end) = AsyncStream.makeStream(of: Void.self)
        async let running = idempotency.once(request()) {
            begin.finish()
            for await _ in finished {}
            return Answer(status: 201, body: [1])
        }
        for await _ in started {}
        let stopped = Mutex(false)
        async let draining: Void = {
            await drain.run()
            stopped.withLock { $0 = true }
        }()
        while !drain.isBegun { await Task.yield() }
        let other = Idempotency.KeyedRequest(
            key: IdempotencyKey(caller: "ada", key: "other"), fingerprint: [1], requestID: "req_2")
        let refused = try await idempotency.once(other, resume: { _ in Answer(status: 500, body: []) }) {
            Answer(status: 201, body: [])
        }
        #expect(refused.status == 503)
        #expect(!stopped.withLock { $0 })
        end.finish()
        #expect(try await running.status == 201)
        await draining
        #expect(stopped.withLock { $0 })
        // The answer is kept; the other key is free for another process.
        #expect(try await idempotency.once(request()) { Answer(status: 500, body: []) }.isReplay)
        let claim = KeyClaim(fingerprint: [2], owner: "another", expiresAt: clock.timestamp.advanced(by: .seconds(10)))
        #expect(try await store.claim(other.key, as: claim, now: clock.timestamp) == .claimed)
    }

    /// As a caller may leave one that hung up: this process' own, begun after the key was claimed anew.
    @Test func aBookingThatBeganLateIsAnsweredForByWhoeverAsks() async throws {
        let (store, clock, key) = (store, clock, request().key)
        for round in 1...2 {
            let answer = try await idempotency.once(
                request(), resume: { _ in Answer(status: 202, body: []) },
                {
                    #expect(round == 1)
                    let now = clock.timestamp
                    try await store.create(
                        BookingRecord(
                            id: BookingID("bkg_1"), version: 1, status: "pending", settled: false, locators: [],
                            key: key, state: [], createdAt: now, updatedAt: now),
                        journal: [], key: key, lease: Lease(owner: "test", until: now.advanced(by: .seconds(10))))
                    throw Problem(.deadlineExceeded, "nothing was booked before the deadline")
                })
            #expect(answer.status == 202)
        }
    }

    @Test func anErrorInABookingHoldsNobodyOff() async throws {
        struct Broken: Error {}
        let resume: @Sendable (BookingID) async throws -> Answer = { _ in Answer(status: 500, body: []) }
        await #expect(throws: Broken.self) {
            _ = try await idempotency.once(request(), resume: resume) { throw Broken() }
        }
        #expect(try await idempotency.once(request(), resume: resume) { Answer(status: 201, body: []) }.status == 201)
    }

    @Test func thoseWhoAnswerForOneBookingAtATimeAllGiveTheAnswerThatIsKept() async throws {
        let idempotency = idempotency
        let (id, now) = (BookingID("bkg_1"), clock.timestamp)
        let lease = Lease(owner: "test", until: now.advanced(by: .seconds(10)))
        let claim = KeyClaim(fingerprint: [1], owner: "test", expiresAt: now)
        #expect(try await store.claim(request().key, as: claim, now: now) == .claimed)
        try await store.create(
            BookingRecord(
                id: id, version: 1, status: "ticketed", settled: true, locators: [], key: request().key, state: [],
                createdAt: now, updatedAt: now),
            journal: [], key: request().key, lease: lease)
        let (waiting, resumed) = AsyncStream.makeStream(of: Void.self)
        let (finished, end) = AsyncStream.makeStream(of: Void.self)
        func answer(_ text: String, after stream: AsyncStream<Void>?) async throws -> Answer {
            try await idempotency.once(
                request(),
                resume: { _ in
                    resumed.yield()
                    if let stream { for await _ in stream {} }
                    return Answer(status: 201, body: Array(text.utf8))
                }, { Answer(status: 500, body: []) })
        }
        async let slow = answer("slow", after: finished)
        for await _ in waiting { break }
        let first = try await answer("first", after: nil)
        end.finish()
        let second = try await slow
        #expect(first.body == Array("first".utf8))
        #expect(second.body == first.body)
    }
}
