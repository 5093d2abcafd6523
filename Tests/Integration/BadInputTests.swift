import FarePorts
import Testing
import WireFormats

/// Input that is wrong gets the contract's status, a pointer to what is wrong, and leaves the service alive.
@Suite(.serialized) struct BadInputTests {
    private struct Case {
        var name: String
        var body: JSONNode
        var pointer: String
    }

    @Test func wrongFieldsAreNamed() async throws {
        try await World.run { world in
            for wrong in Self.cases {
                let answer = try await world.service.post(
                    "/cheapest-booking", wrong.body, headers: Requests.key())
                #expect(answer.status == 422, "\(wrong.name): \(answer.text)")
                #expect(answer.header("Content-Type") == "application/problem+json")
                let problem = try answer.json
                let pointers = try problem.elements("errors").map { try $0.string("pointer") }
                #expect(pointers.contains(wrong.pointer), "\(wrong.name): \(pointers)")
                #expect(try problem.string("outcome") == "none")
                #expect(try problem.string("request_id") == answer.header("X-Request-Id"))
            }
            #expect(try await world.service.get("/ping").text == #"{"message":"pong"}"#)
            #expect(try await world.orders().isEmpty)
        }
    }

    @Test func wrongSearchesAreNamed() async throws {
        try await World.run { world in
            for wrong in Self.searches {
                let answer = try await world.service.post("/search", wrong.body)
                #expect(answer.status == 422, "\(wrong.name): \(answer.text)")
                let pointers = try answer.json.elements("errors").map { try $0.string("pointer") }
                #expect(pointers.contains(wrong.pointer), "\(wrong.name): \(pointers)")
            }
            for query in ["origin=LHR", "origin=LHR&destination=JFK&departure_date=\(Requests.day)&adults=x", "what=1"]
            {
                #expect(try await world.service.get("/search?\(query)").status == 422)
            }
        }
    }

