public import CoreMetrics
import Synchronization

/// Keeps what is counted and measured through swift-metrics, and tells it in Prometheus' text format.
///
/// Counters, floating-point counters, meters and recorders without aggregation are lines; timers, in seconds, and
/// recorders with aggregation are histograms. A counter's name ends in `_total`, a timer's in `_seconds`: they get that
/// where they don't.
///
/// Making a metric that exists finds its series again, under a short lock. Counting takes no lock and no memory.
public final class PrometheusMetrics: MetricsFactory {
    /// What HTTP is to call the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private let registry: Mutex<Registry>
    private let collectors = Mutex<[any MetricsCollector]>([])

    /// - Parameter descriptions: of those metrics that have a help text or bounds of their own.
    public init(descriptions: [MetricDescription] = [], limits: MetricLimits = MetricLimits()) {
        registry = Mutex(Registry(descriptions: descriptions, limits: limits))
    }

    /// Asks `collector` at each scrape, too. A metric of its that has the name of another is left out.
    public func add(_ collector: any MetricsCollector) { collectors.withLock { $0.append(collector) } }

    /// Everything as it is now, in UTF-8, for `contentType`.
    public func exposition() -> [UInt8] {
        let (families, refused) = registry.withLock { ($0.families.values, $0.refused) }
        var told = families.map { family in
            MetricFamily(
                name: family.name, kind: family.shape.kind, help: family.help,
                samples: family.series.map { .init(labels: $0.key, value: $0.value.value) })
        }
        var taken = Set(told.flatMap { MetricFamily.lineNames(of: $0.name, $0.kind) })
        let own = MetricFamily(
            Registry.refusals.text, .counter,
            help: "Metrics not kept: their name is taken, or there are too many.", Double(refused))
        for family in [own] + collectors.withLock({ $0 }).flatMap({ $0.collect() }) {
            guard taken.insert(family.name.text).inserted else { continue }
            told.append(family)
        }
        return PrometheusText.write(told)
    }

    private func series<Found: Series>(
        _ shape: MetricShape, _ label: String, _ dimensions: [(String, String)]
    ) -> Found? {
        registry.withLock { $0.series(SeriesID(shape: shape, label: label, dimensions: dimensions)) } as? Found
    }

    private func forget(_ handler: AnyObject) { registry.withLock { $0.forget(handler) } }
}

extension PrometheusMetrics {
    public func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        let series: CounterSeries? = series(.counter, label, dimensions)
        return series ?? NOOPMetricsHandler.instance
    }

    public func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler {
        let series: CounterSeries? = series(.counter, label, dimensions)
        return series ?? UncountedAmounts()
    }

    public func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        let series: GaugeSeries? = series(.gauge, label, dimensions)
        return series ?? NOOPMetricsHandler.instance
    }

    public func makeRecorder(
        label: String, dimensions: [(String, String)], aggregate: Bool
    ) -> any RecorderHandler {
        if aggregate {
            let series: HistogramSeries? = series(.amounts, label, dimensions)
            return series ?? NOOPMetricsHandler.instance
        }
        let series: GaugeSeries? = series(.gauge, label, dimensions)
        return series ?? NOOPMetricsHandler.instance
    }

    public func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        let series: HistogramSeries? = series(.seconds, label, dimensions)
        return series ?? NOOPMetricsHandler.instance
    }

    public func destroyCounter(_ handler: any CounterHandler) { forget(handler) }
    public func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) { forget(handler) }
    public func destroyMeter(_ handler: any MeterHandler) { forget(handler) }
    public func destroyRecorder(_ handler: any RecorderHandler) { forget(handler) }
    public func destroyTimer(_ handler: any TimerHandler) { forget(handler) }
}

/// A floating-point counter that is not kept.
private final class UncountedAmounts: FloatingPointCounterHandler {
    func increment(by amount: Double) {}
    func reset() {}
}
