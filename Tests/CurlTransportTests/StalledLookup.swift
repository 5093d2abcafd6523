import CLookupHook
import Dispatch
import Synchronization

/// A host name whose lookup hangs until the test lets it end, with the loopback address as the result.
///
/// It ends by itself after `patience`, so that a test that fails ends too.
final class StalledLookup: Sendable {
    private static let all = Mutex<[String: StalledLookup]>([:])
    private static let made = Atomic<Int>(0)
    static let patience: Duration = .seconds(20)
    private static let suffix = ".stalled.test"

    private let host: String
    private let beginning = Signal()
    private let ending = DispatchSemaphore(value: 0)

    init() {
        host = "host\(StalledLookup.made.add(1, ordering: .relaxed).newValue)\(StalledLookup.suffix)"
        StalledLookup.all.withLock { $0[host] = self }
        lookup_hook_set { host in host.map { StalledLookup.stall(on: String(cString: $0)) } == true ? 1 : 0 }
    }

    func url(port: UInt16) -> String { "http://\(host):\(port)/" }

    /// Waits until somebody looks the name up.
    func begun() async { await beginning.wait() }

    /// Lets the lookup end, now or whenever it comes.
    func end() {
        StalledLookup.all.withLock { $0[host] = nil }
        ending.signal()
    }

    /// Blocks while `host` is one that stalls; whether it was one.
    private static func stall(on host: String) -> Bool {
        guard host.hasSuffix(suffix), let lookup = all.withLock({ $0[host] }) else { return false }
        lookup.beginning.fire()
        _ = lookup.ending.wait(timeout: .now() + .seconds(Int(patience.components.seconds)))
        return true
    }
}
