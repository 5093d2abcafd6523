/// Faremux's own metrics, as `docs/metrics.md` lists them. Who counts only knows a name; what it means is said here.
public enum FaremuxMetrics {
    public static let descriptions: [MetricDescription] = http + providers + bookings + store

    private static let http = [
        MetricDescription(
            "faremux_http_request_duration_seconds", "Time from a request to its answer, by route and status.")
    ]

    private static let providers = [
        MetricDescription(
            "faremux_provider_call_duration_seconds",
            "Time of one attempt at a call to a provider or the gateway that was sent, without its wait for a slot.",
            bounds: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15, 30]),
        MetricDescription(
            "faremux_provider_calls_refused_total",
            "Attempts that our own policies refused, such as an open circuit; nothing was sent."),
        MetricDescription("faremux_provider_retries_total", "Attempts that were not a call's first."),
    ]

    private static let bookings = [
        MetricDescription("faremux_booking_steps_total", "Steps of bookings, by how they ended."),
        MetricDescription(
            "faremux_booking_duration_seconds", "Time from a booking's creation to its end, by its final status.",
            bounds: [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 3600]),
        MetricDescription("faremux_bookings_at_work", "Bookings that this process works on now."),
        MetricDescription(
            "faremux_bookings_taken_over_total", "Bookings that nobody worked on, taken over by recovery."),
        MetricDescription(
            "faremux_reconciliation_findings",
            "What the last reconciliation found to differ between store, providers and gateway."),
        MetricDescription("faremux_reconciliation_repairs_total", "What reconciliation repaired."),
        MetricDescription(
            "faremux_reconciliation_last_run_timestamp_seconds",
            "When the last reconciliation ended, in seconds since the Unix epoch."),
    ]

    private static let store = [
        MetricDescription(
            "faremux_store_call_duration_seconds", "Time of a call to the store, with its wait for a turn.",
            bounds: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]),
        MetricDescription(
            "faremux_store_failures_total", "Calls to the store that failed; a conflict is an answer, not a failure."),
    ]
}
