import FareHTTP
import ServiceLifecycle

/// Forgets old idempotency keys while the service runs.
struct KeyPurge: Service {
    let retention: KeyRetention

    func run() async throws {
        await cancelWhenGracefulShutdown { await retention.run() }
    }
}
