import FarePorts
import Testing
import WireFormats

/// `POST /offers/{id}/price` over real processes.
@Suite(.serialized) struct PricingTests {
    @Test func anOfferIsPricedLive() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let id = try offer.string("id")
            for body: JSONNode in [[:], ["passengers": [Requests.ada]]] {
                let priced = try await world.service.post("/offers/\(id)/price", body)
                #expect(priced.status == 200, "\(priced.text)")
                #expect(try priced.json.string("id") == id)
                #expect(try priced.json.amount("total") == offer.amount("total"))
            }
            // Nothing need be said but the id.
            #expect(try await world.service.send(.post, "/offers/\(id)/price").status == 200)
            let reprices = try await world.mock(offer.string("provider")).get("/__mock/requests").json.int("reprice")
            #expect(reprices == 3)
            #expect(try await world.orders().isEmpty)
        }
    }

    @Test func aFareThatRoseIsToldWithATokenToAcceptIt() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let id = try offer.string("id")
            try await world.moveFare(of: offer, percent: 10)
            let priced = try await world.service.post("/offers/\(id)/price", [:])
            #expect(priced.status == 409, "\(priced.text)")
            let problem = try priced.json
            #expect(try problem.string("code") == "fare-changed")
            #expect(try problem.string("outcome") == "none")
            try expectRise(problem, from: offer)
            #expect(try !problem.string("accept_token").isEmpty)
            let now = try await world.service.get("/offers/\(id)").json
            #expect(try now.amount("total") == problem.amount("new"))
        }
    }

    @Test func aFareThatFellIsSimplyTheOffersNow() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let id = try offer.string("id")
            try await world.moveFare(of: offer, percent: -10)
            let priced = try await world.service.post("/offers/\(id)/price", [:])
            #expect(priced.status == 200, "\(priced.text)")
            #expect(try priced.json.minorUnits("total") < offer.minorUnits("total"))
            #expect(try await world.service.get("/offers/\(id)").bytes == priced.bytes)
        }
    }

    @Test func whatIsSoldOutIsForgotten() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let path = "/offers/\(try offer.string("id"))"
            try await world.fault(offer.string("provider"), ["operation": "reprice", "fault": "sold_out"])
            let priced = try await world.service.post("\(path)/price", [:])
            #expect(priced.status == 409, "\(priced.text)")
            #expect(try priced.json.string("code") == "sold-out")
            for answer in [
                try await world.service.get(path), try await world.service.post("\(path)/price", [:]),
            ] {
                #expect(answer.status == 410)
                #expect(try answer.json.string("code") == "offer-expired")
            }
        }
    }

    @Test func aProviderThatCantBeAskedIsSaidSo() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let provider = try offer.string("provider")
            let path = "/offers/\(try offer.string("id"))/price"
            try await world.fault(provider, ["operation": "reprice", "fault": "status", "status": 503])
            let failed = try await world.service.post(path, [:])
            #expect(failed.status == 503, "\(failed.text)")
            #expect(try failed.json.string("code") == "no-provider-available")
            #expect(failed.header("Retry-After") != nil)
            try await world.fault(provider, ["operation": "reprice", "fault": "hang"])
            let late = try await world.service.post(path, ["deadline_ms": 700])
            #expect(late.status == 504, "\(late.text)")
            #expect(try late.json.string("code") == "deadline-exceeded")
            // Not the provider's own timeout, three or four seconds, as often as it would be repeated.
            #expect(late.elapsed < .seconds(8))
            try await world.fault(provider)
            #expect(try await world.service.post(path, [:]).status == 200)
        }
    }

    @Test func wrongPricingsAreRefused() async throws {
        try await World.run { world in
            let path = "/offers/\(try await world.cheapestOffer().string("id"))/price"
            let child = Requests.passenger(("type", "child"), ("born_on", .string(Requests.day(ahead: -1500))))
            let wrong: [(JSONNode, String)] = [
                (["colour": "red"], "/colour"), (["passengers": []], "/passengers"),
                (["passengers": [child]], "/passengers/0/type"),
                (["passengers": [Requests.ada, Requests.ada]], "/passengers/1/type"),
            ]
            for (body, pointer) in wrong {
                let answer = try await world.service.post(path, body)
                #expect(answer.status == 422, "\(answer.text)")
                let pointers = try answer.json.elements("errors").map { try $0.string("pointer") }
                #expect(pointers.contains(pointer), "\(pointers)")
            }
            #expect(try await world.service.post("/offers/nonsense/price", [:]).status == 404)
            let lost = try await world.service.post("/offers/ofr_00000000000000000000000000/price", [:])
            #expect(lost.status == 410)
        }
    }
}

/// A problem that tells by how much an offer's fare rose.
func expectRise(_ problem: JSONValue, from offer: JSONValue) throws {
    #expect(try problem.amount("old") == offer.amount("total"))
    #expect(try problem.minorUnits("new") > offer.minorUnits("total"))
    #expect(
        try problem.minorUnits("difference") == problem.minorUnits("new") - problem.minorUnits("old"))
    #expect(try problem.require("new").string("currency") == offer.require("total").string("currency"))
}
