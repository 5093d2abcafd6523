/// What a booking did from a step on, by its timeline, without ids, amounts and times.
struct Story {
    let text: String

    /// What an answer says of an order, a payment or a refund.
    private static let states = [
        "ticketed", "held", "cancelled", "authorized", "captured", "voided", "refunded", "succeeded", "not found",
    ]

    init(_ booking: BookingView, of cell: Cell) {
        let ended = booking.timeline.filter { $0.result != "intended" }
        let isRepeated = cell.span == .lasting && !cell.step.isSentOnce
        let words = ended.drop { $0.step != cell.step.rawValue }.compactMap { Self.word($0, isRepeated: isRepeated) }
        text = Self.folded(words, isRepeated: isRepeated).joined(separator: ", ")
    }

    /// `confirm ?`, `status: held`, `release ✓`.
    ///
    /// - Parameter isRepeated: whether it is a matter of time what is refused meanwhile, by circuits too: nil then.
    private static func word(_ line: BookingView.Line, isRepeated: Bool) -> String? {
        // `duffel: order ord_1 ABCDEF held, 100.00 GBP`
        let said = line.detail.split(separator: ": ", maxSplits: 1).dropFirst().first.map(String.init) ?? ""
        switch line.result {
        case "unknown": return "\(line.step) ?"
        case "failed": return isRepeated ? nil : "\(line.step) ✗ (\(said.prefix { $0 != ":" }))"
        default: break
        }
        guard ["find", "status", "lookup", "follow"].contains(line.step) else { return "\(line.step) ✓" }
        let state = states.first { said.contains($0) } ?? "?"
        // Not yet: how often that is said is a matter of time, too.
        if isRepeated, line.step == "status", state == "ticketed" || state == "held" { return nil }
        return "\(line.step): \(state)"
    }

    /// What repeats at once is said once. So is what comes again later, where how often is a matter of time.
    private static func folded(_ words: [String], isRepeated: Bool) -> [String] {
        var folded: [String] = []
        for word in words where isRepeated ? !folded.contains(word) : folded.last != word { folded.append(word) }
        return folded
    }
}
