import FareDomain
import Testing

@testable import MockServers

struct FaultEngineTests {
    private func engine(_ rules: [FaultRule], seed: UInt64 = 1) -> FaultEngine {
        let engine = FaultEngine(seed: seed)
        engine.replace(with: rules)
        return engine
    }

    private func rule(
        _ fault: FaultKind, on operation: MockOperation? = nil, after: Int = 0, times: Int? = nil,
        probability: Double = 1
    ) -> FaultRule {
        var rule = FaultRule(operation: operation, fault: fault)
        rule.after = after
        rule.times = times
        rule.probability = probability
        return rule
    }

    @Test func theFirstRuleThatFiresWins() {
        let engine = engine([rule(.hang, on: .hold), rule(.status), rule(.latency)])
        #expect(engine.decide(.confirm)?.fault == .status)
        #expect(engine.decide(.hold)?.fault == .hang)
        #expect(engine.rules.map(\.fired) == [1, 1, 0])
    }

    @Test func aRuleThatDoesNotFireLeavesTheNextItsTurn() {
        let engine = engine([rule(.status, on: .hold, times: 1), rule(.hang, on: .hold)])
        #expect(engine.decide(.hold)?.fault == .status)
        #expect(engine.decide(.hold)?.fault == .hang)
    }

    @Test func afterSkipsMatchesAlsoWhereAnotherRuleFired() {
        let engine = engine([rule(.status, times: 1), rule(.hang, after: 1, times: 1)])
        #expect([1, 2, 3].map { _ in engine.decide(.hold)?.fault } == [.status, .hang, nil])
    }

    @Test func pairsWithoutSenseNeverFireAndAreNeverCounted() {
        let engine = engine([
            rule(.storedError, times: 1), rule(.soldOut, after: 1), rule(.decline), rule(.lateApply),
            rule(.expireEarly),
        ])
        #expect(engine.decide(.search) == nil)
        #expect(engine.decide(.status) == nil)
        #expect(engine.decide(.hold)?.fault == .lateApply, "the search was no match of sold_out")
        #expect(engine.decide(.hold)?.fault == .soldOut)
        #expect(engine.decide(.refund)?.fault == .storedError, "it is the payment gateway's alone")
        #expect(engine.decide(.authorize)?.fault == .decline)
    }

    @Test func probabilityIsDrawnFromTheSeed() {
        let draws = { (seed: UInt64) in
            let engine = self.engine([self.rule(.status, probability: 0.3)], seed: seed)
            return (0..<1000).map { _ in engine.decide(.search) != nil }
        }
        #expect(draws(5) == draws(5))
        #expect(draws(5) != draws(6))
        #expect((250...350).contains(draws(5).count { $0 }), "seed 5")
    }

    @Test(arguments: [
        #"{"rules":[{"operation":"hold","fault":"explode"}]}"#, #"{"rules":[{"operation":"fly","fault":"hang"}]}"#,
        #"{"rules":[{"operation":"*","fault":"hang","probability":1.5}]}"#, #"{"rules":{}}"#, "no",
        #"{"rules":[{"operation":"*","fault":"hang","chance":1}]}"#,
    ])
    func rulesThatCannotBeMeantAreRefused(body: String) {
        #expect(throws: (any Error).self) { try FaultRule.rules(from: Array(body.utf8)) }
    }

    @Test func everyFieldOfARuleIsRead() throws {
        let body = """
            {"rules":[{"operation":"hold","fault":"price_change","probability":0.5,"after":2,"times":null,\
            "latency_ms":250,"status":502,"percent":-5}]}
            """
        var expected = rule(.priceChange, on: .hold, after: 2, probability: 0.5)
        expected.latency = .milliseconds(250)
        expected.status = 502
        expected.percent = -5
        #expect(try FaultRule.rules(from: Array(body.utf8)) == [expected])
    }
}
