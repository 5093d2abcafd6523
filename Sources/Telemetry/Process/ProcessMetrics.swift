import Glibc

/// This process in the words that every Prometheus client uses (`process_…`), read from `/proc` (proc(5)).
///
/// What can't be read is left out.
public struct ProcessMetrics: MetricsCollector {
    private let folder: String

    public init() { self.init(folder: "/proc") }

    /// - Parameter folder: in place of `/proc`.
    init(folder: String) { self.folder = folder }

    public func collect() -> [MetricFamily] {
        var families: [MetricFamily] = []
        func gauge(_ name: String, _ help: String, _ value: Double?) {
            if let value { families.append(MetricFamily(name, .gauge, help: help, value)) }
        }
        let stat = contents(of: "self/stat").flatMap { ProcessStat($0) }
        if let stat {
            families.append(
                MetricFamily(
                    "process_cpu_seconds_total", .counter, help: "User and system CPU time spent, in seconds.",
                    stat.cpuSeconds))
        }
        gauge("process_resident_memory_bytes", "Resident memory, in bytes.", stat?.residentBytes)
        gauge("process_virtual_memory_bytes", "Virtual memory, in bytes.", stat?.virtualBytes)
        gauge("process_uptime_seconds", "Seconds since the process started.", stat.map(uptime))
        gauge(
            "process_start_time_seconds", "When the process started, in seconds since the Unix epoch.",
            stat.flatMap(startTime))
        gauge("process_open_fds", "Open file descriptors.", openDescriptors())
        gauge("process_max_fds", "File descriptors that may be open.", descriptorLimit())
        return families
    }

    private func uptime(_ stat: ProcessStat) -> Double {
        var now = timespec()
        // Can't fail: the clock exists since Linux 2.6.39 and the pointer is ours.
        clock_gettime(CLOCK_BOOTTIME, &now)
        return max(0, Double(now.tv_sec) + Double(now.tv_nsec) / 1e9 - stat.startedAfterBoot)
    }

    private func startTime(_ stat: ProcessStat) -> Double? {
        let line = contents(of: "stat")?.split(separator: "\n").first { $0.hasPrefix("btime ") }
        guard let boot = line.flatMap({ Double($0.dropFirst(6)) }) else { return nil }
        return boot + stat.startedAfterBoot
    }

    private func openDescriptors() -> Double? {
        guard let directory = opendir("\(folder)/self/fd") else { return nil }
        defer { closedir(directory) }
        var count = 0
        while readdir(directory) != nil { count += 1 }
        // Without `.`, `..` and the descriptor that this takes.
        return Double(max(0, count - 3))
    }

    private func descriptorLimit() -> Double? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return nil }
        return limit.rlim_cur == .max ? .infinity : Double(limit.rlim_cur)
    }

    private func contents(of name: String) -> String? {
        guard let file = fopen("\(folder)/\(name)", "re") else { return nil }
        defer { fclose(file) }
        // `/proc/stat` has a number for each interrupt of the machine.
        var bytes = [UInt8](repeating: 0, count: 1 << 18)
        let count = fread(&bytes, 1, bytes.count, file)
        return ferror(file) == 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}

/// What `/proc/self/stat` tells (proc_pid_stat(5)).
struct ProcessStat: Equatable {
    var cpuSeconds: Double
    /// In seconds.
    var startedAfterBoot: Double
    var virtualBytes: Double
    var residentBytes: Double

    /// Nil for what is no such line.
    init?(_ text: String) {
        // The second field is the program's name in brackets, which may hold brackets and spaces itself.
        guard let end = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: end)...].split { $0 == " " || $0 == "\n" }
        // Numbered from 1 in the manual; the first of these is number 3.
        func field(_ number: Int) -> Double? {
            fields.indices.contains(number - 3) ? Double(fields[number - 3]) : nil
        }
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        guard let user = field(14), let system = field(15), let start = field(22), let virtual = field(23),
            let pages = field(24), ticks > 0
        else { return nil }
        cpuSeconds = (user + system) / ticks
        startedAfterBoot = start / ticks
        virtualBytes = virtual
        residentBytes = pages * Double(sysconf(Int32(_SC_PAGESIZE)))
    }
}
