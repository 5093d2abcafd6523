import FareDomain
import FarePorts
import FareTestSupport
import Logging
import Resilience
import Testing

@testable import FareBooking

/// An engine with fakes around it.
struct EngineBench: Sendable {
    let clock = ManualClock()
    let store = InMemoryBookingStore()
    let alpha: FakeProvider
    let beta: FakeProvider
    let gateway: FakeGateway
    let engine: BookingEngine

    init(capacity: Int = 100, carriesReferences: Bool = true) {
        alpha = FakeProvider(id: ProviderID("alpha"), clock: clock, carriesReferences: carriesReferences)
        beta = FakeProvider(id: ProviderID("beta"), clock: clock)
        gateway = FakeGateway(clock: clock)
        engine = Self.engine([alpha, beta], gateway, store, clock, owner: "test", capacity: capacity)
    }

    /// Another process on the same store.
    func successor(_ owner: String = "successor") -> BookingEngine {
        Self.engine([alpha, beta], gateway, store, clock, owner: owner, capacity: 100)
    }

    private static func engine(
        _ providers: [FakeProvider], _ gateway: FakeGateway, _ store: InMemoryBookingStore, _ clock: ManualClock,
        owner: String, capacity: Int
    ) -> BookingEngine {
        BookingEngine(
            providers: providers, gateway: gateway, store: store, clock: clock,
            configuration: BookingEngine.Configuration(owner: owner, boot: "boot", capacity: capacity),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    }

    static let patience = Duration.seconds(30)
    /// What an engine always has asleep: the renewal of leases and the look for what is left.
    static let background = 2

    /// A booking of these offers, which their providers have.
    func plan(_ id: String = "bkg_1", _ offers: [ProviderOffer] = [Sample.offer()]) -> BookingPlan {
        for offer in offers { (offer.provider == alpha.id ? alpha : beta).offer(offer) }
        return BookingPlan(
            id: BookingID(id), terms: Sample.terms(deadline: clock.timestamp.advanced(by: Self.patience)),
            search: SearchFacts(providers: [], considered: offers.count, rates: []),
            candidates: offers.map { Sample.candidate($0) }, compare: { $0 }, key: nil,
            deadline: clock.now.advanced(by: Self.patience))
    }

    /// Runs the engine around `body`, drains it, and waits for its end.
    func running<Result: Sendable>(_ body: () async throws -> Result) async rethrows -> Result {
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await engine.run() }
            defer { engine.drain() }
            return try await body()
        }
    }

    /// Moves time on whenever both the booking and, before its deadline, whoever waits for it sleep, until `condition`.
    func advance(until condition: () -> Bool) async {
        let deadline = clock.now.advanced(by: Self.patience)
        await until {
            if condition() { return true }
            let sleepers = Self.background + (clock.now < deadline ? 2 : 1)
            if clock.sleeperCount >= sleepers, let next = clock.nextWake { clock.advance(to: next) }
            return false
        }
    }

    /// Moves time on whenever a booking sleeps that nobody waits for, or none is at work, until `condition`.
    func advanceAlone(until condition: () -> Bool) async {
        await until {
            if condition() { return true }
            let isIdle = clock.sleeperCount > Self.background || engine.board.count == 0
            if isIdle, let next = clock.nextWake { clock.advance(to: next) }
            return false
        }
    }

    /// Lets the others run, without moving time, until `condition`; gives up where it never comes.
    func until(_ condition: () -> Bool) async {
        for _ in 0..<1_000_000 {
            if condition() { return }
            await Task.yield()
        }
        Issue.record("waited in vain")
    }

    /// The stored booking, as the store has it.
    func stored(_ id: String = "bkg_1") async throws -> Saga? {
        try await store.booking(BookingID(id)).map { try BookingSnapshot(stored: $0).saga }
    }

    func count(_ operation: FakeProvider.Operation) -> Int {
        (alpha.calls + beta.calls).count { $0.operation == operation }
    }

    func count(_ operation: FakeGateway.Operation) -> Int { gateway.calls.count { $0.operation == operation } }

    var tickets: [FakeProvider.Order] { (alpha.orders + beta.orders).filter { $0.state == .ticketed } }
}

extension BookingAnswer {
    /// The answer's name, and the booking's status where it has one.
    var summary: String {
        switch self {
        case .decided(let snapshot): "decided \(snapshot.saga.status.rawValue)"
        case .pending(let snapshot): "pending \(snapshot.saga.status.rawValue)"
        case .untouched: "untouched"
        case .refused: "refused"
        }
    }
}
