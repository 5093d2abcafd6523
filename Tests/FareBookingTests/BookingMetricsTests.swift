import CoreMetrics
import FareDomain
import FarePorts
import FareTestSupport
import Telemetry
import Testing

@testable import FareBooking

/// What is counted of bookings.
struct BookingMetricsTests {
    private let metrics = PrometheusMetrics(descriptions: FaremuxMetrics.descriptions)
    private let duffel = ProviderID("duffel")

    @Test func aStepCountsOnceByHowItEnded() throws {
        let bookings = BookingMetrics(factory: metrics)
        for result in [JournalEntry.Result.intended, .succeeded, .intended, .unknown, .intended, .unknown] {
            bookings.stepEnded(.confirm, result: result, provider: duffel)
        }
        let exposition = try Exposition(metrics.exposition())
        let step = ["provider": "duffel", "step": "confirm"]
        #expect(exposition.value("faremux_booking_steps_total", step) == 3)
        #expect(exposition.value("faremux_booking_steps_total", ["result": "unknown"]) == 2)
    }

    @Test func aBookingsTimeIsCountedUnderItsFinalStatus() throws {
        let bookings = BookingMetrics(factory: metrics)
        bookings.bookingEnded(status: .ticketed, took: .milliseconds(1500))
        bookings.bookingEnded(status: .failed, took: .seconds(90))
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.value("faremux_booking_duration_seconds_sum", ["status": "ticketed"]) == 1.5)
        #expect(exposition.value("faremux_booking_duration_seconds_bucket", ["status": "failed", "le": "60.0"]) == 0)
        #expect(exposition.value("faremux_booking_duration_seconds_bucket", ["status": "failed", "le": "120.0"]) == 1)
    }

    @Test func recoveryAndReconciliationAreTold() throws {
        let bookings = BookingMetrics(factory: metrics)
        bookings.takenOver(count: 2)
        bookings.takenOver(count: 3)
        bookings.atWork(count: 7)
        bookings.atWork(count: 4)
        bookings.finding(kind: "orphan_hold", count: 2)
        bookings.finding(kind: "orphan_hold", count: 0)
        bookings.repaired(kind: "orphan_hold")
        bookings.reconciled(at: Timestamp(millisecondsSinceEpoch: 1_800_000_000_250))
        let exposition = try Exposition(metrics.exposition())
        #expect(exposition.value("faremux_bookings_taken_over_total") == 5)
        #expect(exposition.value("faremux_bookings_at_work") == 4)
        #expect(exposition.value("faremux_reconciliation_findings", ["kind": "orphan_hold"]) == 0)
        #expect(exposition.value("faremux_reconciliation_repairs_total", ["kind": "orphan_hold"]) == 1)
        #expect(exposition.value("faremux_reconciliation_last_run_timestamp_seconds") == 1_800_000_000.25)
    }
}
