import WireFormats

/// The service's answers, for people at a terminal.
enum Printout {
    static func search(_ result: JSONValue) -> String {
        var lines = providers(result["providers"])
        lines.append("")
        lines.append("\(number(result, "total_offers")) offers, \(text(result, "completeness"))")
        for offer in elements(result, "offers") {
            lines.append("\(padded(money(offer["total"]), 14)) \(padded(text(offer, "provider"), 9)) \(route(offer))")
            for other in elements(offer, "also_sold_by") {
                lines.append("\(padded("", 14)) also \(text(other, "provider")) at \(money(other["total"]))")
            }
        }
        return lines.joined(separator: "\n")
    }

    static func booking(_ booking: JSONValue) -> String {
        var lines = receipt(booking["receipt"])
        lines.append("")
        lines.append("Booking      \(text(booking, "id")): \(text(booking, "status"))")
        lines.append("Provider     \(text(booking, "provider")), record locator (PNR) \(text(booking, "pnr"))")
        if let itinerary = booking["itinerary"] { lines.append("Flights      \(route(itinerary))") }
        lines.append("Total        \(money(booking["total"]))")
        if let payment = booking["payment"] {
            lines.append(
                "Payment      \(money(payment["amount"])) \(text(payment, "status")), \(text(payment, "reference"))")
        }
        lines.append("Timeline")
        for entry in elements(booking, "timeline") {
            let step = padded(text(entry, "step"), 10) + padded(text(entry, "result"), 10)
            lines.append("  \(padded(text(entry, "at"), 25)) \(step) \(text(entry, "detail"))")
        }
        return lines.joined(separator: "\n")
    }

    static func preview(_ preview: JSONValue) -> String {
        var lines = receipt(preview["receipt"])
        lines.append("")
        lines.append("Would book   \(money(preview["total"])) at \(text(preview, "provider"))")
        if let offer = preview["offer"] { lines.append("Flights      \(route(offer))") }
        return lines.joined(separator: "\n")
    }

    static func problem(_ problem: JSONValue) -> String {
        var lines = ["\(number(problem, "status")) \(text(problem, "code")): \(text(problem, "title"))"]
        let detail = text(problem, "detail")
        if !detail.isEmpty { lines.append("  \(detail)") }
        for violation in elements(problem, "errors") {
            lines.append("  \(text(violation, "pointer")): \(text(violation, "detail"))")
        }
        lines += receipt(problem["receipt"])
        return lines.joined(separator: "\n")
    }

    static func health(_ health: JSONValue) -> String {
        var lines = ["\(text(health, "status")) (version \(text(health, "version")))"]
        for provider in elements(health, "providers") {
            let p95 = provider["latency_ms"]?["p95"]?.int64.map { ", p95 \($0) ms" } ?? ""
            lines.append("  \(padded(text(provider, "id"), 12)) \(text(provider, "status"))\(p95)")
        }
        for check in health["checks"].map({ Array($0.members) }) ?? [] {
            lines.append("  \(padded(check.key, 12)) \(text(check.value, "status"))")
        }
        return lines.joined(separator: "\n")
    }

    static func circuits(_ health: JSONValue) -> String {
        var lines = [padded("provider", 12) + padded("lane", 11) + padded("state", 15) + "calls  rejected  since"]
        for provider in elements(health, "providers") {
            for circuit in elements(provider, "circuits") {
                lines.append(
                    padded(text(provider, "id"), 12) + padded(text(circuit, "lane"), 11)
                        + padded(text(circuit, "state"), 15) + padded(number(circuit, "calls"), 7)
                        + padded(number(circuit, "rejected"), 10) + text(circuit, "since"))
            }
        }
        return lines.joined(separator: "\n")
    }

    private static func receipt(_ receipt: JSONValue?) -> [String] {
        guard let receipt else { return [] }
        var lines = providers(receipt["providers"])
        lines.append("Considered   \(number(receipt, "considered")) offers")
        for (index, attempt) in elements(receipt, "attempts").enumerated() {
            let place = attempt["step"]?.string.map { " at \($0): \(text(attempt, "detail"))" } ?? ""
            lines.append(
                "Attempt \(index + 1)    \(money(attempt["total"])) at \(text(attempt, "provider")): "
                    + "\(text(attempt, "outcome"))\(place)")
        }
        return lines
    }

    private static func providers(_ reports: JSONValue?) -> [String] {
        guard let reports else { return [] }
        return ["Providers asked"]
            + reports.elements.map { report in
                let detail = report["detail"]?.string.map { " (\($0))" } ?? ""
                return "  \(padded(text(report, "id"), 11)) \(padded(text(report, "status"), 8)) "
                    + "\(number(report, "offers")) offers in \(number(report, "latency_ms")) ms\(detail)"
            }
    }

    /// `BA175 LHR 2026-12-10T09:25 → JFK 2026-12-10T12:30`, slices apart.
    private static func route(_ itinerary: JSONValue) -> String {
        elements(itinerary, "slices").map { slice in
            elements(slice, "segments").map { segment in
                "\(text(segment, "marketing_carrier"))\(text(segment, "flight_number")) "
                    + "\(text(segment, "origin")) \(text(segment, "departs_at").prefix(16)) → "
                    + "\(text(segment, "destination")) \(text(segment, "arrives_at").prefix(16))"
            }.joined(separator: ", ")
        }.joined(separator: " | ")
    }

    private static func money(_ value: JSONValue?) -> String {
        guard let value, !value.isNull else { return "-" }
        return "\(text(value, "amount")) \(text(value, "currency"))"
    }

    static func elements(_ value: JSONValue, _ key: StaticString) -> [JSONValue] {
        value[key].map { Array($0.elements) } ?? []
    }

    static func text(_ value: JSONValue, _ key: StaticString) -> String { value[key]?.string ?? "" }

    private static func number(_ value: JSONValue, _ key: StaticString) -> String { value[key]?.rawNumber ?? "-" }

    static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}