    @Test func bodiesThatAreNoObjectsAreRefused() async throws {
        try await World.run { world in
            for path in ["/search", "/cheapest-booking"] {
                for text in ["", "{", "[]", "null", "nonsense", #"{"a":"\u00"}"#, "{\"a\":\u{1}}", "{} {}"] {
                    let answer = try await post(text, to: path, in: world)
                    #expect(answer.status == 400, "\(path) \(text): \(answer.text)")
                    #expect(try answer.json.string("code") == "malformed-request")
                }
                let notText = try await world.service.send(
                    .post, path, body: [0x7B, 0xFF, 0xFE, 0x7D], headers: Self.json + Requests.key())
                #expect(notText.status == 400)
                let large = try await post(
                    #"{"origin":"\#(String(repeating: "A", count: 2 << 20))"}"#, to: path, in: world)
                #expect(large.status == 413)
                #expect(try large.json.string("code") == "body-too-large")
                let form = try await world.service.send(
                    .post, path, body: Array("a=b".utf8), headers: [HTTPHeader("Content-Type", "text/plain")])
                #expect(form.status == 415)
                #expect(try form.json.string("code") == "unsupported-media-type")
                let deep = String(repeating: "[", count: 100_000)
                #expect(try await post(#"{"filters":\#(deep)"#, to: path, in: world).status == 400)
            }
            #expect(try await world.service.get("/livez").status == 200)
        }
    }

    @Test func contentTypesThatAreNotJSONAreRefused() async throws {
        try await World.run { world in
            for type in ["", ";", " ; charset=utf-8", "json", "text/json", "application/", "application/xml"] {
                let answer = try await world.service.send(
                    .post, "/search", body: Array("{}".utf8), headers: [HTTPHeader("Content-Type", type)])
                #expect(answer.status == 415, "\(type): \(answer.text)")
            }
            for type in ["application/json; charset=utf-8", "Application/JSON", "application/problem+json"] {
                let answer = try await world.service.send(
                    .post, "/search", body: Array("{}".utf8), headers: [HTTPHeader("Content-Type", type)])
                #expect(answer.status == 422, "\(type): \(answer.text)")
            }
            #expect(try await world.service.get("/livez").status == 200)
        }
    }

    @Test func noMoreThanAHundredMistakesAreTold() async throws {
        try await World.run { world in
            let members = (0..<5000).map { JSONNode.Member("x\($0)", 1) }
            let answer = try await world.service.post("/search", .object(members))
            #expect(answer.status == 422)
            #expect(try answer.json.elements("errors").underestimatedCount == 100)
        }
    }

    @Test func unknownThingsAre404() async throws {
        try await World.run { world in
            for path in ["/nowhere", "/offers/nonsense", "/bookings/bkg_nonsense", "/problems/nonsense"] {
                let answer = try await world.service.get(path)
                #expect(answer.status == 404, "\(path): \(answer.text)")
                #expect(try answer.json.string("code") == "not-found")
            }
            let lost = try await world.service.get("/offers/ofr_00000000000000000000000000")
            #expect(lost.status == 410)
            #expect(try lost.json.string("code") == "offer-expired")
        }
    }

    @Test func aWrongMethodIsToldWhichAreRight() async throws {
        try await World.run { world in
            let cases: [(HTTPRequest.Method, String, String)] = [
                (.post, "/ping", "GET, HEAD"), (.delete, "/search", "GET, HEAD, POST"),
                (.get, "/cheapest-booking", "POST"),
                (.put, "/bookings/bkg_1", "GET, HEAD"), (.get, "/offers/ofr_1/price", "POST"),
                (.delete, "/problems/sold-out", "GET, HEAD"),
            ]
            for (method, path, allow) in cases {
                let answer = try await world.service.send(method, path)
                #expect(answer.status == 405, "\(path): \(answer.text)")
                #expect(answer.header("Allow") == allow)
                #expect(try answer.json.string("code") == "method-not-allowed")
            }
            #expect(try await world.service.send(.delete, "/nowhere/bkg_1").status == 404)
        }
    }

    private func post(_ text: String, to path: String, in world: World) async throws -> Client.Answer {
        try await world.service.send(.post, path, body: Array(text.utf8), headers: Self.json + Requests.key())
    }

    private static let json = [HTTPHeader("Content-Type", "application/json")]

    private static func booking(_ name: String, _ value: JSONNode) -> JSONNode {
        guard case .object(let members) = Requests.booking() else { return .null }
        return .object(members.filter { $0.name != name } + [JSONNode.Member(name, value)])
    }

    private static var cases: [Case] {
        let infant = Requests.passenger(
            ("type", "infant"), ("born_on", .string(Requests.day(ahead: -100))), ("adult", 0))
        return [
            Case(name: "unknown field", body: booking("colour", "red"), pointer: "/colour"),
            Case(name: "wrong type", body: booking("origin", 7), pointer: "/origin"),
            Case(name: "unknown airport", body: booking("origin", "QQQ"), pointer: "/origin"),
            Case(name: "not a code", body: booking("destination", "jfk"), pointer: "/destination"),
            Case(name: "same city", body: booking("destination", "LGW"), pointer: "/destination"),
            Case(
                name: "past", body: booking("departure_date", .string(Requests.day(ahead: -3))),
                pointer: "/departure_date"),
            Case(
                name: "too far", body: booking("departure_date", .string(Requests.day(ahead: 365))),
                pointer: "/departure_date"),
            Case(name: "no such day", body: booking("departure_date", "2027-02-30"), pointer: "/departure_date"),
            Case(
                name: "ten passengers", body: booking("passengers", .array(Array(repeating: Requests.ada, count: 10))),
                pointer: "/passengers"),
            Case(name: "no passengers", body: booking("passengers", []), pointer: "/passengers"),
            Case(
                name: "more infants than adults", body: booking("passengers", [Requests.ada, infant, infant]),
                pointer: "/passengers"),
            Case(
                name: "an adult of three years",
                body: booking("passengers", [Requests.passenger(("born_on", .string(Requests.day(ahead: -1100))))]),
                pointer: "/passengers/0/type"),
            Case(
                name: "no name", body: booking("passengers", [Requests.passenger(("given_name", ""))]),
                pointer: "/passengers/0/given_name"),
            Case(
                name: "no phone", body: booking("passengers", [Requests.passenger(("phone_number", "call me"))]),
                pointer: "/passengers/0/phone_number"),
            Case(
                name: "negative money", body: booking("max_total", ["amount": "-5.00", "currency": "GBP"]),
                pointer: "/max_total/amount"),
            Case(
                name: "three decimals", body: booking("max_total", ["amount": "5.001", "currency": "GBP"]),
                pointer: "/max_total/amount"),
            Case(
                name: "money as a number", body: booking("max_total", ["amount": 5, "currency": "GBP"]),
                pointer: "/max_total/amount"),
            Case(
                name: "no such currency", body: booking("max_total", ["amount": "5.00", "currency": "GBX"]),
                pointer: "/max_total/currency"),
            Case(name: "no payment", body: booking("payment", .null), pointer: "/payment"),
            Case(name: "no token", body: booking("payment", [:]), pointer: "/payment/token"),
            Case(name: "no total", body: booking("max_total", .null), pointer: "/max_total"),
            Case(name: "deadline", body: booking("deadline_ms", -1), pointer: "/deadline_ms"),
            Case(
                name: "slices and shorthand",
                body: booking(
                    "slices",
                    [["origin": "LHR", "destination": "JFK", "departure_date": .string(Requests.day)]]),
                pointer: "/origin"),
        ]
    }

    private static var searches: [Case] {
        func search(_ name: String, _ value: JSONNode) -> JSONNode {
            guard case .object(let members) = Requests.search() else { return .null }
            return .object(members.filter { $0.name != name } + [JSONNode.Member(name, value)])
        }
        return [
            Case(name: "unknown field", body: search("x", 1), pointer: "/x"),
            Case(name: "cabin", body: search("cabin", "steerage"), pointer: "/cabin"),
            Case(name: "limit", body: search("limit", 0), pointer: "/limit"),
            Case(name: "sort", body: search("sort", "luck"), pointer: "/sort"),
            Case(name: "filter", body: search("filters", ["stops": 1]), pointer: "/filters/stops"),
            Case(
                name: "duration", body: search("filters", ["max_duration": "12 hours"]),
                pointer: "/filters/max_duration"),
            Case(name: "passenger", body: search("passengers", [["type": "dog"]]), pointer: "/passengers/0/type"),
            Case(name: "currency", body: search("currency", "ABC"), pointer: "/currency"),
            Case(
                name: "return before departure", body: search("return_date", .string(Requests.day(ahead: 20))),
                pointer: "/return_date"),
        ]
    }
}
