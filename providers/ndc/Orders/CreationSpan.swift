import FareDomain
import WireFormats

/// When the orders that are looked for were made.
struct CreationSpan {
    private let after: Timestamp
    private let before: Timestamp?

    /// - Parameter before: nil for no end.
    init(after: Timestamp, before: Timestamp?) {
        self.after = after
        self.before = before
    }

    /// To the second: many airlines tell no less.
    func contains(_ created: Timestamp) -> Bool {
        let second = created.millisecondsSinceEpoch / 1000
        guard second >= after.millisecondsSinceEpoch / 1000 else { return false }
        return before.map { second <= $0.millisecondsSinceEpoch / 1000 + 1 } ?? true
    }

    /// The first day alone: what comes is compared here, and an end in days would save nothing of the span's own day.
    func write(to writer: inout XMLWriter) {
        // The airline's calendar may be a day behind.
        let day = after.earliestDateOnEarth
        writer.element("CreationDateRange") { $0.element("StartDate", text: "\(day)") }
    }
}
