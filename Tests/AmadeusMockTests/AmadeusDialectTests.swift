import FareDomain
import FarePorts
import FareTestSupport
import Testing
import WireFormats

@testable import MockServers

struct AmadeusDialectTests {
    // MARK: Tokens

    @Test func anyCredentialsGetATokenThatEnds() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        #expect(caller.send("GET", "/v1/booking/flight-orders/x", token: token).status == 404)
        let known = caller.dialect.answer(caller.request("GET", "/v1/security/oauth2/token/\(token)"), fault: nil)
        #expect(known.status == 200)
        caller.clock.advance(by: .seconds(1799))
        let answer = caller.send("GET", "/v1/booking/flight-orders/x", token: token)
        #expect(answer.status == 401)
        #expect(AmadeusCaller.code(answer.body) == 38192)
        let gone = caller.dialect.answer(caller.request("GET", "/v1/security/oauth2/token/\(token)"), fault: nil)
        #expect(gone.status == 404)
    }

    @Test func withoutAGoodTokenNothingIsAnOperation() throws {
        let caller = try AmadeusCaller()
        let unknown = caller.request(
            "POST", "/v2/shopping/flight-offers", AmadeusCaller.searchBody(), token: "nobody's")
        #expect(caller.dialect.classify(unknown) == .aside)
        let reply = caller.dialect.answer(unknown, fault: nil)
        #expect(AmadeusCaller.code(try json(reply.body)) == 38190)
        let none = caller.dialect.answer(caller.request("GET", "/v1/booking/flight-orders/x"), fault: nil)
        #expect(AmadeusCaller.code(try json(none.body)) == 38191)
    }

    @Test(arguments: ["", "grant_type=password&client_id=a&client_secret=b", "grant_type=client_credentials"])
    func aTokenRequestWithoutWhatItNeedsIsRefusedInTheTokenServicesShape(form: String) throws {
        let caller = try AmadeusCaller()
        let reply = caller.dialect.answer(caller.request("POST", "/v1/security/oauth2/token", form), fault: nil)
        #expect([400, 401].contains(reply.status))
        #expect(try json(reply.body).string("error") != "")
        #expect(try json(reply.body)["errors"] == nil)
    }

    // MARK: Operations

    @Test func eachCallIsTheOperationThatTheReadmeSays() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offer = try caller.priced(caller.offers(token)[0], token: token)
        let held = try #require(try caller.order(offer, token: token).body?["data"]?.string("id"))
        let ticketed = try #require(
            try caller.order(offer, option: "CONFIRM", token: token).body?["data"]?.string("id"))
        let cases: [(MockRequest, Classification)] = [
            (caller.request("POST", "/v1/security/oauth2/token"), .opens(.token)),
            (caller.request("GET", "/v1/security/oauth2/token/x"), .aside),
            (caller.request("POST", "/v2/shopping/flight-offers", token: token), .opens(.search)),
            (caller.request("GET", "/v2/shopping/flight-offers", token: token), .opens(.search)),
            (caller.request("POST", "/v1/shopping/flight-offers/pricing", token: token), .opens(.reprice)),
            (
                caller.request("POST", "/v1/booking/flight-orders", AmadeusCaller.orderBody(offer), token: token),
                .opens(.hold)
            ),
            (
                caller.request(
                    "POST", "/v1/booking/flight-orders", AmadeusCaller.orderBody(offer, option: "CONFIRM"), token: token
                ),
                .opens(.confirm)
            ),
            (caller.request("POST", "/v1/booking/flight-orders/\(held)/issuance", token: token), .opens(.confirm)),
            (caller.request("GET", "/v1/booking/flight-orders/\(held)", token: token), .opens(.status)),
            (caller.request("DELETE", "/v1/booking/flight-orders/\(held)", token: token), .opens(.release)),
            (caller.request("DELETE", "/v1/booking/flight-orders/\(ticketed)", token: token), .opens(.cancel)),
            (caller.request("GET", "/v1/reference-data/airlines", token: token), .aside),
        ]
        for (request, expected) in cases {
            #expect(caller.dialect.classify(request) == expected, "\(request.method) \(request.path)")
        }
    }

    // MARK: Shopping

    @Test func everyOfferCanBeHeld() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offers = try caller.offers(token)
        #expect(offers.count >= 15)
        for offer in offers {
            #expect(try json(Array(offer.utf8))["instantTicketingRequired"]?.bool == false)
            #expect(try caller.order(caller.priced(offer, token: token), token: token).status == 201)
        }
    }

    @Test func fewerStopsAreFewerOffers() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let direct = try caller.offers(token, AmadeusCaller.searchBody(stops: 0))
        #expect(!direct.isEmpty)
        for offer in direct {
            let itinerary = try json(Array(offer.utf8))["itineraries"]?.elements.first { _ in true }
            #expect(itinerary?["segments"]?.count == 1)
        }
        #expect(
            caller.send("POST", "/v2/shopping/flight-offers", AmadeusCaller.searchBody(stops: 3), token: token).status
                == 400)
    }

    @Test(arguments: [
        #"{"id":"1","travelerType":"HELD_INFANT","associatedAdultId":"1"}"#,
        #"{"id":"1","travelerType":"ADULT"},{"id":"2","travelerType":"HELD_INFANT"}"#,
        #"{"id":"1","travelerType":"ADULT"},{"id":"1","travelerType":"CHILD"}"#,
        #"{"id":"1","travelerType":"PILOT"}"#, #"{"travelerType":"ADULT"}"#, "",
    ]) func travelersThatDoNotFitTogetherAreRefused(travelers: String) throws {
        let caller = try AmadeusCaller()
        let answer = caller.send(
            "POST", "/v2/shopping/flight-offers", AmadeusCaller.searchBody(travelers), token: try caller.token())
        #expect(answer.status == 400)
    }

    @Test func travelersAreThoseOfTheSearchAndTheirPricesAddUp() throws {
        let caller = try AmadeusCaller()
        let travelers =
            #"{"id":"7","travelerType":"ADULT"},{"id":"8","travelerType":"CHILD"},"#
            + #"{"id":"9","travelerType":"HELD_INFANT","associatedAdultId":"7"}"#
        for text in try caller.offers(caller.token(), AmadeusCaller.searchBody(travelers)) {
            let offer = try json(Array(text.utf8))
            let pricings = try offer.elements("travelerPricings").map(\.self)
            #expect(try pricings.map { try $0.string("travelerId") } == ["7", "8", "9"])
            #expect(pricings[2]["associatedAdultId"]?.string == "7")
            let sum = try pricings.reduce(Int64(0)) { $0 + (try total($1, "total")) }
            #expect(try sum == total(offer))
        }
    }

    // MARK: The echo

    @Test func anOfferIsTheSameHoweverItIsWritten() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let spaced = try caller.offers(token)[0].map { $0 == "," ? ",\n  " : String($0) }.joined()
        #expect(caller.price(spaced, token: token).status == 200)
    }

    @Test(arguments: [
        ("\"grandTotal\":\"", "\"grandTotal\":\"1"), ("T", "T0"),
        ("\"numberOfBookableSeats\":9", "\"numberOfBookableSeats\":8"),
        ("\"cabin\":\"ECONOMY\"", "\"cabin\":\"BUSINESS\""), ("\"nonHomogeneous\":false,", ""),
    ]) func aChangedOfferIsNeitherPricedNorBooked(part: String, replacement: String) throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offer = try caller.offers(token)[0]
        let changed = offer.replacingFirst(part, with: replacement)
        #expect(changed != offer)
        #expect(caller.price(changed, token: token).status == 400)
        let priced = try caller.priced(offer, token: token)
        let answer = caller.order(priced.replacingFirst(part, with: replacement), token: token)
        #expect(answer.status == 400)
        if part.contains("grandTotal") { #expect(AmadeusCaller.code(answer.body) == 37200) }
        #expect(try caller.ledger().isEmpty)
    }

    // MARK: Selling

    @Test func anOrderIsHeldIssuedOnceReadAndDeleted() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offer = try caller.priced(caller.offers(token)[0], token: token)
        let held = try #require(caller.order(offer, token: token).body?["data"])
        let path = "/v1/booking/flight-orders/\(try held.string("id"))"
        #expect(held["tickets"] == nil)
        #expect(held["ticketingAgreement"]?["option"]?.string == "DELAY_TO_CANCEL")
        #expect(held["ticketingAgreement"]?["dateTime"]?.string?.count == 23)
        #expect(try caller.ledger() == ["held bkg_1"])

        let issued = caller.send("POST", path + "/issuance", token: token)
        #expect(issued.status == 200)
        #expect(issued.body?["data"]?["tickets"]?.count == 1)
        #expect(AmadeusCaller.code(caller.send("POST", path + "/issuance", token: token).body) == 9112)
        #expect(try caller.ledger() == ["ticketed bkg_1"])

        let read = try #require(caller.send("GET", path, token: token).body?["data"])
        #expect(AmadeusCaller.text(read) == AmadeusCaller.text(try #require(issued.body?["data"])))
        #expect(caller.send("DELETE", path, token: token).status == 204)
        #expect(try caller.ledger() == ["cancelled bkg_1"])
        for method in ["GET", "DELETE"] {
            let gone = caller.send(method, path, token: token)
            #expect(gone.status == 404)
            #expect(AmadeusCaller.code(gone.body) == 1797)
        }
    }

    @Test func aHoldThatEndedCanNotBeIssued() throws {
        let caller = try AmadeusCaller()
        let offer = try caller.priced(caller.offers(caller.token())[0], token: caller.token())
        let held = try #require(
            try caller.order(offer, token: caller.token(), fault: .endsEarly(after: .seconds(5))).body?["data"])
        caller.clock.advance(by: .seconds(5))
        let path = "/v1/booking/flight-orders/\(try held.string("id"))/issuance"
        #expect(caller.send("POST", path, token: try caller.token()).status == 404)
        #expect(try caller.ledger() == ["expired bkg_1"])
    }

    // MARK: Faults

    @Test func soldOutIsASellFailureEverywhere() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offer = try caller.priced(caller.offers(token)[0], token: token)
        let id = try #require(try caller.order(offer, token: token).body?["data"]?.string("id"))
        for answer in [
            caller.price(offer, token: token, fault: .soldOut), caller.order(offer, token: token, fault: .soldOut),
            caller.send("POST", "/v1/booking/flight-orders/\(id)/issuance", token: token, fault: .soldOut),
        ] {
            #expect(answer.status == 400)
            #expect(AmadeusCaller.code(answer.body) == 34651)
        }
        #expect(try caller.ledger() == ["held bkg_1"])
    }

    @Test func aMovedPriceShowsInPricingAndStays() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offer = try caller.offers(token)[0]
        let moved = try #require(caller.price(offer, token: token, fault: .priceMoved(percent: 10)).body)
        let live = try #require(moved["data"]?["flightOffers"]?.elements.first { _ in true })
        let before = try total(json(Array(offer.utf8)))
        #expect(try total(live) > before)
        // The old price is known for an old one, not for a changed offer.
        let stale = caller.order(offer, token: token)
        #expect(AmadeusCaller.code(stale.body) == 37200)
        #expect(caller.order(AmadeusCaller.text(live), token: token).status == 201)
        let again = try caller.offers(token).map { try total(json(Array($0.utf8))) }
        #expect(try again.contains(total(live)))
    }

    @Test func aPriceThatMovesDuringAHoldIsADiscrepancyAndNoOrder() throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        let offer = try caller.priced(caller.offers(token)[0], token: token)
        let answer = caller.order(offer, token: token, fault: .priceMoved(percent: 10))
        #expect(answer.status == 400)
        #expect(AmadeusCaller.code(answer.body) == 37200)
        #expect(try caller.ledger().isEmpty)
    }

    @Test func everyStatusHasAmadeusOwnBody() throws {
        let caller = try AmadeusCaller()
        for (status, code) in [(400, 477), (401, 38190), (404, 1797), (429, 38194), (500, 141), (503, 141)] {
            let reply = caller.dialect.failure(status: status)
            #expect(reply.status == status)
            #expect(AmadeusCaller.code(try json(reply.body)) == code)
        }
        #expect(caller.dialect.rateLimited().status == 429)
    }

    @Test func whatWasSoldAndWhoIsLetInSurviveARestart() throws {
        try withStateFile { path in
            let first = try AmadeusCaller(statePath: path)
            let token = try first.token()
            let offer = try first.priced(first.offers(token)[0], token: token)
            let id = try #require(try first.order(offer, token: token).body?["data"]?.string("id"))
            let second = try AmadeusCaller(statePath: path)
            #expect(second.send("GET", "/v1/booking/flight-orders/\(id)", token: token).status == 200)
            #expect(try second.ledger() == ["held bkg_1"])
        }
    }

    @Test(arguments: [
        "", "{", "[]", #"{"data":{}}"#, #"{"data":{"flightOffers":[{}]}}"#, #"{"data":{"flightOffers":[3]}}"#,
    ])
    func bodiesThatAreNoRequestAreRefused(body: String) throws {
        let caller = try AmadeusCaller()
        let token = try caller.token()
        for path in ["/v2/shopping/flight-offers", "/v1/shopping/flight-offers/pricing", "/v1/booking/flight-orders"] {
            #expect(caller.send("POST", path, body, token: token).status == 400, "\(path)")
        }
    }

    /// In pence.
    private func total(_ priced: JSONValue, _ name: StaticString = "grandTotal") throws -> Int64 {
        try Money(decimal: priced.require("price").string(name), currency: .pounds).minorUnits
    }
}

extension String {
    fileprivate func replacingFirst(_ part: String, with replacement: String) -> String {
        guard let range = firstRange(of: part) else { return self }
        return String(self[..<range.lowerBound]) + replacement + String(self[range.upperBound...])
    }
}
