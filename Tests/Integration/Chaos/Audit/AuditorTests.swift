import FareDomain
import Foundation
import Testing

/// The auditor can fail: every violation there is, put into clean ledgers by hand, is found and named.
@Suite struct AuditorTests {
    @Test func cleanLedgersHaveNoViolations() throws {
        #expect(Auditor.violations(in: try Accounts.clean()) == [])
    }

    @Test(arguments: Violation.Kind.allCases) func everyKindOfViolationIsFound(kind: Violation.Kind) throws {
        let all = try Doctored.books(with: kind)
        #expect(!all.isEmpty)
        for doctored in all {
            let found = Auditor.violations(in: doctored).map(\.kind)
            #expect(found.contains(kind), "found only \(found)")
        }
    }

    @Test func aLostHoldOfAmadeusMayStayUntilItsLimit() throws {
        var evidence = try Accounts.clean()
        evidence.orders.append(try Accounts.order("amadeus", "LOST01", of: Accounts.failed, attempt: 1, state: "held"))
        #expect(Auditor.violations(in: evidence) == [])
        // With its reply it is known, and must be given back.
        evidence.bookings[Accounts.failed]?.timeline.append(
            BookingView.Line(at: "", step: "hold", result: "succeeded", detail: "amadeus: order 1 LOST01 held"))
        #expect(Auditor.violations(in: evidence).map(\.kind) == [.orphanHold])
    }

    /// Where the other of two allows it, only one that was certainly there first is repeated.
    @Test func aTripIsRepeatedByWhoeverTakesItSecond() throws {
        for (stored, found) in [(3, [Violation.Kind.duplicateTrip]), (5, [])] {
            var evidence = try #require(try Doctored.books(with: .duplicateTrip).first)
            let first = Asked(
                key: "key-first", passengers: evidence.asked[0].passengers, party: evidence.asked[0].party,
                accepted: evidence.asked[0].accepted, allowsDuplicate: true, answers: evidence.asked[0].answers)
            evidence.asked[0] = first
            evidence.bookings[Accounts.ticketed]?.timeline += Accounts.trip(taken: 2, stored: stored)
            evidence.bookings["bkg_again"]?.timeline = Accounts.trip(taken: 4, stored: 6)
            #expect(Auditor.violations(in: evidence).map(\.kind).filter { $0 == .duplicateTrip } == found)
        }
    }

    @Test func whatARevivedOwnerWritesDownItMaySend() throws {
        var evidence = try Accounts.clean()
        evidence.calls[1].operation = "status"
        evidence.calls.append(Accounts.call("release", "a-1", "process-1", at: 12))
        #expect(Auditor.violations(in: evidence).map(\.kind) == [.sentAfterRevival])
        // Before the pause: by then it was somebody else's.
        for (seconds, found) in [(9, 1), (11, 0), (13, 1)] {
            var evidence = evidence
            evidence.bookings[Accounts.ticketed]?.timeline.append(
                BookingView.Line(
                    at: Date.ISO8601FormatStyle().format(Accounts.start + Double(seconds)), step: "release",
                    result: "intended", detail: "duffel"))
            #expect(Auditor.violations(in: evidence).count == found)
        }
    }

    @Test func whatAmadeusGivesBackIsKnownToThePennyBelow() throws {
        var evidence = try Accounts.clean()
        evidence.orders[2].provider = "amadeus"
        evidence.bookings[Accounts.cancelled]?.provider = "amadeus"
        evidence.orders[2].refund = try Accounts.pounds(15_002)
        #expect(Auditor.violations(in: evidence) == [])
        for wrong in [14_999, 15_003] as [Int64] {
            evidence.orders[2].refund = try Accounts.pounds(wrong)
            #expect(Auditor.violations(in: evidence).map(\.kind) == [.wrongRefund])
        }
    }

    @Test func aRefundThatComesBackIsLeftToPeopleOnceItIsTold() throws {
        var evidence = try Accounts.clean()
        evidence.asked[2].refundsFail = true
        evidence.payments[2].refunded = try Accounts.pounds(0)
        evidence.payments[2].state = "captured"
        #expect(!Auditor.violations(in: evidence).isEmpty)
        evidence.bookings[Accounts.cancelled]?.needsAttention = true
        for status in ["cancelled", "cancelling"] {
            evidence.bookings[Accounts.cancelled]?.status = status
            #expect(Auditor.violations(in: evidence) == [])
        }
        // Nobody may be without their ticket for it.
        evidence.orders[2].state = "ticketed"
        #expect(Auditor.violations(in: evidence).contains { $0.kind == .falseCancellation })
    }

