import Foundation

/// The mocks' request logs against what the service wrote down.
extension Auditor {
    /// The calls that are sent once, and the steps of a booking that make them.
    private static let once: [(operation: String, steps: Set<String>)] = [
        ("hold", ["hold"]), ("confirm", ["confirm", "order"]),
    ]

    /// Whatever may be sent once is written down before each time that it is sent.
    mutating func auditCalls() {
        for booking in evidence.bookings.values.sorted(by: { $0.id < $1.id }) {
            let requestIDs = Set(booking.requestIDs(in: evidence))
            for (operation, steps) in Self.once {
                for provider in Set(booking.attempts.map(\.provider)).sorted() {
                    let sent = evidence.calls.filter {
                        $0.mock == provider && $0.operation == operation && requestIDs.contains($0.requestID)
                    }
                    let written = booking.timeline.filter { line in
                        line.result == "intended" && steps.contains(line.step) && line.detail.hasPrefix(provider)
                    }
                    guard sent.count > written.count else { continue }
                    report(
                        .sentTwice, booking.id,
                        "\(operation) at \(provider) sent \(sent.count) times, written down \(written.count) times")
                }
            }
        }
    }

    /// What another process has taken over, its former owner leaves alone.
    ///
    /// It may come by work of the same booking again: by a wish to cancel, or by what reconciliation found. That is
    /// written down first, which a former owner can't do.
    mutating func auditPauses() {
        for pause in evidence.pauses {
            let taken = Set(
                evidence.calls.filter { $0.sender == pause.other && $0.at < pause.resumedAt }.map(\.requestID))
            for call in evidence.calls where call.sender == pause.paused && call.isChange {
                guard taken.contains(call.requestID), call.at > pause.resumedAt, call.at < pause.endedAt else {
                    continue
                }
                guard !isWritten(call, since: pause.resumedAt) else { continue }
                report(.sentAfterRevival, call.requestID, "\(call.operation) at \(call.mock) by \(call.sender)")
            }
        }
    }
}

extension Auditor {
    /// The steps that make a call, where they aren't called the same. The mocks tell by the order whether it is given
    /// back held or ticketed.
    private static let steps = [
        "confirm": ["confirm", "order"], "release": ["release", "cancel"], "cancel": ["cancel", "release"],
    ]

    private func isWritten(_ call: Call, since start: Date) -> Bool {
        let steps = Self.steps[call.operation] ?? [call.operation]
        return evidence.bookings.values.contains { booking in
            booking.requestIDs(in: evidence).contains(call.requestID)
                && booking.timeline.contains { line in
                    guard line.result == "intended", steps.contains(line.step), let at = Instant.date(line.at)
                    else { return false }
                    return at >= start && at <= call.at
                }
        }
    }
}

extension BookingView {
    /// The request ids that its calls carry.
    ///
    /// A booking has that of the request that began it, which is one of those under its key.
    func requestIDs(in evidence: Evidence) -> [String] {
        evidence.asked.filter { $0.bookingIDs.contains(id) && $0.bookingIDs.count == 1 }
            .flatMap { asked in asked.answers.compactMap(\.requestID) }
    }
}
