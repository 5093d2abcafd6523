import FarePorts
import Testing
import WireFormats

/// SIGTERM to the service while a booking is at work.
@Suite(.serialized) struct ShutdownTests {
    @Test func aServiceThatStopsSaysSoBeginsNothingAndFinishesWhatItBegan() async throws {
        try await World.run { world in
            for name in World.providers {
                try await world.fault(name, ["operation": "hold", "fault": "latency", "latency_ms": 5000])
            }
            // The connection is kept alive from here on.
            #expect(try await world.service.get("/readyz").status == 200)
            let asking = Task {
                try await world.service.post("/cheapest-booking", Requests.booking(), headers: Requests.key("first"))
            }
            try await world.waitForOperation("hold")
            let ending = Task {
                await world.program.stop()
                return try await world.program.exitStatus()
            }
            var ready = try await world.service.get("/readyz")
            for _ in 0..<100 where ready.status == 200 {
                try await Task.sleep(for: .milliseconds(10))
                ready = try await world.service.get("/readyz")
            }
            #expect(ready.status == 503)
            #expect(try ready.json.string("detail") == "draining")
            #expect(try await world.service.get("/livez").status == 200)
            let late = try await world.service.post(
                "/cheapest-booking", Requests.booking(), headers: Requests.key("second"))
            #expect(late.status == 503)
            #expect(try late.json.string("outcome") == "none")
            let booked = try await asking.value
            #expect(booked.status == 201, "\(booked.text)")
            #expect(try await ending.value == 0)
            let tickets = try await world.orders().filter { try $0.order.string("state") == "ticketed" }
            #expect(tickets.count == 1)
        }
    }
}
