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
            let answers = try await Self.crowd(Requests.key(), world)
            let booked = answers.filter { $0.status == 201 }
            #expect(!booked.isEmpty)
            #expect(Set(booked.map(\.bytes)).count == 1)
            #expect(answers.allSatisfy { $0.status == 201 || $0.status == 409 }, "\(answers.map(\.status))")
            try await Books.expectOne(try #require(booked.first).json, in: world)
        }
    }

    /// While nothing was intended the key runs anew; a hold is undone; a ticket that may be is settled.
    @Test(arguments: [("search", 201), ("hold", 502), ("confirm", 201)])
    func acrossAKillTheyMakeOneBookingToo(step: String, status: Int) async throws {
        // A hold at Amadeus whose reply is lost can't be asked for, and whether it is the cheapest is the day's choice.
        let environment = step == "hold" ? ["FAREMUX_PROVIDERS": "duffel,ndc"] : [:]
        try await World.run(environment: environment) { world in
            // Long enough for the kill to come before the answer, and less than any provider's timeout.
            for name in World.providers {
                try await world.fault(name, ["operation": .string(step), "fault": "latency", "latency_ms": 4500])
            }
            let key = Requests.key()
            async let cutOff = Self.crowd(key, world)
            try await world.waitForOperation(step)
            world.killService()
            #expect(try await cutOff.allSatisfy { [nil, 409].contains($0.status) })
            try await world.restartService()
            for name in World.providers { try await world.fault(name) }

            var finals: Set<[UInt8]> = []
            var statuses: Set<Int> = []
            for _ in 0..<300 where finals.isEmpty {
                let answers = try await Self.crowd(key, world)
                for answer in answers where try !answer.isForNow {
                    finals.insert(answer.bytes)
                    statuses.insert(answer.status ?? 0)
                }
                try await Task.sleep(for: .milliseconds(200))
            }
            #expect(statuses == [status])
            let answers = try await Self.crowd(key, world)
            finals.formUnion(answers.map(\.bytes))
            #expect(finals.count == 1)
            world.killService()
            try await world.restartService()
            let replay = try await world.service.post("/cheapest-booking", Requests.booking(), headers: key)
            #expect(finals == [replay.bytes])
            #expect(replay.header("Idempotent-Replayed") == "true")
            if status == 201 {
                try await Books.expectOne(try replay.json, in: world)
            } else {
                #expect(try await world.orders().allSatisfy { try $0.order.string("state") == "released" })
                #expect(try await world.payments().isEmpty)
            }
        }
    }

    private static func crowd(_ key: [HTTPHeader], _ world: World) async throws -> [CrowdReply] {
        let service = world.service
        return await withTaskGroup { group in
            for _ in 0..<64 {
                group.addTask {
                    let answer = try? await service.post("/cheapest-booking", Requests.booking(), headers: key)
                    return CrowdReply(answer: answer)
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
    }
}

/// An answer; or none, where the service went away.
private struct CrowdReply {
    let answer: Client.Answer?

    var status: Int? { answer?.status }
    var bytes: [UInt8] { answer?.bytes ?? [] }
    var json: JSONValue { get throws { try JSONDocument(PaddedBytes(bytes)).root } }

    /// Whether the same key may get another answer yet; or an answer at all.
    var isForNow: Bool {
        get throws {
            try answer == nil || status == 202 || json.stringIfPresent("code") == "request-in-progress"
        }
    }
}
