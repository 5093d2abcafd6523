internal import Glibc

/// Gives each name that occurs a number.
///
/// Most names repeat: a small direct-mapped cache in front of the dictionary finds those by their bytes, without
/// making a String. The dictionary's hash is seeded, so that names made to collide cost no more than a miss.
struct XMLNameTable {
    /// Between a namespace and a local name: a character that XML 1.0 forbids, so that no name can have it.
    static let separator: UInt8 = 0x0C

    private(set) var all: [XMLName] = []
    private var ids: [String: Int32] = [:]
    /// The qualified name behind each id, in UTF-8.
    private var spelling: [[UInt8]] = []
    private var cache = [Int32](repeating: -1, count: 512)

    /// The number of a name, its namespace in front as expat writes it.
    mutating func id(of qualified: UnsafeBufferPointer<UInt8>) -> Int32 {
        // Names of one schema share their namespace and differ at the end (FNV-1a over that).
        var hash = UInt32(truncatingIfNeeded: qualified.count)
        for byte in qualified.suffix(16) { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
        let slot = Int(hash % 512)
        let cached = cache[slot]
        if cached >= 0, isSpelled(Int(cached), qualified) { return cached }
        let id = slowID(of: qualified)
        cache[slot] = id
        return id
    }

    private func isSpelled(_ id: Int, _ qualified: UnsafeBufferPointer<UInt8>) -> Bool {
        spelling[id].withUnsafeBytes { bytes in
            guard bytes.count == qualified.count, let left = bytes.baseAddress, let right = qualified.baseAddress else {
                return bytes.count == qualified.count
            }
            return memcmp(left, right, bytes.count) == 0
        }
    }

    private mutating func slowID(of qualified: UnsafeBufferPointer<UInt8>) -> Int32 {
        let key = String(decoding: qualified, as: UTF8.self)
        if let id = ids[key] { return id }
        let id = Int32(clamping: all.count)
        ids[key] = id
        spelling.append(Array(qualified))
        let split = qualified.lastIndex(of: Self.separator)
        let local = split.map { qualified[($0 + 1)...] } ?? qualified[...]
        let namespace = split.map { qualified[..<$0] } ?? qualified[..<0]
        all.append(
            XMLName(
                local: String(decoding: local, as: UTF8.self), namespace: String(decoding: namespace, as: UTF8.self)))
        return id
    }
}
