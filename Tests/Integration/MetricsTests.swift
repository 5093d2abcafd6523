import FarePorts
import FareTestSupport
import Foundation
import Testing
import WireFormats

/// `/metrics` of the running service.
@Suite(.serialized) struct MetricsTests {
    private func scrape(_ world: World) async throws -> Exposition {
        let answer = try await world.service.get("/metrics")
        #expect(answer.status == 200)
        #expect(answer.header("Content-Type") == "text/plain; version=0.0.4; charset=utf-8")
        return try Exposition(answer.bytes)
    }

    @Test func aBookingIsCountedAndNobodyInItIsNamed() async throws {
        try await World.run { world in
            let before = try await scrape(world)
            let key = "a-key-nobody-else-has"
            let answer = try await world.service.post(
                "/cheapest-booking", Requests.booking(), headers: Requests.key(key))
            #expect(answer.status == 201)
            let after = try await scrape(world)
            func rise(_ name: String, _ labels: [String: String]) -> Double {
                (after.value(name, labels) ?? 0) - (before.value(name, labels) ?? 0)
            }
            let requests = "faremux_http_request_duration_seconds_count"
            #expect(rise(requests, ["method": "POST", "route": "/cheapest-booking", "status": "201"]) == 1)
            #expect(rise(requests, ["method": "GET", "route": "/metrics", "status": "200"]) == 1)
            let calls = "faremux_provider_call_duration_seconds_count"
            for name in World.providers {
                #expect(rise(calls, ["provider": name, "operation": "search", "outcome": "2xx"]) >= 1, "\(name)")
            }
            for operation in ["authorize", "capture"] {
                #expect(rise(calls, ["provider": "payments", "operation": operation, "outcome": "2xx"]) == 1)
            }
            let provider = try answer.json.string("provider")
            #expect(rise(calls, ["provider": provider, "operation": "confirm"]) == 1)
            // Before each of hold, authorize, confirm and capture.
            #expect(rise("faremux_store_call_duration_seconds_count", ["operation": "write"]) >= 4)
            #expect(after.value("faremux_circuit_state", ["lane": "booking", "state": "closed"]) == 4)
            #expect(after.value("faremux_provider_calls_in_flight") == 0)
            #expect(after.value("faremux_metrics_refused_total") == 0)
            try expectNothingPersonal(in: after, of: answer.json, key: key)
            try expectDocumented(after)
        }
    }

    /// No label tells of one booking, or of anybody in it.
    private func expectNothingPersonal(in exposition: Exposition, of booking: JSONValue, key: String) throws {
        let payment = try booking.require("payment").string("reference")
        let secrets = [
            try booking.string("id"), try booking.string("pnr"), payment, key, "Ada", "Lovelace", "1985", "ada@example",
            "+4420", "pm_card_visa",
        ]
        for value in Set(exposition.samples.flatMap(\.labels.values)) {
            for secret in secrets {
                #expect(!value.localizedCaseInsensitiveContains(secret), "\(value)")
            }
        }
    }

    /// Every metric is in `docs/metrics.md`, under its kind, and explains itself.
    private func expectDocumented(_ exposition: Exposition) throws {
        let page = try String(
            contentsOf: BuiltProgram.project.appendingPathComponent("docs/metrics.md"), encoding: .utf8)
        for family in exposition.families {
            #expect(family.help != nil, "\(family.name)")
            #expect(page.contains("| `\(family.name)` | \(family.kind) |"), "\(family.name)")
        }
    }

    @Test func whatCallersMakeUpIsNoLabel() async throws {
        try await World.run { world in
            for index in 0..<5 {
                _ = try await world.service.get("/made-up-\(index)")
                _ = try await world.service.get("/bookings/bkg_made-up-\(index)")
                _ = try await world.service.send(.delete, "/health/made-up-\(index)")
            }
            let exposition = try await scrape(world)
            let requests = exposition.samples.filter { $0.name == "faremux_http_request_duration_seconds_count" }
            #expect(!requests.contains { $0.labels.values.contains { $0.contains("made-up") } })
            #expect(requests.contains { $0.labels["status"] == "404" && $0.value == 5 })
        }
    }

    @Test func aDeadProviderShows() async throws {
        try await World.run { world in
            world.kill("ndc")
            _ = try await world.service.post("/search", Requests.search())
            let exposition = try await scrape(world)
            let failed = exposition.value(
                "faremux_provider_call_duration_seconds_count", ["provider": "ndc", "outcome": "could_not_connect"])
            #expect(try #require(failed) >= 1)
            #expect(exposition.value("faremux_provider_retries_total", ["provider": "ndc"]) == failed.map { $0 - 1 })
        }
    }
}
