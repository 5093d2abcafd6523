import CoreMetrics
import FareHTTP
import Telemetry

/// Sets up what counts, and how it is told.
enum MetricsAssembly {
    /// Makes everything that is created from now on count into what is returned. Once a process.
    ///
    /// - Parameter series: of one metric, at most.
    static func bootstrap(series: Int) -> PrometheusMetrics {
        var limits = MetricLimits()
        limits.seriesPerName = series
        let metrics = PrometheusMetrics(descriptions: FaremuxMetrics.descriptions, limits: limits)
        MetricsSystem.bootstrap(metrics)
        metrics.add(ProcessMetrics())
        metrics.add(BuildInformation())
        return metrics
    }

    static func endpoint(_ metrics: PrometheusMetrics) -> FareHTTPServer.Exposition {
        FareHTTPServer.Exposition(contentType: PrometheusMetrics.contentType) { metrics.exposition() }
    }
}

/// Which version runs.
private struct BuildInformation: MetricsCollector {
    func collect() -> [MetricFamily] {
        [
            MetricFamily(
                "faremux_build_info", .gauge, help: "Always 1; the label says which version runs.",
                [([("version", faremuxVersion)], 1)])
        ]
    }
}
