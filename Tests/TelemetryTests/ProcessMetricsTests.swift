import FareTestSupport
import Foundation
import Testing

@testable import Telemetry

struct ProcessMetricsTests {
    @Test func thisProcessIsTold() throws {
        let metrics = PrometheusMetrics()
        metrics.add(ProcessMetrics())
        let exposition = try Exposition(metrics.exposition())
        let start = try #require(exposition.value("process_start_time_seconds"))
        let uptime = try #require(exposition.value("process_uptime_seconds"))
        let now = Date().timeIntervalSince1970
        // Both count in hundredths, and the machine's clock may be set.
        #expect(abs(start + uptime - now) < 5)
        let resident = try #require(exposition.value("process_resident_memory_bytes"))
        #expect(resident > 1_000_000)
        #expect(try #require(exposition.value("process_virtual_memory_bytes")) > resident)
        #expect(try #require(exposition.value("process_cpu_seconds_total")) > 0)
        let open = try #require(exposition.value("process_open_fds"))
        #expect(open >= 3)
        #expect(try #require(exposition.value("process_max_fds")) > open)
    }

    @Test func whatCanNotBeReadIsLeftOut() {
        let families = ProcessMetrics(folder: "/nowhere").collect()
        #expect(families.map(\.name.text) == ["process_max_fds"])
    }

    @Test func aProgramsNameMayHoldAnything() throws {
        let tail = "S 1 1 1 0 -1 0 0 0 0 0 250 50 0 0 20 0 9 0 12345 1000000 25 18446744073709551615"
        let stat = try #require(ProcessStat("7 (a) b) 1 2 (c) \(tail)\n"))
        let ticks = Double(sysconf(Int32(_SC_CLK_TCK)))
        #expect(stat.cpuSeconds == 300 / ticks)
        #expect(stat.startedAfterBoot == 12345 / ticks)
        #expect(stat.virtualBytes == 1_000_000)
        #expect(stat.residentBytes == 25 * Double(sysconf(Int32(_SC_PAGESIZE))))
        for text in ["", "7 a S 1", "7 (a) S 1 1", "7 (a) \(tail.replacing("250", with: "x"))"] {
            #expect(ProcessStat(text) == nil)
        }
    }
}
