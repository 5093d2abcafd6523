import CoreMetrics
import FareTestSupport
import Telemetry
import Testing

/// What is kept of what is counted.
struct PrometheusMetricsTests {
    private let metrics = PrometheusMetrics()

    private func read(_ metrics: PrometheusMetrics? = nil) throws -> Exposition {
        try Exposition((metrics ?? self.metrics).exposition())
    }

    @Test func aCounterOnlyRises() throws {
        let counter = Counter(label: "c_total", factory: metrics)
        counter.increment(by: 5)
        counter.increment(by: -3)
        let fractions = FloatingPointCounter(label: "c", factory: metrics)
        for amount in [0.25, -1, .nan, .infinity] { fractions.increment(by: amount) }
        #expect(try read().value("c_total") == 5.25)
        counter.reset()
        #expect(try read().value("c_total") == 0)
    }

    @Test func aGaugeIsWhatItWasToldLast() throws {
        let meter = Meter(label: "m", factory: metrics)
        meter.set(10)
        meter.increment(by: 2.5)
        meter.decrement(by: 1)
        let gauge = Gauge(label: "g", factory: metrics)
        gauge.record(3)
        gauge.record(-4)
        #expect(try read().value("m") == 11.5)
        #expect(try read().value("g") == -4)
    }

    @Test func aHistogramPutsAValueBelowTheBoundThatItEquals() throws {
        let metrics = PrometheusMetrics(descriptions: [
            MetricDescription("r", "", bounds: [10, .infinity, 1, 10, .nan])
        ])
        let recorder = Recorder(label: "r", aggregate: true, factory: metrics)
        for value in [-1, 1, 1.5, 10, 10.5, .nan, .infinity, -.infinity] { recorder.record(value) }
        let exposition = try read(metrics)
        #expect(exposition.value("r_bucket", ["le": "1.0"]) == 2)
        #expect(exposition.value("r_bucket", ["le": "10.0"]) == 4)
        #expect(exposition.value("r_bucket", ["le": "+Inf"]) == 5)
        #expect(exposition.value("r_sum") == 22)
    }

    @Test func aTimerCountsSecondsAndNoneBelowZero() throws {
        let timer = Timer(label: "t", factory: metrics)
        for nanoseconds in [1_500_000_000, -1] as [Int64] { timer.recordNanoseconds(nanoseconds) }
        let exposition = try read()
        #expect(exposition.value("t_seconds_sum") == 1.5)
        #expect(exposition.value("t_seconds_bucket", ["le": "0.001"]) == 1)
        #expect(exposition.value("t_seconds_bucket", ["le": "1.0"]) == 1)
        #expect(exposition.value("t_seconds_bucket", ["le": "2.5"]) == 2)
    }

    @Test func theSameSeriesIsFoundAgain() throws {
        let names = [
            [("a", "1"), ("b", "2")], [("b", "2"), ("a", "1")], [("a", "1"), ("c", ""), ("b", "2"), ("a", "3")],
        ]
        for dimensions in names + names {
            Counter(label: "c", dimensions: dimensions, factory: metrics).increment()
        }
        #expect(try read().value("c_total", ["a": "1", "b": "2"]) == 6)
        #expect(try read().samples.count { $0.name == "c_total" } == 1)
    }

    @Test func pastTheLimitEverythingCountsIntoOneSeries() throws {
        var limits = MetricLimits()
        limits.seriesPerName = 3
        let metrics = PrometheusMetrics(limits: limits)
        for round in 0..<2 {
            for id in 0..<1000 {
                Counter(label: "c", dimensions: [("id", "\(id)")], factory: metrics).increment()
                Timer(label: "t", dimensions: [("id", "\(id)"), ("round", "\(round)")], factory: metrics)
                    .recordNanoseconds(1)
            }
        }
        let exposition = try read(metrics)
        #expect(exposition.samples.count { $0.name == "c_total" } == 4)
        #expect(exposition.value("c_total", ["id": "2"]) == 2)
        #expect(exposition.value("c_total", ["overflow": "true"]) == 1994)
        #expect(exposition.value("t_seconds_count", ["overflow": "true"]) == 1997)
    }

