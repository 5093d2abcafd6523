import Glibc

/// Reads a file whose whole content is wanted, and whose size somebody else decides.
enum SmallFile {
    /// A file that can't be used, named.
    struct Unreadable: Error {
        var detail: String
    }

    /// - Parameter limit: bytes, at most.
    /// - Throws: if it can't be opened or read, or is longer.
    static func bytes(of path: String, limit: Int) throws(Unreadable) -> [UInt8] {
        guard let file = fopen(path, "re") else { throw Unreadable(detail: "\(path) can't be opened") }
        defer { fclose(file) }
        // One more than there may be, so that a longer file shows.
        var bytes = [UInt8](repeating: 0, count: limit + 1)
        let count = fread(&bytes, 1, bytes.count, file)
        guard ferror(file) == 0 else { throw Unreadable(detail: "\(path) can't be read") }
        guard count <= limit else { throw Unreadable(detail: "\(path) is larger than \(limit) bytes") }
        return Array(bytes[..<count])
    }
}
