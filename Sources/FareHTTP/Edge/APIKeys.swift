import Crypto
import Glibc
public import Logging
import Synchronization

/// Who may call, from a file of one line a key: `name:<SHA-256 of the key, hex>:search,book,operate`. Read again when
/// it changes; a change that can't be read leaves the keys as they were, and is logged.
public final class APIKeys: Sendable {
    /// What a key allows.
    public enum Scope: String, Sendable, CaseIterable {
        case search, book, operate
    }

    struct Holder: Sendable {
        var name: String
        var scopes: Set<Scope>
    }

    /// A line that is no key, or a file that can't be read.
    public struct Invalid: Error, Sendable {
        public var detail: String
    }

    private struct State {
        var holders: [[UInt8]: Holder]
        var stamp: FileStamp
    }

    /// Bytes of the file, at most.
    private static let sizeLimit = 1 << 20

    private let path: String
    private let logger: Logger
    private let state: Mutex<State>

    /// - Parameter logger: told of changes that can't be read: whoever took a key out must know that it still works.
    /// - Throws: for a file that can't be read, is larger than 1 MiB, or has a line that is no key.
    public init(path: String, logger: Logger) throws(Invalid) {
        self.path = path
        self.logger = logger
        let stamp = FileStamp(path)
        state = Mutex(State(holders: try Self.read(path), stamp: stamp))
    }

    /// Whose key this is; nil for a key that is not in the file.
    func holder(of key: some StringProtocol) -> Holder? {
        let digest = Array(SHA256.hash(data: Array(key.utf8)))
        let stamp = FileStamp(path)
        return state.withLock { state in
            if stamp != state.stamp {
                state.stamp = stamp
                do throws(Invalid) {
                    state.holders = try Self.read(path)
                } catch {
                    logger.warning("API keys not read again", metadata: ["reason": "\(error.detail)"])
                }
            }
            return state.holders[digest]
        }
    }

    private static func read(_ path: String) throws(Invalid) -> [[UInt8]: Holder] {
        let bytes: [UInt8]
        do throws(SmallFile.Unreadable) {
            bytes = try SmallFile.bytes(of: path, limit: sizeLimit)
        } catch {
            throw Invalid(detail: error.detail)
        }
        let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
        var holders: [[UInt8]: Holder] = [:]
        for (index, line) in lines.enumerated() {
            guard let first = line.first, first != "#" else { continue }
            let parts = line.split(separator: ":", omittingEmptySubsequences: false)
            let scopes = parts.count == 3 ? parts[2].split(separator: ",").map { Scope(rawValue: String($0)) } : []
            guard parts.count == 3, !parts[0].isEmpty, let digest = Self.digest(parts[1]), !scopes.isEmpty,
                !scopes.contains(nil)
            else {
                throw Invalid(detail: "\(path), line \(index + 1): must be name:<SHA-256, hex>:search,book,operate")
            }
            holders[digest] = Holder(name: String(parts[0]), scopes: Set(scopes.compactMap(\.self)))
        }
        return holders
    }

    private static func digest(_ hex: Substring) -> [UInt8]? {
        guard hex.utf8.count == 64, hex.allSatisfy(\.isHexDigit) else { return nil }
        var bytes: [UInt8] = []
        var rest = hex
        while !rest.isEmpty {
            guard let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
            bytes.append(byte)
            rest = rest.dropFirst(2)
        }
        return bytes
    }
}

/// What tells one state of a file from another.
private struct FileStamp: Equatable {
    private var seconds = 0
    private var nanoseconds = 0
    private var size: Int64 = -1
    private var inode: UInt64 = 0

    init(_ path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return }
        seconds = status.st_mtim.tv_sec
        nanoseconds = status.st_mtim.tv_nsec
        size = Int64(status.st_size)
        inode = UInt64(status.st_ino)
    }
}
