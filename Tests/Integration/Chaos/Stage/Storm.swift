import FarePorts
import Foundation
import Glibc
import Synchronization
import WireFormats

/// Does to the stage what the plan says: faults, kills, pauses.
final class Storm: Sendable {
    private let stage: Stage
    private let trail: Trail
    private let plan: Plan
    /// What each mock should have: a killed one comes back without.
    private let rules = Mutex<[String: [FaultSpec]]>([:])
    private let recorded = Mutex<[Pause]>([])

    init(_ plan: Plan, on stage: Stage, trail: Trail) {
        self.plan = plan
        self.stage = stage
        self.trail = trail
    }

    var pauses: [Pause] { recorded.withLock { $0 } }

    /// Until the plan's end; then everybody is up again, and nothing goes wrong any more.
    func run(since start: ContinuousClock.Instant) async throws {
        try await withThrowingDiscardingTaskGroup { group in
            for name in Stage.mocks {
                let spells = plan.spells.filter { $0.mock == name }
                group.addTask {
                    for spell in spells {
                        try await Task.sleep(until: start + spell.at)
                        await self.set(spell.rules, at: name)
                    }
                }
            }
            // One after another at each program, at once at different ones.
            for name in Stage.mocks + ["faremux"] {
                let blows = plan.blows.filter { $0.kind == .kill(name) || ($0.kind == .pause && name == "faremux") }
                group.addTask {
                    for blow in blows {
                        try await Task.sleep(until: start + blow.at)
                        try await self.strike(blow, at: name)
                    }
                }
            }
        }
        try await Task.sleep(until: start + plan.stormLasts)
        for name in Stage.mocks { await set([], at: name) }
    }

    private func set(_ new: [FaultSpec], at name: String) async {
        rules.withLock { $0[name] = new }
        await trail.read(name, on: stage)
        trail.settleStrikes(of: name)
        // A mock that is down gets them when it is back.
        guard stage.isUp(name) else { return }
        await put(new, at: name)
    }

    private func put(_ rules: [FaultSpec], at name: String) async {
        let body: JSONNode = ["rules": .array(rules.map(\.node))]
        _ = try? await stage.mock(name).send(
            .put, "/__mock/faults", body: body.bytes, headers: [HTTPHeader("Content-Type", "application/json")],
            timeout: .seconds(5))
    }

    private func strike(_ blow: Plan.Blow, at name: String) async throws {
        if blow.kind == .pause { return try await pause(blow) }
        if name != "faremux" { await trail.read(name, on: stage) }
        stage.end(name)
        trail.forgetWindow(of: name)
        try await Task.sleep(for: blow.lasts)
        try await stage.restart(name)
        if let rules = rules.withLock({ $0[name] }), !rules.isEmpty { await put(rules, at: name) }
    }

    /// The owner sleeps past its lease, somebody else takes over, and the owner wakes up as if nothing had been.
    private func pause(_ blow: Plan.Blow) async throws {
        let (paused, start) = (stage.sender(of: "faremux"), ContinuousClock.now)
        stage.signal("faremux", SIGSTOP)
        await trail.read("amadeus", on: stage)
        trail.ownTokens(by: paused)
        stage.hide("faremux")
        try await stage.startRival()
        let other = stage.sender(of: "rival")
        try await Task.sleep(until: start + blow.lasts)
        await trail.read("amadeus", on: stage)
        trail.ownTokens(by: other)
        let resumedAt = Date()
        stage.signal("faremux", SIGCONT)
        stage.show("faremux")
        try await Task.sleep(for: .seconds(3))
        for name in Stage.mocks { await trail.read(name, on: stage) }
        stage.end(blow.otherStays ? "faremux" : "rival")
        recorded.withLock {
            $0.append(Pause(paused: paused, other: other, resumedAt: resumedAt, endedAt: Date()))
        }
        if blow.otherStays { stage.promoteRival() } else { stage.forgetRival() }
    }
}
