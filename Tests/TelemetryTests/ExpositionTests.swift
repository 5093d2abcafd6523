import CoreMetrics
import FareTestSupport
import Testing

@testable import Telemetry

/// The text that Prometheus reads.
struct ExpositionTests {
    @Test func theWholeTextIsAsTheFormatWantsIt() {
        let metrics = PrometheusMetrics(descriptions: [
            MetricDescription("asked_total", "How often.\nBack\\slash."),
            MetricDescription("work_seconds", "How long.", bounds: [0.5, 2]),
        ])
        Counter(label: "asked", dimensions: [("who", "a\"b\\c\nd"), ("how", "x")], factory: metrics).increment(by: 3)
        Counter(label: "asked", factory: metrics).increment()
        Meter(label: "depth", factory: metrics).set(-1.5)
        let timer = Timer(label: "work", dimensions: [("kind", "k")], factory: metrics)
        for nanoseconds in [500_000_000, 500_000_001, 3_000_000_000] { timer.recordNanoseconds(nanoseconds) }
        #expect(
            String(decoding: metrics.exposition(), as: UTF8.self) == #"""
                # HELP asked_total How often.\nBack\\slash.
                # TYPE asked_total counter
                asked_total 1
                asked_total{how="x",who="a\"b\\c\nd"} 3
                # TYPE depth gauge
                depth -1.5
                # HELP faremux_metrics_refused_total Metrics not kept: their name is taken, or there are too many.
                # TYPE faremux_metrics_refused_total counter
                faremux_metrics_refused_total 0
                # HELP work_seconds How long.
                # TYPE work_seconds histogram
                work_seconds_bucket{kind="k",le="0.5"} 1
                work_seconds_bucket{kind="k",le="2.0"} 2
                work_seconds_bucket{kind="k",le="+Inf"} 3
                work_seconds_sum{kind="k"} 4.000000001
                work_seconds_count{kind="k"} 3

                """#)
    }

    @Test(arguments: [
        (0, "0"), (-0.0, "0"), (5, "5"), (-7, "-7"), (0.1, "0.1"), (0x1p53, "9007199254740992.0"), (1e300, "1e+300"),
        (5e-324, "5e-324"), (.infinity, "+Inf"), (-.infinity, "-Inf"), (.nan, "NaN"),
    ])
    func aValueIsWrittenAsGoReadsIt(value: Double, text: String) {
        #expect(PrometheusText.number(value) == text)
    }

    @Test(arguments: [
        ("requests", "requests"), ("http.server-requests", "http_server_requests"), ("9lives", "_9lives"), ("", "_"),
        ("a:b", "a_b"), ("naïve ✈", "na_ve__"), ("a\nb\"", "a_b_"), ("__name__", "__name__"),
    ])
    func aNameIsMadeValid(raw: String, name: String) {
        #expect(MetricName(raw).text == name)
    }

    @Test func labelsAreMadeValidAndToldApart() {
        let labels = MetricLabels(
            [
                ("b", "2"), ("a", "1"), ("le", "3"), ("quantile", "4"), ("__name__", "5"), ("x-y", "6"), ("x.y", "7"),
                ("empty", ""), ("long", "äöü"), ("huge", "👨‍👩‍👧‍👦"),
            ], valueBytes: 5)
        #expect(
            labels.labels.map { "\($0.name)=\($0.value)" } == [
                "a=1", "b=2", "huge=_", "label___name__=5", "label_le=3", "label_quantile=4", "long=äö", "x_y=6",
            ])
    }

    @Test(arguments: 1...20)
    func whateverIsCountedTheTextIsInTheGrammar(seed: UInt64) throws {
        let metrics = Self.odd(seed: seed)
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.samples.count > 20, "seed \(seed)")
    }

    @Test(.enabled(if: PeerParser.isThere, "needs prometheus_client: see FAREMUX_PYTHON in the Makefile"))
    func prometheusOwnClientReadsTheSame() throws {
        for seed in UInt64(1)...5 {
            let text = Self.odd(seed: seed).exposition()
            // Not a number is not equal to itself.
            func comparable(_ samples: [Exposition.Sample]) -> Set<Exposition.Sample> {
                Set(samples.map { .init(name: $0.name, labels: $0.labels, value: $0.value.isNaN ? -4711 : $0.value) })
            }
            let ours = try Exposition(text).samples
            #expect(comparable(try PeerParser.samples(in: text)) == comparable(ours), "seed \(seed)")
        }
    }

    /// Metrics of all kinds with names, labels and values that nobody would choose.
    private static func odd(seed: UInt64) -> PrometheusMetrics {
        var generator = SeededGenerator(seed: seed)
        let words = [
            "", "a", "le", "quantile", "__name__", "x_count", "x", "x_bucket", "a.b", "a-b", "9", "é", "\n", "\"",
            "\\",
            "\\n", "\r\n", "{}", "a=\"b\"", "#", " ", "\u{0}", "✈️", "+Inf", "# TYPE a counter",
        ]
        let values: [Double] = [0, 1, -1, 0.1, 1e-9, 1e18, 1e300, .infinity, -.infinity, .nan, .leastNonzeroMagnitude]
        func any<Element>(of list: [Element]) -> Element { list[Int.random(in: list.indices, using: &generator)] }
        var limits = MetricLimits()
        limits.seriesPerName = 6
        let metrics = PrometheusMetrics(
            descriptions: words.map { MetricDescription(MetricName($0, suffix: "_total").text, "help \($0)") },
            limits: limits)
        for _ in 0..<300 {
            let label = any(of: words) + any(of: words)
            let dimensions = (0..<Int.random(in: 0...3, using: &generator)).map { _ in (any(of: words), any(of: words))
            }
            let value = any(of: values)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: Counter(label: label, dimensions: dimensions, factory: metrics).increment(by: Int64.max)
            case 1: FloatingPointCounter(label: label, dimensions: dimensions, factory: metrics).increment(by: value)
            case 2: Meter(label: label, dimensions: dimensions, factory: metrics).set(value)
            case 3: Gauge(label: label, dimensions: dimensions, factory: metrics).record(value)
            case 4:
                Recorder(label: label, dimensions: dimensions, aggregate: true, factory: metrics).record(value)
            default: Timer(label: label, dimensions: dimensions, factory: metrics).recordNanoseconds(Int64.min)
            }
        }
        return metrics
    }
}