    @Test func anotherKindUnderOneNameIsRefusedAndCounted() throws {
        Timer(label: "x", factory: metrics).recordNanoseconds(1)
        Meter(label: "x_seconds", factory: metrics).set(1)
        Meter(label: "x_seconds_count", factory: metrics).set(1)
        Recorder(label: "x_seconds_sum", factory: metrics).record(1)
        FloatingPointCounter(label: "faremux_metrics_refused", factory: metrics).increment(by: 100)
        let exposition = try read()
        #expect(exposition.value("x_seconds_count") == 1)
        #expect(exposition.families.map(\.name) == ["faremux_metrics_refused_total", "x_seconds"])
        #expect(exposition.value("faremux_metrics_refused_total") == 4)
    }

    @Test func thereAreNoMoreMetricsThanTheLimit() throws {
        var limits = MetricLimits()
        limits.names = 2
        let metrics = PrometheusMetrics(limits: limits)
        for index in 0..<10 { Counter(label: "c\(index)", factory: metrics).increment() }
        #expect(try read(metrics).families.map(\.name) == ["c0_total", "c1_total", "faremux_metrics_refused_total"])
        #expect(try read(metrics).value("faremux_metrics_refused_total") == 8)
    }

    @Test func aDestroyedMetricIsGoneAndItsNameIsFree() throws {
        let gone = Counter(label: "x", dimensions: [("a", "1")], factory: metrics)
        gone.increment()
        gone.destroy()
        #expect(try read().value("x_total") == nil)
        Meter(label: "x_total", dimensions: [("a", "1")], factory: metrics).set(7)
        #expect(try read().value("x_total") == 7)
    }

    @Test func countingFromManyTasksLosesNothingWhileItIsRead() async throws {
        let metrics = metrics
        let (tasks, rounds) = (8, 5000)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<tasks {
                group.addTask {
                    let floating = FloatingPointCounter(label: "f", factory: metrics)
                    let timer = Timer(label: "t", dimensions: [("task", "\(task % 2)")], factory: metrics)
                    for _ in 0..<rounds {
                        Counter(label: "c", factory: metrics).increment()
                        floating.increment(by: 0.5)
                        timer.recordNanoseconds(1_000_000_000)
                    }
                }
            }
            for _ in 0..<50 { _ = try Exposition(metrics.exposition()) }
            try await group.waitForAll()
        }
        let total = Double(tasks * rounds)
        let exposition = try read()
        #expect(exposition.value("c_total") == total)
        #expect(exposition.value("f_total") == total / 2)
        #expect(exposition.value("t_seconds_count") == total)
        #expect(exposition.value("t_seconds_sum") == total)
    }

    private struct Collector: MetricsCollector {
        var families: [MetricFamily]
        func collect() -> [MetricFamily] { families }
    }

    @Test func aCollectorsNumbersAreToldUnlessTheirNameIsTaken() throws {
        Timer(label: "t", factory: metrics).recordNanoseconds(1)
        metrics.add(
            Collector(families: [
                MetricFamily("depth", .gauge, help: "d", [([("q", "a")], 1), ([("q", "a")], 2), ([("q", "b")], .nan)]),
                MetricFamily("seen", .counter, help: "s", 3), MetricFamily("t_seconds_count", .gauge, help: "t", 4),
                MetricFamily("none", .gauge, help: "n", []),
            ]))
        let exposition = try read()
        #expect(exposition.value("depth", ["q": "a"]) == 1)
        #expect(exposition.value("depth", ["q": "b"])?.isNaN == true)
        #expect(exposition.value("seen_total") == 3)
        #expect(exposition.value("t_seconds_count") == 1)
        #expect(!exposition.families.contains { $0.name == "none" })
    }
}
