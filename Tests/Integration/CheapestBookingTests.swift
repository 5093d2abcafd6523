import FarePorts
import Testing
import WireFormats

/// The whole path over real processes: what is booked, and what every ledger says of it afterwards.
@Suite(.serialized) struct CheapestBookingTests {
    @Test func booksTheMinimumOverAllMocksOffers() async throws {
        try await World.run { world in
            for (origin, destination) in [("LHR", "JFK"), ("MAD", "BCN"), ("CDG", "FCO")] {
                let cheapest = try await MockOffers.minimum(in: world, origin, destination, Requests.day)
                let booked = try await world.service.post(
                    "/cheapest-booking", Requests.booking(origin, destination), headers: Requests.key())
                #expect(booked.status == 201, "\(booked.text)")
                let booking = try booked.json
                #expect(try booking.require("total").string("amount") == cheapest.amount)
                #expect(try booking.string("provider") == cheapest.provider)
                #expect(try booking.string("status") == "ticketed")
                #expect(booked.header("Location") == "/bookings/\(try booking.string("id"))")
                try await Books.expectOne(booking, in: world)
                try await reset(world)
            }
        }
    }

    @Test(arguments: ["sold_out", "status"], ["hold", "confirm"])
    func fallsBackWhenTheCheapestRefuses(fault: String, operation: String) async throws {
        try await World.run { world in
            let cheapest = try await MockOffers.minimum(in: world, "LHR", "JFK", Requests.day)
            try await world.fault(
                cheapest.provider,
                ["operation": .string(operation), "fault": .string(fault), "status": 500])
            let booked = try await world.service.post(
                "/cheapest-booking", Requests.booking(), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            let booking = try booked.json
            try await Books.expectOne(booking, in: world)
            #expect(try booking.string("provider") != cheapest.provider)
            let attempts = try Array(booking.require("receipt").elements("attempts"))
            let first = try #require(attempts.first)
            #expect(try first.string("provider") == cheapest.provider)
            #expect(try first.string("outcome") != "ticketed")
            #expect(try !first.string("detail").isEmpty)
            #expect(try attempts.last?.string("outcome") == "ticketed")
        }
    }

    @Test(arguments: ["pm_card_visa_chargeDeclined", "pm_nobody_knows"])
    func declinedCardReleasesTheHoldAndTriesNothingElse(token: String) async throws {
        try await World.run { world in
            let answer = try await world.service.post(
                "/cheapest-booking", Requests.booking(token: token), headers: Requests.key())
            #expect(answer.status == 402, "\(answer.text)")
            let problem = try answer.json
            #expect(try problem.string("code") == "payment-declined")
            #expect(try problem.string("outcome") == "none")
            #expect(try Array(problem.require("receipt").elements("attempts")).count == 1)
            let states = try await world.orders().map { try $0.order.string("state") }
            #expect(states.allSatisfy { $0 == "released" }, "\(states)")
            for payment in try await world.payments() {
                #expect(try payment.require("captured").string("amount") == "0.00")
            }
        }
    }

    @Test func cardThatWantsAnActionIsLetGo() async throws {
        try await World.run { world in
            let answer = try await world.service.post(
                "/cheapest-booking", Requests.booking(token: "pm_card_authenticationRequired"), headers: Requests.key())
            #expect(answer.status == 402)
            #expect(try answer.json.string("code") == "payment-action-required")
            #expect(try await world.orders().allSatisfy { try $0.order.string("state") == "released" })
        }
    }

    @Test func offersAboveTheAcceptedTotalAreNotBooked() async throws {
        try await World.run { world in
            let answer = try await world.service.post(
                "/cheapest-booking", Requests.booking(maxTotal: "1.00"), headers: Requests.key())
            #expect(answer.status == 404)
            #expect(try answer.json.string("code") == "no-offers")
            #expect(try await world.orders().isEmpty)
            #expect(try await world.payments().isEmpty)
        }
    }

    @Test func dryRunBooksNothing() async throws {
        try await World.run { world in
            let answer = try await world.service.post(
                "/cheapest-booking", Requests.booking(more: [JSONNode.Member("dry_run", true)]))
            #expect(answer.status == 200, "\(answer.text)")
            #expect(try await world.orders().isEmpty)
            #expect(try await world.payments().isEmpty)
        }
    }

    @Test func anInfantIsOnTheFirstAdultsLapUnlessItIsSaid() async throws {
        try await World.run { world in
            let born = Requests.day(ahead: -200)
            let byron = Requests.passenger(
                ("type", "infant"), ("given_name", "Byron"), ("gender", "m"), ("title", "mr"),
                ("born_on", .string(born)))
            let booked = try await world.service.post(
                "/cheapest-booking", Requests.booking(passengers: [Requests.ada, byron]), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            let adults = try booked.json.elements("passengers").map { $0["adult"]?.int64 }
            #expect(adults == [nil, 0])
        }
    }

    @Test func comparesAcrossCurrencies() async throws {
        try await World.run(currencies: ["duffel": "EUR"]) { world in
            let preview = try await world.service.post(
                "/cheapest-booking", Requests.booking(more: [JSONNode.Member("dry_run", true)]))
            #expect(preview.status == 200, "\(preview.text)")
            let booked = try await world.service.post(
                "/cheapest-booking", Requests.booking(), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            let booking = try booked.json
            try await Books.expectOne(booking, in: world)
            for answer in [try preview.json, booking] {
                let rates = try answer.require("receipt").elements("fx")
                #expect(try rates.contains { try $0.string("from") == "EUR" && !$0.string("as_of").isEmpty })
            }
        }
    }

    private func reset(_ world: World) async throws {
        for name in World.providers + ["payments"] { _ = try await world.mock(name).send(.post, "/__mock/reset") }
    }
}
