import Foundation
import Telemetry
import Testing

struct DocumentationTests {
    /// One row a metric: `| name | kind | labels | what |`.
    @Test func everyMetricWithADescriptionIsOnThePageOnce() throws {
        let page = try String(
            contentsOf: URL(fileURLWithPath: #filePath).deletingLastPathComponent()
                .appendingPathComponent("../../docs/metrics.md"), encoding: .utf8)
        let names = page.split(separator: "\n").filter { $0.hasPrefix("| `") && $0.split(separator: "|").count >= 4 }
            .compactMap { $0.split(separator: "`").dropFirst().first.map(String.init) }
        for description in FaremuxMetrics.descriptions {
            #expect(names.filter { $0 == description.name }.count == 1, "\(description.name)")
            #expect(!description.help.isEmpty && !description.help.contains("\n"), "\(description.name)")
        }
    }
}
