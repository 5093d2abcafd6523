import Foundation

extension Trial.Outcome {
    /// One line for the list.
    var line: String {
        let statuses = Dictionary(grouping: evidence.bookings.values, by: \.status).mapValues(\.count)
        let ends = statuses.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        let kills = tally.kills.values.reduce(0, +)
        return "seed \(plan.seed): \(violations.isEmpty ? "ok" : "FAILED"), \(plan.errands.count) keys, \(ends); "
            + "\(strikes.values.reduce(0, +)) faults, \(kills) kills; settled in \(settling.milliseconds) ms, "
            + "\(took.milliseconds) ms in all"
    }

    /// What is wrong, with all that is needed to see why.
    var report: String {
        var lines = ["", "=== seed \(plan.seed): \(violations.count) violations"]
        lines += violations.map { "  ✗ \($0)" }
        lines.append("--- the plan\n\(plan)")
        let subjects = violations.map(\.subject)
        for asked in evidence.asked where isConcerned(asked, subjects) { lines += story(of: asked) }
        lines.append("--- files: \(folder.path)")
        lines.append("--- again: SEED=\(plan.seed) make chaos")
        return lines.joined(separator: "\n")
    }

    private func isConcerned(_ asked: Asked, _ subjects: [String]) -> Bool {
        subjects.contains { subject in
            subject == asked.key || subject == asked.party || asked.bookingIDs.contains(subject)
                || subject.hasPrefix(asked.key + "-")
        }
    }

    private func story(of asked: Asked) -> [String] {
        var lines = ["--- \(asked.key), \(asked.passengers.joined(separator: " "))"]
        for answer in asked.answers { lines.append("  asked \(Self.time(answer.sentAt)), \(told(answer))") }
        for answer in asked.cancellations { lines.append("  cancelled \(Self.time(answer.sentAt)), \(told(answer))") }
        for id in asked.bookingIDs.sorted() {
            guard let booking = evidence.bookings[id] else {
                lines.append("  \(id): not known to the service")
                continue
            }
            lines.append(
                "  \(id) \(booking.status) \(booking.provider ?? "-") \(booking.pnr ?? "-"), "
                    + "payment \(booking.paymentStatus) \(booking.paymentReference ?? "-")"
                    + (booking.needsAttention ? ", needs attention" : ""))
            lines += booking.timeline.map { "    \($0.at) \($0.step) \($0.result) \($0.detail)" }
        }
        let names = Set(asked.passengers)
        lines += evidence.orders.filter { !names.isDisjoint(with: $0.passengers) }.map { "  ledger: \($0.text)" }
        lines += evidence.payments.filter { asked.bookingIDs.contains($0.bookingID ?? "") }
            .map { "  ledger: \($0.text)" }
        return lines
    }

    private func told(_ answer: Reply) -> String {
        let outcome = answer.outcome.map { ", outcome \($0)" } ?? ""
        return "at \(Self.time(answer.at)) \(answer.status) \(answer.code ?? "")\(outcome) \(answer.bookingID ?? "")"
            + (answer.isReplay ? ", replayed" : "")
    }

    private static func time(_ date: Date) -> String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true).time(includingFractionalSeconds: true))
    }
}
