import FarePorts
import Foundation
import Testing
import WireFormats

/// The other endpoints, and the commands.
@Suite(.serialized) struct EndpointTests {
    @Test func searchListsOffersThatCanBeLookedUp() async throws {
        try await World.run { world in
            let answer = try await world.service.post("/search", Requests.search("LON", "NYC"))
            #expect(answer.status == 200)
            let result = try answer.json
            #expect(try result.string("completeness") == "complete")
            let offers = try Array(result.elements("offers"))
            #expect(offers.count > 10)
            let totals = try offers.map { try #require(Double($0.require("comparable_total").string("amount"))) }
            #expect(totals == totals.sorted())
            let first = try #require(offers.first)
            let same = try await world.service.get("/offers/\(try first.string("id"))")
            #expect(same.status == 200)
            #expect(same.bytes == Array(first.rawBytes))
            #expect(try offers.contains { try !$0.elements("also_sold_by").isEmpty })
            let get = try await world.service.get(
                "/search?origin=LON&destination=NYC&departure_date=\(Requests.day)&adults=1&currency=GBP")
            #expect(try get.json.int("total_offers") == result.int("total_offers"))
        }
    }

    @Test func eventStreamTellsOfEachProviderThenTheResult() async throws {
        try await World.run { world in
            let answer = try await world.service.post(
                "/search", Requests.search(), headers: [HTTPHeader("Accept", "text/event-stream")])
            #expect(answer.header("Content-Type") == "text/event-stream")
            let events = answer.text.split(separator: "\n").filter { $0.hasPrefix("event: ") }
            #expect(events == ["event: provider", "event: provider", "event: provider", "event: result"])
        }
    }

    @Test func bookingCanBeReadAgainByIdAndLocator() async throws {
        try await World.run { world in
            let booked = try await world.service.post(
                "/cheapest-booking", Requests.booking(),
                headers: Requests.key() + [HTTPHeader("X-Request-Id", "my-own-id")])
            #expect(booked.header("X-Request-Id") == "my-own-id")
            let booking = try booked.json
            let byID = try await world.service.get("/bookings/\(try booking.string("id"))")
            #expect(byID.status == 200)
            #expect(try byID.json.string("pnr") == booking.string("pnr"))
            let steps = try byID.json.elements("timeline").map {
                try $0.string("step") + " " + $0.string("result")
            }
            #expect(steps.last == "capture succeeded")
            #expect(steps.contains("authorize intended"))
            let byLocator = try await world.service.get("/bookings?pnr=\(try booking.string("pnr"))")
            #expect(try byLocator.json.string("id") == booking.string("id"))
        }
    }

    @Test func healthIsOpenAndWhole() async throws {
        try await World.run { world in
            let health = try await world.service.get("/health").json
            #expect(try health.string("status") == "pass")
            #expect(try health.elements("providers").map { try $0.string("id") } == ["amadeus", "duffel", "ndc"])
            #expect(try health.require("checks").require("store").string("kind") == "sqlite")
            for path in ["/ping", "/livez", "/readyz"] { #expect(try await world.service.get(path).status == 200) }
            let page = try await world.service.get("/problems/fare-changed")
            #expect(page.status == 200)
            #expect(page.text.contains("fare-changed"))
        }
    }

    @Test func commandsTalkToTheService() async throws {
        try await World.run { world in
            let server = ["--server", world.service.base]
            let search = try await output(["search", "LHR", "JFK", Requests.day] + server)
            #expect(search.contains("duffel"))
            let passengers = BuiltProgram.project.appendingPathComponent("examples/passengers.json").path
            let book = [
                "book", "LHR", "JFK", Requests.day, "--passengers", passengers, "--payment", "pm_card_visa",
                "--max-total", "9000.00GBP",
            ]
            let fewer = try BuiltProgram("faremux", arguments: book + ["--adults", "1"] + server)
            #expect(try await fewer.exitStatus() != 0)
            #expect(fewer.standardError.contains("2 of type adult"), "\(fewer.standardError)")
            let booking = try await output(book + ["--adults", "2", "--children", "0"] + server)
            #expect(booking.contains("record locator (PNR)"))
            #expect(booking.contains("captured"))
            #expect(try await output(["health"] + server).contains("pass"))
            #expect(try await output(["circuits"] + server).contains("aftercare"))
        }
    }

    @Test func wrongConfigurationIsNamedWhole() async throws {
        let program = try BuiltProgram(
            "faremux", arguments: ["serve", "--providers", "/nonexistent"],
            environment: ["FAREMUX_STORE": "oracle://x", "FAREMUX_PORT": "high", "FAREMUX_HOST": "0.0.0.0"])
        #expect(try await program.exitStatus() != 0)
        for name in ["FAREMUX_STORE", "FAREMUX_PORT", "FAREMUX_HOST"] {
            #expect(program.standardError.contains(name), "\(program.standardError)")
        }
    }

    private func output(_ arguments: [String]) async throws -> String {
        let program = try BuiltProgram("faremux", arguments: arguments)
        #expect(try await program.exitStatus() == 0, "\(program.standardOutput)\n\(program.standardError)")
        return program.standardOutput
    }
}