    @Test func whatIsDearerInAnotherCurrencyIsJudgedAtThePinnedRate() throws {
        var evidence = try Accounts.clean()
        let euro = try #require(Currency("EUR"))
        for index in evidence.orders.indices where evidence.orders[index].bookingID == Accounts.ticketed {
            evidence.orders[index].total = Money(minorUnits: 22_000, currency: euro)
        }
        for index in evidence.payments.indices where evidence.payments[index].bookingID == Accounts.ticketed {
            evidence.payments[index].captured = Money(minorUnits: 22_000, currency: euro)
        }
        evidence.bookings[Accounts.ticketed]?.paymentAmount = Money(minorUnits: 22_000, currency: euro)
        evidence.bookings[Accounts.ticketed]?.rates = [("EUR", "GBP", "0.9")]
        #expect(Auditor.violations(in: evidence) == [])
        evidence.bookings[Accounts.ticketed]?.rates = [("EUR", "GBP", "0.91")]
        #expect(Auditor.violations(in: evidence).map(\.kind) == [.overcharged])
    }
}

/// Ledgers and answers of three bookings in which all is well: one ticketed, one failed, one cancelled.
private enum Accounts {
    static let ticketed = "bkg_ticketed"
    static let failed = "bkg_failed"
    static let cancelled = "bkg_cancelled"
    static let start = Date(timeIntervalSince1970: 1_800_000_000)

