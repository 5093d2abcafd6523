import WireFormats

extension Printout {
    /// What was compared, then one line a finding.
    static func reconciliation(_ report: JSONValue) -> String {
        let checked = ["bookings", "orders", "payments"].map { name in
            "\(report["checked"]?.member(named: name)?.rawNumber ?? "-") \(name)"
        }
        var lines = ["Compared     \(checked.joined(separator: ", "))"]
        for peer in elements(report, "unreachable") {
            lines.append("Not asked    \(text(peer, "provider")): \(text(peer, "detail"))")
        }
        let findings = elements(report, "findings")
        guard !findings.isEmpty else { return (lines + ["Found        nothing amiss"]).joined(separator: "\n") }
        let rows = [["finding", "action", "provider", "booking", "order", "payment", "detail"]] + findings.map(row)
        return (lines + [""] + table(rows)).joined(separator: "\n")
    }

    private static func row(_ finding: JSONValue) -> [String] {
        let locator = text(finding, "locator")
        return [
            text(finding, "kind"), text(finding, "action"), text(finding, "provider"), text(finding, "booking_id"),
            locator.isEmpty ? text(finding, "reference") : locator, text(finding, "payment"), text(finding, "detail"),
        ].map { $0.isEmpty ? "-" : $0 }
    }

    /// Columns as wide as their widest cell.
    private static func table(_ rows: [[String]]) -> [String] {
        let columns = rows[0].indices
        let widths = columns.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            columns.map { $0 == columns.last ? row[$0] : padded(row[$0], widths[$0] + 2) }.joined()
        }
    }
}
