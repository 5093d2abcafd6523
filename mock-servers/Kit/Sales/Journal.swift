import FoundationEssentials
import Glibc
import Synchronization

/// A file of one JSON value a line, to which every change is written before it is answered: what `--state` names.
///
/// A write that has returned outlives the process, whatever kills it: it is in the kernel's hands. It is not synced to
/// the disk, since no test pulls the machine's plug. A last line that was cut off by a kill is dropped at the next
/// start.
final class Journal<Change: Codable & Sendable>: Sendable {
    private let path: String
    /// Guards the file descriptor, and keeps lines whole.
    private let file: Mutex<Int32>

    /// Opens the file, or makes it.
    ///
    /// - Parameter path: where it is; its directory must exist.
    /// - Throws: `JournalError` where it can't be opened for appending.
    init(path: String) throws(JournalError) {
        self.path = path
        let descriptor = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError(path: path, code: errno) }
        file = Mutex(descriptor)
    }

    deinit { _ = file.withLock { close($0) } }

    /// What was written so far, the oldest first. Lines that can't be read end it: nothing after them is known to be
    /// whole.
    func changes() -> [Change] {
        guard let bytes = FileManager.default.contents(atPath: path) else { return [] }
        let decoder = JSONDecoder()
        var changes: [Change] = []
        var whole = 0
        for line in bytes.split(separator: 0x0A) {
            guard let change = try? decoder.decode(Change.self, from: Data(line)) else { break }
            changes.append(change)
            whole += line.count + 1
        }
        if whole < bytes.count { file.withLock { _ = ftruncate($0, off_t(whole)) } }
        return changes
    }

    /// Adds changes to the end. Once this has returned, they survive the process.
    ///
    /// - Throws: `JournalError` where the file can't be written: the change must then not be answered as made.
    func append(_ changes: [Change]) throws(JournalError) {
        let encoder = JSONEncoder()
        var bytes: [UInt8] = []
        for change in changes {
            // Encoding fails for values JSON has no way to write (NaN), of which a change has none.
            guard let line = try? encoder.encode(change) else { throw JournalError(path: path, code: EINVAL) }
            bytes.append(contentsOf: line)
            bytes.append(0x0A)
        }
        let failure: Int32? = file.withLock { descriptor in
            var rest = bytes[...]
            while !rest.isEmpty {
                let written = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
                if written < 0 {
                    if errno == EINTR { continue }
                    return errno
                }
                rest = rest.dropFirst(written)
            }
            return nil
        }
        if let failure { throw JournalError(path: path, code: failure) }
    }

    /// Forgets everything.
    func clear() {
        file.withLock { _ = ftruncate($0, 0) }
    }
}

/// The state file can't be opened or written.
struct JournalError: Error, CustomStringConvertible {
    let path: String
    /// The system's `errno`.
    let code: Int32

    var description: String { "state file \(path): \(String(cString: strerror(code)))" }
}
