import FareDomain
import FarePorts
import Foundation
import Synchronization
import WireFormats

/// One booking to which one thing happens.
final class Scene: Sendable {
    private let cell: Cell
    private let stage: Stage
    private let trail: Trail
    private let body: JSONNode
    private let key: String
    private let state: Mutex<Asked>

    /// Within which everything must be at rest once nothing goes wrong any more.
    private static let limit = Duration.seconds(25)

    init(_ cell: Cell, party: String, offer: Shelf.Offer, on stage: Stage, trail: Trail) throws {
        self.cell = cell
        self.stage = stage
        self.trail = trail
        key = "matrix-\(party)"
        let passenger = Requests.passenger(("family_name", .string(party)))
        let deadline = [JSONNode.Member("deadline_ms", .int(cell.deadline.milliseconds))]
        body =
            cell.isNamed
            ? Requests.booking(offer: offer.id, passengers: [passenger], more: deadline)
            : Requests.booking(day: offer.day, passengers: [passenger], more: deadline)
        state = Mutex(
            Asked(
                key: key, passengers: ["\(party)/ADA".uppercased()], party: party,
                accepted: try cell.isNamed ? offer.total : .plenty,
                allowsDuplicate: false, path: cell.path))
    }

    var asked: Asked { state.withLock { $0 } }

    func play() async throws -> Row {
        // A cell that was broken off may have left some.
        for name in stage.providers + ["payments"] { try await put([], at: name) }
        if cell.isCancelling {
            try await askUntilFinal(isCancelling: false)
            guard asked.answers.last?.status == 201 else {
                throw HarnessError("\(cell): not booked: \(asked.answers.last?.text ?? "")")
            }
        }
        let before = try await calls()
        try await setFaults()
        try await strike()
        try await askUntilFinal(isCancelling: cell.isCancelling)
        var row = try await settle()
        row.calls = Row.calls(try await calls() - before, in: cell)
        return row
    }

    /// How often the mock was asked for what is struck. Its log names more: quotes of cancellations too.
    private func calls() async throws -> Int {
        let counts = try await stage.mock(cell.mock).get("/__mock/requests").json
        return try cell.operations.reduce(0) { try $0 + (counts.member(named: $1)?.requireInt() ?? 0) }
    }

    // MARK: What goes wrong

    private func setFaults() async throws {
        var rules = [cell.rule]
        let refusal = FaultSpec(operation: "confirm", fault: "sold_out", times: 1)
        if cell.isUndoing, cell.mock == provider { rules.append(refusal) }
        try await put(rules, at: cell.mock)
        if cell.isUndoing, cell.mock != provider { try await put([refusal], at: provider) }
    }

    private var provider: String { cell.provider }

    private func put(_ rules: [FaultSpec], at name: String) async throws {
        let body: JSONNode = ["rules": .array(rules.map(\.node))]
        let answer = try await stage.mock(name).send(
            .put, "/__mock/faults", body: body.bytes, headers: [HTTPHeader("Content-Type", "application/json")])
        guard answer.status < 300 else { throw HarnessError("faults refused: \(answer.text)") }
    }

    /// Asks for the first time. What lasts ends afterwards.
    private func strike() async throws {
        guard cell.span == .lasting else { return await ask(isCancelling: cell.isCancelling) }
        await withDiscardingTaskGroup { group in
            group.addTask { await self.ask(isCancelling: self.cell.isCancelling) }
            for _ in 0..<200 where await self.struck() == 0 { try? await Task.sleep(for: .milliseconds(50)) }
            try? await Task.sleep(for: .seconds(2))
        }
        try await endFaults()
    }

    private func endFaults() async throws {
        let struck = await struck()
        guard struck > 0 else {
            let answers = (asked.answers + asked.cancellations).map { "\($0.status) \($0.text)" }
            throw HarnessError("\(cell): the fault never struck: \(answers)")
        }
        for name in stage.providers + ["payments"] { try await put([], at: name) }
    }

    /// How often the fault struck.
    private func struck() async -> Int {
        guard let answer = try? await stage.mock(cell.mock).get("/__mock/faults"),
            let rules = try? answer.json.elements("rules")
        else { return 0 }
        // Ours comes first.
        for rule in rules { return (try? rule.int("fired")) ?? 0 }
        return 0
    }

    // MARK: What is asked

    private func askUntilFinal(isCancelling: Bool) async throws {
        let end = ContinuousClock.now + Self.limit
        while true {
            let answers = isCancelling ? asked.cancellations : asked.answers
            if answers.last?.isFinal == true || ContinuousClock.now > end { return }
            if !answers.isEmpty { try await Task.sleep(for: .milliseconds(200)) }
            await ask(isCancelling: isCancelling)
        }
    }

