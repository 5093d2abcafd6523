import FarePorts
import Foundation
import WireFormats

/// What happened in a cell. Without ids, amounts and times: it is the same whenever the service does the same.
struct Row: Sendable, Hashable {
    var cell: Cell
    /// The steps of the booking's timeline from the struck one on, with what came of each.
    var story = ""
    var first = ""
    /// Under the same key, when there was a final answer.
    var last = ""
    var booking = ""
    /// The orders of the booking in the provider's ledger.
    var orders = ""
    var payments = ""
    /// How often the struck call was made.
    var calls = ""
    /// When nothing was left to do.
    var rest = ""
    /// What is wrong.
    var violations: [Violation] = []
    /// Whether the machine stood still each time that the cell was played.
    var isDisturbed = false
}

extension Row {
    /// - Parameter repairs: what reconciliation found of the booking, and gave back to it.
    init(_ cell: Cell, _ evidence: Evidence, repairs: [String]) {
        self.cell = cell
        guard let asked = evidence.asked.first, let booking = evidence.bookings.values.first else { return }
        let answers = cell.isCancelling ? asked.cancellations : asked.answers
        first = answers.first.map(Self.told) ?? ""
        last = answers.last.map(Self.told) ?? ""
        story = Story(booking, of: cell).text
        if !repairs.isEmpty { story += "; reconciliation: " + repairs.joined(separator: ", ") }
        self.booking = "\(booking.status), payment \(booking.paymentStatus)"
        // People are told after so many failures: where something lasts, that is a matter of time.
        if booking.needsAttention, cell.span == .once { self.booking += ", needs attention" }
        orders = Self.tally(evidence.orders.map(\.state))
        payments = Self.tally(evidence.payments.map(\.state))
        rest = rest(repairs)
    }

    /// By what had to pass first, as the timeline has it. No clock is read: it would be another each time.
    private func rest(_ repairs: [String]) -> String {
        if !repairs.isEmpty { return "by reconciliation" }
        if orders.contains("held") { return "at the order's own limit" }
        // Found or not: it is asked at once, and again when that is proof.
        if story.contains("find: not found") { return "after the quarantine" }
        if first.hasPrefix("202") { return "after the first answer" }
        return cell.fault == .hang ? "after the time-out" : "at once"
    }

    /// How often is a matter of time where something lasts and is sent again and again.
    static func calls(_ count: Int, in cell: Cell) -> String {
        cell.span == .lasting && !cell.step.isSentOnce && count > 1 ? "several" : "\(count)"
    }

    private static func told(_ answer: Reply) -> String {
        [
            "\(answer.status)", answer.code ?? answer.bookingStatus,
            answer.outcome.map { "(outcome \($0))" },
        ].compactMap(\.self).joined(separator: " ")
    }

    /// `ticketed`, `2 released`, `none`.
    private static func tally(_ states: [String]) -> String {
        let counts = Dictionary(grouping: states, by: \.self).mapValues(\.count).sorted { $0.key < $1.key }
        let words = counts.map { $0.value == 1 ? $0.key : "\($0.value) \($0.key)" }
        return words.isEmpty ? "none" : words.joined(separator: ", ")
    }
}

extension Cell {
    var isCancelling: Bool { step == .cancel || step == .refund }
    /// Whether the booking is to fail at its confirmation, so that it is undone.
    var isUndoing: Bool { step == .void || step == .release }
}

extension Reply {
    /// Of a booking: `ticketed`.
    fileprivate var bookingStatus: String? {
        try? JSONDocument(PaddedBytes(body)).root.present("status")?.string
    }
}