    static func pounds(_ units: Int64) throws -> Money {
        Money(minorUnits: units, currency: try #require(Currency("GBP")))
    }

    static func clean() throws -> Evidence {
        var evidence = Evidence()
        var first = try asked("a", reply(201, ticketed), reply(202, ticketed))
        first.answers.append(reply(201, ticketed))
        let second = try asked("b", reply(502, failed, outcome: "none"))
        var third = try asked("c", reply(201, cancelled))
        var refund = reply(200, cancelled)
        refund.refund = try pounds(15_000)
        refund.cancellation = "cancelled"
        var running = reply(202, cancelled)
        running.cancellation = "cancelling"
        third.cancellations = [running, refund]
        evidence.asked = [first, second, third]
        evidence.orders = [
            try order("duffel", "TICKET", of: ticketed, attempt: 2, state: "ticketed"),
            try order("amadeus", "GONE01", of: ticketed, attempt: 1, state: "released"),
            try order("ndc", "BACK01", of: nil, attempt: 1, state: "cancelled", name: "c", refund: 15_000),
        ]
        evidence.payments = [
            try payment("pi_1", of: ticketed, "captured", captured: 20_000),
            try payment("pi_2", of: failed, "voided"),
            try payment("pi_3", of: cancelled, "refunded", captured: 20_000, refunded: 15_000),
        ]
        evidence.bookings = [
            ticketed: try booking(ticketed, "ticketed", "duffel", "TICKET", payment: ("captured", "pi_1")),
            failed: try booking(failed, "failed", nil, nil, payment: ("voided", "pi_2")),
            cancelled: try booking(cancelled, "cancelled", "ndc", "BACK01", payment: ("refunded", "pi_3")),
        ]
        evidence.calls = [call("hold", "a-1", "process-1", at: 1), call("confirm", "a-1", "process-2", at: 3)]
        evidence.pauses = [
            Pause(
                paused: "process-1", other: "process-2", resumedAt: start + 10, endedAt: start + 13)
        ]
        return evidence
    }

    static func asked(_ name: String, _ answers: Reply...) throws -> Asked {
        Asked(
            key: "key-\(name)", passengers: ["X\(name)/ADA".uppercased()], party: "x\(name)",
            accepted: try pounds(20_000), allowsDuplicate: false, answers: answers)
    }

    static func reply(_ status: Int, _ booking: String?, outcome: String? = nil, code: String? = nil) -> Reply {
        var reply = Reply(sentAt: start, at: start + 5, status: status, body: Array("\(status) \(booking ?? "")".utf8))
        reply.bookingID = booking
        reply.outcome = outcome
        reply.code = code
        reply.requestID = "a-1"
        return reply
    }

    static func order(
        _ provider: String, _ locator: String, of booking: String?, attempt: Int, state: String, name: String = "a",
        refund: Int64? = nil
    ) throws -> LedgerOrder {
        var events = [LedgerOrder.Event(at: "", event: "held")]
        if state == "ticketed" || state == "cancelled" { events.append(.init(at: "", event: "ticketed")) }
        return LedgerOrder(
            provider: provider, locator: locator, reference: booking.map { "\($0)/\(attempt)" },
            passengers: ["X\(name)/ADA".uppercased()], state: state, total: try pounds(20_000), createdAt: start + 1,
            refund: try refund.map(pounds), events: events)
    }

    static func payment(
        _ id: String, of booking: String, _ state: String, captured: Int64 = 0, refunded: Int64 = 0
    ) throws -> LedgerPayment {
        LedgerPayment(
            id: id, reference: "\(booking)/1", state: state, amount: try pounds(20_000), captured: try pounds(captured),
            refunded: try pounds(refunded))
    }

    static func booking(
        _ id: String, _ status: String, _ provider: String?, _ pnr: String?, payment: (String, String)
    ) throws -> BookingView {
        var view = BookingView(
            id: id, status: status, provider: provider, pnr: pnr, total: try pounds(20_000), paymentStatus: payment.0,
            paymentReference: payment.1, paymentAmount: try pounds(20_000), flights: "BA175@\(id)", createdAt: start)
        view.attempts = [BookingView.Attempt(provider: "duffel", outcome: status, step: nil)]
        view.timeline = ["hold", "confirm"].map {
            BookingView.Line(at: "", step: $0, result: "intended", detail: "duffel")
        }
        return view
    }

    /// A candidate that is held, at so many seconds.
    static func trip(taken: Int, stored: Int) -> [BookingView.Line] {
        [("reprice", "succeeded", taken), ("hold", "intended", taken), ("hold", "succeeded", stored)].map {
            BookingView.Line(
                at: Date.ISO8601FormatStyle().format(start + Double($0.2)), step: $0.0, result: $0.1, detail: "duffel")
        }
    }

    static func call(_ operation: String, _ request: String, _ sender: String, at seconds: Double) -> Call {
        Call(mock: "duffel", operation: operation, requestID: request, sender: sender, at: start + seconds)
    }
}

/// Ledgers in which one thing is wrong.
private enum Doctored {
    /// One or more that are wrong in this way.
    static func books(with kind: Violation.Kind) throws -> [Evidence] {
        switch kind {
        case .doubleTicket:
            return [
                try books { evidence in
                    evidence.orders.append(
                        try Accounts.order("ndc", "SECOND", of: nil, attempt: 1, state: "ticketed"))
                },
                try books { evidence in
                    evidence.orders.append(
                        try Accounts.order("duffel", "SECOND", of: Accounts.ticketed, attempt: 3, state: "ticketed"))
                },
            ]
        case .ticketWithoutMoney: return [try books { $0.payments.removeFirst() }]
        case .moneyWithoutTicket:
            return [
                try books { $0.orders[0].state = "cancelled" },
                try books {
                    $0.payments.append(try Accounts.payment("pi_4", of: Accounts.failed, "captured", captured: 1))
                },
            ]
        case .overcharged:
            return [
                try books { $0.payments[0].captured = try Accounts.pounds(20_001) },
                try books {
                    $0.payments.append(try Accounts.payment("pi_4", of: Accounts.ticketed, "captured", captured: 1))
                },
            ]
        case .orphanHold:
            return try ["duffel", "ndc"].map { provider in
                try books {
                    let booking = provider == "ndc" ? nil : Accounts.failed
                    $0.orders.append(
                        try Accounts.order(provider, "ORPHAN", of: booking, attempt: 1, state: "held", name: "b"))
                }
            }
        case .authorizationLeft:
            return [try books { $0.payments.append(try Accounts.payment("pi_4", of: Accounts.failed, "authorized")) }]
        case .wrongRefund:
            return [
                try books { $0.payments[2].refunded = try Accounts.pounds(14_999) },
                try books { $0.payments[2].refunded = try Accounts.pounds(30_000) },
                try books { $0.bookings[Accounts.cancelled]?.quoted = try Accounts.pounds(14_999) },
            ]
        case .notTerminal: return [try books { $0.bookings[Accounts.failed]?.status = "pending" }]
        default: return try answers(with: kind)
        }
    }

