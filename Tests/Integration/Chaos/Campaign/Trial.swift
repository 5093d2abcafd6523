import FarePorts
import Foundation
import Glibc
import Synchronization
import WireFormats

/// One seed from its start to the audit.
struct Trial: Sendable {
    let plan: Plan
    let stage: Stage
    private let trail = Trail()
    private let caller: Caller

    /// Within which every booking must be at its end once nothing goes wrong any more.
    static let limit = Duration.seconds(60)

    struct Outcome: Sendable {
        var plan: Plan
        var folder: URL
        var evidence: Evidence
        var violations: [Violation]
        var strikes: [Trail.Strike: Int] = [:]
        var gaps = 0
        var tally = Stage.Tally()
        /// From the end of the faults to the first clean audit.
        var settling = Duration.zero
        var took = Duration.zero
    }

    /// Plays a seed. Its files are gone afterwards unless something is wrong.
    static func play(seed: UInt64, in parent: URL) async throws -> Outcome {
        let plan = Plan(seed: seed)
        let folder = parent.appendingPathComponent("seed-\(seed)")
        try? FileManager.default.removeItem(at: folder)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let stage = try await Stage(seed: seed, currency: plan.currency, folder: folder)
        let start = ContinuousClock.now
        do {
            var outcome = try await Trial(plan, on: stage).run()
            outcome.took = start.duration(to: .now)
            await stage.stop()
            if outcome.violations.isEmpty { try? FileManager.default.removeItem(at: folder) }
            return outcome
        } catch {
            await stage.stop()
            throw error
        }
    }

    private init(_ plan: Plan, on stage: Stage) {
        self.plan = plan
        self.stage = stage
        caller = Caller(plan.errands, on: stage)
    }

    private func run() async throws -> Outcome {
        let start = ContinuousClock.now
        let storm = Storm(plan, on: stage, trail: trail)
        var outcome = try await withThrowingTaskGroup(of: Void.self, returning: Outcome.self) { group in
            group.addTask { await follow() }
            for (index, errand) in plan.errands.enumerated() {
                group.addTask { await caller.run(errand, at: index, since: start) }
            }
            try await storm.run(since: start)
            caller.calm()
            let outcome = await settle(pauses: storm.pauses)
            group.cancelAll()
            try await group.waitForAll()
            return outcome
        }
        if outcome.violations.isEmpty { try await repeatAfterCrash(&outcome) }
        outcome.strikes = trail.strikes
        outcome.gaps = trail.gaps
        outcome.tally = stage.counts
        return outcome
    }

    /// Keeps the trail up to date while callers are at work.
    private func follow() async {
        while !Task.isCancelled {
            for name in Stage.mocks { await trail.read(name, on: stage) }
            stage.noteDeaths()
            try? await Task.sleep(for: .milliseconds(700))
        }
    }

    /// Audits until nothing is wrong, twice in a row, or the time is up. What a mock applies late comes before.
    private func settle(pauses: [Pause]) async -> Outcome {
        let (calm, calmSince) = (ContinuousClock.now, Date())
        var outcome = Outcome(plan: plan, folder: stage.folder, evidence: Evidence(), violations: [])
        var clean = 0
        while true {
            try? await Task.sleep(for: .milliseconds(500))
            let waited = calm.duration(to: .now)
            do {
                outcome.evidence = try await evidence(pauses: pauses, calmSince: calmSince)
                outcome.violations = Auditor.violations(in: outcome.evidence)
            } catch {
                outcome.violations = [Violation(kind: .unexpectedAnswer, subject: "a ledger", detail: "\(error)")]
            }
            if !caller.isDone, waited > Self.limit, outcome.violations.isEmpty {
                outcome.violations = [Violation(kind: .noFinalAnswer, subject: "a caller", detail: "still asks")]
            }
            clean = outcome.violations.isEmpty && caller.isDone ? clean + 1 : 0
            if clean == 1 { outcome.settling = waited }
            if clean >= 2, waited > plan.latestApplication + .milliseconds(1500) { return outcome }
            // What has happened can't be undone by waiting.
            if waited > Self.limit { return outcome }
        }
    }

    /// Everybody's last crash: the answers must survive it, to the byte.
    private func repeatAfterCrash(_ outcome: inout Outcome) async throws {
        stage.end("faremux")
        try await stage.restart("faremux")
        await caller.repeatAll()
        let end = ContinuousClock.now + Self.limit
        // Not at once: money may just have come back from a bank.
        repeat {
            let evidence = try await evidence(pauses: outcome.evidence.pauses, calmSince: outcome.evidence.calmSince)
            outcome.evidence = evidence
            outcome.violations = Auditor.violations(in: evidence)
            if outcome.violations.isEmpty { return }
            try await Task.sleep(for: .milliseconds(500))
        } while ContinuousClock.now < end
    }

    // MARK: Evidence

    private func evidence(pauses: [Pause], calmSince: Date) async throws -> Evidence {
        var evidence = Evidence()
        evidence.asked = caller.all
        (evidence.orders, evidence.payments) = try await stage.ledgers()
        let named = evidence.orders.compactMap(\.bookingID) + evidence.payments.compactMap(\.bookingID)
        evidence.bookings = try await stage.bookings(Set(evidence.asked.flatMap(\.bookingIDs)).union(named))
        for name in Stage.mocks { await trail.read(name, on: stage) }
        evidence.calls = trail.attributedCalls
        evidence.pauses = pauses
        evidence.calmSince = calmSince
        evidence.deaths = stage.unwantedDeaths
        return evidence
    }
}
