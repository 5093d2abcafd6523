import FarePorts
import Testing
import WireFormats

/// One key, one booking.
@Suite(.serialized) struct IdempotencyTests {
    @Test func aBookingNeedsAKey() async throws {
        try await World.run { world in
            let answer = try await world.service.post("/cheapest-booking", Requests.booking())
            #expect(answer.status == 400)
            #expect(try answer.json.string("code") == "idempotency-key-missing")
            #expect(try await world.orders().isEmpty)
        }
    }

    @Test func repeatedKeyGetsTheSameBytesAndNoSecondBooking() async throws {
        try await World.run { world in
            let key = Requests.key()
            let first = try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
            let second = try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
            #expect(first.status == 201)
            #expect(second.status == 201)
            #expect(first.bytes == second.bytes)
            #expect(first.header("Idempotent-Replayed") == nil)
            #expect(second.header("Idempotent-Replayed") == "true")
            #expect(second.header("Location") == first.header("Location"))
            try await Books.expectOne(try first.json, in: world)
        }
    }

    @Test func failuresAreReplayedToo() async throws {
        try await World.run { world in
            let key = Requests.key()
            let body = Requests.booking(token: "pm_card_visa_chargeDeclined")
            let first = try await world.service.post("/cheapest-booking", body, headers: key)
            let second = try await world.service.post("/cheapest-booking", body, headers: key)
            #expect(first.status == 402)
            #expect(first.bytes == second.bytes)
            #expect(second.header("Idempotent-Replayed") == "true")
        }
    }

    @Test func sameKeyWithAnotherBodyIsRefused() async throws {
        try await World.run { world in
            let key = Requests.key()
            _ = try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
            let other = try await world.service.post(
                "/cheapest-booking", Requests.booking(maxTotal: "8999.00"), headers: key)
            #expect(other.status == 422)
            #expect(try other.json.string("code") == "idempotency-key-reused")
        }
    }

    @Test func answersBeforeAnythingWasIntendedAreNotStored() async throws {
        try await World.run { world in
            let key = Requests.key()
            for name in World.providers {
                try await world.fault(name, ["operation": "search", "fault": "status", "status": 500])
            }
            let first = try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
            #expect(first.status == 503, "\(first.text)")
            for name in World.providers { try await world.fault(name) }
            let second = try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
            #expect(second.status == 201, "\(second.text)")
            #expect(second.header("Idempotent-Replayed") == nil)
        }
    }

    @Test func concurrentRequestsWithOneKeyMakeOneBooking() async throws {
        try await World.run { world in
            let key = Requests.key()
            let answers = try await withThrowingTaskGroup(of: Client.Answer.self) { group in
                for _ in 0..<16 {
                    group.addTask {
                        try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let booked = answers.filter { $0.status == 201 }
            #expect(!booked.isEmpty)
            #expect(Set(booked.map(\.bytes)).count == 1)
            #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 }, "\(answers.map(\.status))")
            try await Books.expectOne(try #require(booked.first).json, in: world)
        }
    }
}
