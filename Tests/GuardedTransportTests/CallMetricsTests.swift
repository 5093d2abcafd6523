import CoreMetrics
import FareDomain
import FarePorts
import FareTestSupport
import GuardedTransport
import Resilience
import Telemetry
import Testing

/// What is counted of the calls to providers.
struct CallMetricsTests {
    private let metrics = PrometheusMetrics(descriptions: FaremuxMetrics.descriptions)

    private func end(_ outcome: CallAttempt.Outcome, number: Int = 1) {
        CallMetrics(factory: metrics).attemptEnded(
            CallAttempt(
                provider: ProviderID("duffel"), operation: .hold, lane: .booking, number: number, outcome: outcome,
                waited: .seconds(5), duration: .milliseconds(250)))
    }

    @Test(arguments: [
        (CallAttempt.Outcome.answered(status: 200), "2xx"), (.answered(status: 304), "3xx"),
        (.answered(status: 422), "4xx"), (.answered(status: 429), "429"), (.answered(status: 503), "5xx"),
        (.answered(status: 42), "other"), (.failed(.timedOut), "timed_out"),
    ])
    func aSentCallIsTimedByItsOutcome(outcome: CallAttempt.Outcome, label: String) throws {
        end(outcome)
        let exposition = try Exposition(metrics.exposition())
        let labels = ["provider": "duffel", "operation": "hold", "outcome": label]
        #expect(exposition.value("faremux_provider_call_duration_seconds_count", labels) == 1)
        #expect(exposition.value("faremux_provider_call_duration_seconds_sum", labels) == 0.25)
        #expect(exposition.value("faremux_provider_calls_refused_total") == nil)
        #expect(exposition.value("faremux_provider_retries_total") == nil)
    }

    @Test func aRefusedCallIsCountedAndNotTimed() throws {
        end(.refused(.circuitOpen))
        let exposition = try Exposition(metrics.exposition())
        let labels = ["provider": "duffel", "lane": "booking", "reason": "circuit_open"]
        #expect(exposition.value("faremux_provider_calls_refused_total", labels) == 1)
        #expect(exposition.value("faremux_provider_call_duration_seconds_count") == nil)
    }

    @Test func everyAttemptAfterTheFirstIsARetry() throws {
        for number in 1...3 { end(.answered(status: 503), number: number) }
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.value("faremux_provider_retries_total", ["provider": "duffel", "operation": "hold"]) == 2)
        #expect(exposition.value("faremux_provider_call_duration_seconds_count") == 3)
    }

    @Test func aGuardTellsOfWhatItSends() async throws {
        let clock = ManualClock()
        let fake = FakeTransport(clock: clock) { _, index in index == 0 ? .answer(503) : .answer(200) }
        let guarded = GuardedTransport(
            fake, provider: ProviderID("ndc"), configuration: GuardConfiguration(), clock: clock, wallClock: clock,
            observer: CallMetrics(factory: metrics), generator: SeededGenerator(seed: 1))
        let deadline = clock.now.advanced(by: .seconds(8))
        let request = HTTPRequest(.get, "http://127.0.0.1/", operation: .search, effect: .read, deadline: deadline)
        let status = await clock.runAdvancing { try? await guarded.send(request).status }
        #expect(status == 200)
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.value("faremux_provider_call_duration_seconds_count", ["outcome": "5xx"]) == 1)
        #expect(exposition.value("faremux_provider_call_duration_seconds_count", ["outcome": "2xx"]) == 1)
        #expect(exposition.value("faremux_provider_retries_total", ["provider": "ndc", "operation": "search"]) == 1)
    }
}