    private static func answers(with kind: Violation.Kind) throws -> [Evidence] {
        switch kind {
        case .noFinalAnswer:
            return [
                try books { $0.asked[1].answers = [Accounts.reply(202, Accounts.failed)] },
                try books { $0.asked[2].cancellations = [Accounts.reply(202, Accounts.cancelled)] },
            ]
        case .falseSuccess:
            return [
                try books { $0.asked[1].answers = [Accounts.reply(201, Accounts.failed)] },
                try books { $0.asked[1].answers = [Accounts.reply(201, "bkg_unknown")] },
            ]
        case .falseFailure:
            return [
                try books {
                    $0.orders.append(
                        try Accounts.order("duffel", "LATE01", of: Accounts.failed, attempt: 1, state: "ticketed"))
                },
                try books {
                    $0.orders.append(
                        try Accounts.order("ndc", "LATE01", of: nil, attempt: 1, state: "ticketed", name: "b"))
                },
                try books {
                    $0.payments.append(try Accounts.payment("pi_4", of: Accounts.failed, "captured", captured: 1))
                },
                try books { $0.asked[0].answers.insert(Accounts.reply(504, nil, outcome: "none"), at: 0) },
            ]
        case .falseCancellation:
            return [
                try books { $0.asked[2].cancellations[1].refund = try Accounts.pounds(14_000) },
                try books { $0.bookings[Accounts.cancelled]?.status = "ticketed" },
                try books { $0.asked[0].cancellations = [Accounts.reply(200, Accounts.ticketed)] },
                try books { $0.asked[2].cancellations[1].refund = nil },
                try books { $0.asked[2].cancellations[1].cancellation = "quoted" },
                try books { $0.asked[2].cancellations = [Accounts.reply(409, nil, outcome: "none")] },
            ]
        case .replayDiffers:
            return [
                try books { $0.asked[0].answers[2].body = [0x20] },
                try books { $0.asked[2].cancellations.append(Accounts.reply(200, "bkg_other")) },
            ]
        case .keySplit:
            return [
                try books { evidence in
                    evidence.asked[0].answers.append(Accounts.reply(202, Accounts.failed))
                }
            ]
        case .unexpectedAnswer:
            return [
                try books { $0.asked[0].answers.append(Accounts.reply(418, nil)) },
                try books { $0.asked[0].answers.append(Accounts.reply(410, nil)) },
                try books { $0.asked[2].cancellations.append(Accounts.reply(404, nil)) },
            ]
        default: return try entries(with: kind)
        }
    }

    private static func entries(with kind: Violation.Kind) throws -> [Evidence] {
        switch kind {
        case .duplicateTrip:
            return [
                try books { evidence in
                    evidence.asked.append(try Accounts.asked("a", Accounts.reply(201, "bkg_again")))
                    evidence.orders.append(
                        try Accounts.order("duffel", "AGAIN1", of: "bkg_again", attempt: 1, state: "ticketed"))
                    evidence.payments.append(
                        try Accounts.payment("pi_4", of: "bkg_again", "captured", captured: 20_000))
                    var again = try Accounts.booking(
                        "bkg_again", "ticketed", "duffel", "AGAIN1", payment: ("captured", "pi_4"))
                    again.flights = "BA175@\(Accounts.ticketed)"
                    again.createdAt = Accounts.start + 60
                    evidence.bookings["bkg_again"] = again
                }
            ]
        case .viewDisagrees:
            return [
                try books { $0.bookings[Accounts.ticketed]?.pnr = "OTHER1" },
                try books { $0.bookings[Accounts.ticketed]?.paymentStatus = "authorized" },
                try books { $0.bookings[Accounts.ticketed]?.paymentAmount = try Accounts.pounds(1) },
                try books { $0.bookings[Accounts.ticketed]?.status = "failed" },
            ]
        case .stranger:
            return [
                try books {
                    $0.orders.append(try Accounts.order("duffel", "WHOSE1", of: "bkg_no", attempt: 1, state: "held"))
                },
                try books {
                    $0.orders.append(
                        try Accounts.order("ndc", "WHOSE1", of: nil, attempt: 1, state: "ticketed", name: "nobody"))
                },
                try books { $0.payments.append(try Accounts.payment("pi_4", of: "bkg_no", "authorized")) },
            ]
        case .sentTwice:
            return [try books { $0.calls.append(Accounts.call("confirm", "a-1", "process-2", at: 4)) }]
        case .sentAfterRevival:
            return [
                try books {
                    $0.calls[1].operation = "status"
                    $0.calls.append(Accounts.call("confirm", "a-1", "process-1", at: 11))
                }
            ]
        case .processDied: return [try books { $0.deaths = ["faremux: trapped"] }]
        default: return []
        }
    }

    private static func books(_ change: (inout Evidence) throws -> Void) throws -> Evidence {
        var evidence = try Accounts.clean()
        try change(&evidence)
        return evidence
    }
}