    private func ask(isCancelling: Bool) async {
        let asked = asked
        let number = asked.answers.count + asked.cancellations.count + 1
        let id = asked.answers.last?.bookingID ?? ""
        let path = isCancelling ? "/bookings/\(id)/cancel" : cell.path
        let (key, requestID) = (isCancelling ? "\(key)-cancel" : key, "\(key)-\(number)")
        let sentAt = Date()
        var reply = Reply(sentAt: sentAt, at: Date(), status: 0, key: key, requestID: requestID)
        let headers = [
            HTTPHeader("Content-Type", "application/json"), HTTPHeader("X-Request-Id", requestID),
            HTTPHeader("Idempotency-Key", key),
        ]
        if let service = stage.services.first,
            let answer = try? await service.send(
                .post, path, body: (isCancelling ? [:] : body).bytes, headers: headers)
        {
            reply = Reply(answer, sentAt: sentAt, key: key, requestID: requestID)
        }
        state.withLock { [reply] in
            if isCancelling { $0.cancellations.append(reply) } else { $0.answers.append(reply) }
        }
    }

    // MARK: What came of it

    /// Waits until nobody has anything left to do, and all is well; or until it ought to be.
    private func settle() async throws -> Row {
        let end = ContinuousClock.now + Self.limit
        var evidence = Evidence()
        var violations: [Violation] = []
        var clean = 0
        repeat {
            try await Task.sleep(for: .milliseconds(100))
            let isIdle = try await isIdle()
            evidence = try await Self.evidence(of: [asked], on: stage, trail: trail)
            violations = Auditor.violations(in: evidence)
            clean = violations.isEmpty && isIdle && !isLateToCome(evidence) ? clean + 1 : 0
        } while clean < 2 && ContinuousClock.now < end
        if cell.span == .once { try await endFaults() }
        var row = Row(cell, evidence, repairs: try repairs(evidence.bookings.keys.first))
        row.violations = violations
        if clean < 2, violations.isEmpty {
            row.violations = [Violation(kind: .notTerminal, subject: "\(cell)", detail: "still at work")]
        }
        return row
    }

    /// Whether the service works on nothing.
    private func isIdle() async throws -> Bool {
        guard let service = stage.services.first else { return false }
        return try await service.get("/metrics").text.contains("\nfaremux_bookings_at_work 0")
    }

    /// Whether a mock may still apply what it was asked before.
    private func isLateToCome(_ evidence: Evidence) -> Bool {
        guard let last = evidence.calls.last(where: { $0.mock == cell.mock && $0.operation == cell.step.operation })
        else { return false }
        return Date().timeIntervalSince(last.at) < Double(cell.latency.milliseconds) / 1000 + 0.3
    }

    /// What reconciliation gave back to a booking, by the service's log.
    private func repairs(_ booking: String?) throws -> [String] {
        guard let booking else { return [] }
        let files = try FileManager.default.contentsOfDirectory(at: stage.folder, includingPropertiesForKeys: nil)
        let kinds = files.filter { $0.lastPathComponent.hasPrefix("faremux-") }
            .flatMap { (try? String(contentsOf: $0, encoding: .utf8))?.split(separator: "\n") ?? [] }
            .filter { $0.contains("action=repairing") && $0.contains("booking=\(booking)") }
            .compactMap { $0.split(separator: " ").first { $0.hasPrefix("kind=") }?.dropFirst(5) }
        return Set(kinds.map(String.init)).sorted()
    }

    /// Of some bookings, and of nobody else.
    static func evidence(of asked: [Asked], on stage: Stage, trail: Trail) async throws -> Evidence {
        var evidence = Evidence()
        evidence.asked = asked
        let ids = Set(asked.flatMap(\.bookingIDs))
        let names = Set(asked.flatMap(\.passengers))
        let requests = Set(asked.flatMap { $0.answers + $0.cancellations }.compactMap(\.requestID))
        let (orders, payments) = try await stage.ledgers()
        evidence.orders = orders.filter { order in
            order.bookingID.map(ids.contains) ?? !names.isDisjoint(with: order.passengers)
        }
        evidence.payments = payments.filter { $0.bookingID.map(ids.contains) ?? false }
        evidence.bookings = try await stage.bookings(ids)
        for name in stage.providers + ["payments"] { await trail.read(name, on: stage) }
        evidence.calls = trail.calls.filter { requests.contains($0.requestID) }
        evidence.deaths = stage.unwantedDeaths
        return evidence
    }
}

extension Money {
    /// What `Requests.booking` accepts.
    fileprivate static var plenty: Money {
        get throws {
            guard let pounds = Currency("GBP") else { throw HarnessError("no pounds") }
            return Money(minorUnits: 900_000, currency: pounds)
        }
    }
}
