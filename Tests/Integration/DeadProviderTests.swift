import FarePorts
import Testing
import WireFormats

/// Providers that die or hang, while the service goes on.
@Suite(.serialized) struct DeadProviderTests {
    @Test func killedMockOpensItsCircuitAndComesBack() async throws {
        try await World.run { world in
            world.kill("duffel")
            let booked = try await world.service.post(
                "/cheapest-booking", Requests.booking(), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            #expect(try booked.json.string("provider") != "duffel")
            try await expectCircuit("open", in: world) {
                _ = try await world.service.post("/search", Requests.search())
            }
            let health = try await world.service.get("/health")
            #expect(health.status == 200)
            #expect(health.header("Content-Type") == "application/health+json")
            #expect(try health.json.string("status") == "warn")
            try await world.restart("duffel")
            try await expectCircuit("closed", in: world) {
                _ = try await world.service.post("/search", Requests.search())
                try await Task.sleep(for: .milliseconds(250))
            }
            #expect(try await world.service.get("/health").json.string("status") == "pass")
        }
    }

    @Test func noProviderLeftAnswers503WithinTheDeadline() async throws {
        try await World.run { world in
            for name in World.providers { world.kill(name) }
            for _ in 0..<2 {
                let answer = try await world.service.post(
                    "/cheapest-booking", Requests.booking(), headers: Requests.key())
                #expect(answer.status == 503, "\(answer.text)")
                #expect(try answer.json.string("code") == "no-provider-available")
                #expect(answer.header("Retry-After") != nil)
                #expect(answer.elapsed < .milliseconds(Requests.deadline))
            }
            let search = try await world.service.post("/search", Requests.search())
            #expect(search.status == 503)
            #expect(try search.json.string("code") == "no-provider-available")
        }
    }

    /// The others' answers are there as if it were not, and it is waited for only as long as the caller asked for: not
    /// for the fifteen seconds of its own time-out.
    @Test(arguments: [(deadline: 8000, settle: nil, limit: 14), (20_000, 3000, 10)])
    func hangingMockCostsOnlyItself(deadline: Int, settle: Int?, limit: Int) async throws {
        try await World.run { world in
            try await world.fault("ndc", ["operation": "search", "fault": "hang"])
            var body = Requests.search(deadline: deadline)
            if let settle { body.append("settle_ms", .int(settle)) }
            let answer = try await world.service.post("/search", body)
            #expect(answer.status == 200)
            #expect(answer.elapsed < .seconds(limit))
            let result = try answer.json
            #expect(try result.string("completeness") == "partial")
            var statuses: [String: String] = [:]
            for report in try result.elements("providers") {
                statuses[try report.string("id")] = try report.string("status")
            }
            #expect(statuses == ["duffel": "ok", "amadeus": "ok", "ndc": "timeout"])
        }
    }

    /// Repeats `nudge` until Duffel's search circuit is in `state`.
    private func expectCircuit(_ state: String, in world: World, nudge: () async throws -> Void) async throws {
        var seen = ""
        for _ in 0..<80 {
            let health = try await world.service.get("/health").json
            let duffel = try #require(try health.elements("providers").first { try $0.string("id") == "duffel" })
            let circuit = try #require(try duffel.elements("circuits").first { try $0.string("lane") == "search" })
            seen = try circuit.string("state")
            if seen == state { return }
            try await nudge()
        }
        Issue.record("the circuit is \(seen), not \(state)")
    }
}
