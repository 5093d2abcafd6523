import FareDomain
import FarePorts
import FareTestSupport
import GuardedTransport
import Resilience
import Synchronization

/// A guarded transport around a scripted one, on a manual clock.
struct GuardFixture {
    let clock: ManualClock
    let fake: FakeTransport
    let guarded: GuardedTransport
    let observer = Attempts()

    /// Replies in order, and then `otherwise` for ever.
    ///
    /// - Parameter configure: changes a configuration without jitter, with a large quota, and circuits that stay
    ///   closed.
    init(
        _ replies: [FakeTransport.Reply], otherwise: FakeTransport.Reply = .answer(200), seed: UInt64 = 1,
        configure: (inout GuardConfiguration) -> Void = { _ in }
    ) {
        self.init(seed: seed, configure: configure) { index in index < replies.count ? replies[index] : otherwise }
    }

    init(
        seed: UInt64, configure: (inout GuardConfiguration) -> Void,
        reply: @escaping @Sendable (_ index: Int) -> FakeTransport.Reply
    ) {
        var configuration = GuardConfiguration()
        configuration.limits.perSecond = 1000
        configuration.retry = RetryPolicy(attempts: 3, base: .zero, cap: .zero)
        configuration.breaker.minimumCalls = 1000
        configure(&configuration)
        clock = ManualClock()
        fake = FakeTransport(clock: clock) { _, index in reply(index) }
        guarded = GuardedTransport(
            fake, provider: ProviderID("test"), configuration: configuration, clock: clock, wallClock: clock,
            observer: observer, generator: SeededGenerator(seed: seed))
    }

    func request(
        _ operation: ProviderOperation = .search, _ effect: Effect = .read, lane: Lane? = nil,
        within patience: Duration = .seconds(8), notAfter: MonotonicInstant = .distantFuture
    ) -> HTTPRequest {
        HTTPRequest(
            .post, "http://127.0.0.1/", operation: operation, lane: lane, effect: effect,
            deadline: clock.now.advanced(by: patience), notAfter: notAfter)
    }

    /// Sends while time runs from sleep to sleep.
    func send(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportError> {
        let guarded = guarded
        return await clock.runAdvancing {
            do throws(TransportError) {
                return .success(try await guarded.send(request))
            } catch {
                return .failure(error)
            }
        }
    }

    func circuit(_ lane: Lane) -> GuardSnapshot.Circuit? {
        guarded.snapshot().circuits.first { $0.lane == lane }
    }
}

/// An observer that remembers.
final class Attempts: CallObserver {
    private let attempts = Mutex<[CallAttempt]>([])

    var all: [CallAttempt] { attempts.withLock { $0 } }

    func attemptEnded(_ attempt: CallAttempt) { attempts.withLock { $0.append(attempt) } }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
    var status: Int? { (try? get())?.status }
    var code: TransportError.Code? { error?.code }
    var error: TransportError? {
        if case .failure(let error) = self { error } else { nil }
    }
}

extension FakeTransport.Reply {
    static func fail(_ code: TransportError.Code, maybeSent: Bool = true) -> FakeTransport.Reply {
        .fail(TransportError(code, maybeSent: maybeSent))
    }
}
