import Glibc
import Synchronization

/// Ports that stay ours while nobody listens on them.
///
/// A killed server comes back on its port. Outside the range that the system gives away by itself, nobody takes it in
/// the meantime.
enum Ports {
    /// Given out before. A port stays its owner's while the owner is down, so none is given out twice.
    private static let taken = Mutex<Set<Int>>([])

    /// A port on loopback that is free now, and that nobody else in this process is given.
    ///
    /// - Throws: where none of many is.
    static func free() throws -> Int {
        for _ in 0..<200 {
            let port = Int.random(in: 10_000..<32_000)
            if isFree(port), taken.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw HarnessError("no free port")
    }

    private static func isFree(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(UInt16(port)).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }
}
