/// One field of the matrix: at whom, at which step, what goes wrong, and for how long.
struct Cell: Sendable, Hashable {
    /// A step of a booking, by the name that its timeline has for it.
    enum Step: String, Sendable, CaseIterable {
        case hold, order, authorize, confirm, capture, void, release, cancel, refund

        /// What the mocks' rules call it.
        var operation: String { self == .order ? "confirm" : rawValue }

        var isMoney: Bool { [.authorize, .capture, .void, .refund].contains(self) }

        /// Whether it is sent a number of times that can be told, however long something lasts.
        var isSentOnce: Bool { [.hold, .order, .confirm].contains(self) }
    }

    enum Fault: String, Sendable, CaseIterable {
        case resetAfter, hang, lateApply
        /// Later than "not found" counts as proof.
        case veryLateApply
        case resetBefore, status, garbage

        fileprivate var name: String {
            switch self {
            case .resetAfter: "reset_after"
            case .lateApply, .veryLateApply: "late_apply"
            case .resetBefore: "reset_before"
            default: rawValue
            }
        }

        /// As the document names it.
        var text: String {
            switch self {
            case .veryLateApply: "`late_apply`, after the quarantine"
            case .status: "`status` 503"
            default: "`\(name)`"
            }
        }
    }

    /// How long something goes wrong.
    enum Span: String, Sendable, CaseIterable {
        case once
        /// Until the caller has an answer, and for two seconds at least.
        case lasting
    }

    var provider: String
    var step: Step
    var fault: Fault
    var span = Span.once
    /// Whether the caller named one offer; else the cheapest is booked, and others may follow.
    var isNamed = true

    /// Who is struck.
    var mock: String { step.isMoney ? "payments" : provider }

    /// What the mock counts the struck call as. A DELETE at Amadeus' mock is a release until the order has ended.
    var operations: [String] {
        provider == "amadeus" && step == .release ? ["release", "cancel"] : [step.operation]
    }

    /// Where the booking is asked for.
    var path: String { isNamed ? "/bookings" : "/cheapest-booking" }

    /// What the mock is told.
    var rule: FaultSpec {
        FaultSpec(operation: step.operation, fault: fault.name, latency: latency, times: span == .once ? 1 : nil)
    }

    /// How long after the call it is applied. Far from whatever it could race with, so that it is the same each time: a
    /// provider is asked long before, the gateway only when the same was sent three times, and a quarantine is two
    /// seconds.
    var latency: Duration {
        switch fault {
        case .lateApply: step.isMoney ? .milliseconds(100) : .milliseconds(1000)
        case .veryLateApply: .milliseconds(3500)
        default: .zero
        }
    }

    /// Until the caller must have an answer. Where the gateway is silent for longer, what that answer is shows.
    var deadline: Duration { isSilence && step.isMoney ? .seconds(4) : .seconds(12) }

    private var isSilence: Bool { fault == .hang && span == .lasting }
}

extension Cell {
    private static let losing: [Fault] = [.resetAfter, .hang, .lateApply]

    /// Every cell: step by step, and there fault by fault.
    static let all: [Cell] = Step.allCases.flatMap { step in
        var cells = [Fault.resetAfter, .hang, .lateApply, .resetBefore, .status, .garbage].flatMap {
            everywhere(step, $0)
        }
        if [.hold, .order].contains(step) { cells += everywhere(step, .veryLateApply) }
        if step == .hold {
            cells += losing.flatMap { everywhere(step, $0, isNamed: false) }
        } else if step != .order {
            cells += losing.flatMap { everywhere(step, $0, span: .lasting) }
        }
        return cells
    }

    /// The same at each provider where it can happen.
    private static func everywhere(
        _ step: Step, _ fault: Fault, span: Span = .once, isNamed: Bool = true
    ) -> [Cell] {
        World.providers.map { Cell(provider: $0, step: step, fault: fault, span: span, isNamed: isNamed) }
            .filter(\.exists)
    }

    /// At Amadeus there are no offers that must be ticketed at once, and a lost hold can't be asked for, late or not.
    private var exists: Bool { provider != "amadeus" || (step != .order && fault != .veryLateApply) }
}

extension Cell: CustomStringConvertible {
    var description: String {
        "\(provider) \(step.rawValue) \(fault.rawValue) \(span.rawValue)\(isNamed ? "" : ", of several offers")"
    }
}
