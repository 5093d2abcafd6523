import Foundation

/// Tells one run of the machine from the next, since the monotonic clock starts anew with each.
enum MachineRun {
    /// Linux's own id of it (random(4)); where that can't be read, one that is never the same again.
    static var current: String {
        let path = "/proc/sys/kernel/random/boot_id"
        guard let data = FileManager.default.contents(atPath: path), !data.isEmpty else { return UUID().uuidString }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
