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
            #expect(booked.elapsed < .seconds(8))
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
                #expect(answer.elapsed < .seconds(8))
            }
            let search = try await world.service.post("/search", Requests.search())
            #expect(search.status == 503)
            #expect(try search.json.string("code") == "no-provider-available")
        }
    }

    @Test func hangingMockCostsOnlyItself() async throws {
        try await World.run { world in
            let warm = try await world.service.post("/search", Requests.search())
            #expect(try warm.json.string("completeness") == "complete")
            let before = try latencies(warm)
            try await world.fault("ndc", ["operation": "search", "fault": "hang"])
            var body = Requests.search()
            body.append("deadline_ms", 2000)
            let answer = try await world.service.post("/search", body)
            #expect(answer.status == 200)
            #expect(answer.elapsed < .milliseconds(2600))
            let result = try answer.json
            #expect(try result.string("completeness") == "partial")
            let ndc = try #require(try result.elements("providers").first { try $0.string("id") == "ndc" })
            #expect(try ndc.string("status") == "timeout")
            let after = try latencies(answer)
            for name in ["duffel", "amadeus"] {
                let (then, now) = (try #require(before[name]), try #require(after[name]))
                #expect(now < then * 3 + 300, "\(name) took \(now) ms, and \(then) ms with everyone up")
            }
        }
    }

    @Test func settlingAnswersBeforeTheHungProviderIsGivenUp() async throws {
        try await World.run { world in
            try await world.fault("ndc", ["operation": "search", "fault": "hang"])
            _ = try await world.service.post("/search", settling(deadline: 5000))
            let answer = try await world.service.post("/search", settling(deadline: 8000))
            #expect(answer.status == 200)
            #expect(answer.elapsed < .seconds(4))
            #expect(try answer.json.string("completeness") == "partial")
        }
    }

    private func settling(deadline: Int) -> JSONNode {
        var body = Requests.search()
        body.append("deadline_ms", .int(deadline))
        body.append("settle_ms", 300)
        return body
    }

    private func latencies(_ answer: Client.Answer) throws -> [String: Int] {
        var latencies: [String: Int] = [:]
        for report in try answer.json.elements("providers") {
            latencies[try report.string("id")] = try report.int("latency_ms")
        }
        return latencies
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
