import FarePorts
import Testing
import WireFormats

/// The service is killed in the middle of a booking, and started again on the same store.
@Suite(.serialized) struct RecoveryTests {
    /// The step that hangs while the service is killed, and how the booking must end.
    @Test(arguments: [("hold", "failed"), ("confirm", "failed"), ("capture", "ticketed")])
    func aBookingLeftByAKilledServiceIsBroughtToItsEnd(step: String, end: String) async throws {
        let environment = ["FAREMUX_QUARANTINE_SECONDS": "1", "FAREMUX_PAYMENTS_TIMEOUT_MS": "2000"]
        try await World.run(environment: environment) { world in
            for name in World.providers + ["payments"] {
                try await world.fault(name, ["operation": .string(step), "fault": "hang"])
            }
            let key = Requests.key("recovered")
            let asking = Task { try? await world.service.post("/cheapest-booking", Requests.booking(), headers: key) }
            try await world.waitForOperation(step)
            world.killService()
            _ = await asking.value
            for name in World.providers + ["payments"] { try await world.fault(name) }
            try await world.restartService()
            let booking = try await world.settledBooking(key: key)
            #expect(try booking.status == (end == "ticketed" ? 201 : 502), "\(booking.text)")
            let ticketed = try await world.orders().filter { try $0.order.string("state") == "ticketed" }
            let captured = try await world.payments().filter { try $0.string("state") == "captured" }
            #expect(ticketed.count == (end == "ticketed" ? 1 : 0))
            #expect(captured.count == ticketed.count)
            #expect(try await world.payments().allSatisfy { try $0.string("state") != "authorized" })
            if step != "hold" {
                #expect(try await world.orders().allSatisfy { try $0.order.string("state") != "held" })
            }
        }
    }
}

extension World {
    /// Repeats the request until it has its final answer.
    fileprivate func settledBooking(key: [HTTPHeader]) async throws -> Client.Answer {
        var last: Client.Answer?
        try await poll("a final answer") {
            let answer = try await service.post("/cheapest-booking", Requests.booking(), headers: key)
            last = answer
            return answer.status != 202 && answer.status != 409
        }
        guard let last else { throw HarnessError("no answer") }
        return last
    }
}
