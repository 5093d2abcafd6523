import FarePorts
import Foundation
import Testing
import WireFormats

/// `POST /bookings` with an offer, over real processes.
@Suite(.serialized) struct OfferBookingTests {
    @Test func theNamedOfferIsBookedAtThePriceThatWasShown() async throws {
        try await World.run { world in
            let offer = try await world.offer { try $0.string("provider") == "ndc" }
            let key = Requests.key()
            let booked = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(booked.status == 201, "\(booked.text)")
            let booking = try booked.json
            #expect(try booking.string("status") == "ticketed")
            #expect(try booking.string("provider") == "ndc")
            #expect(try booking.amount("total") == offer.amount("total"))
            #expect(try booking.elements("components").map { try $0.string("offer_id") } == [offer.string("id")])
            #expect(booked.header("Location") == "/bookings/\(try booking.string("id"))")
            try await Books.expectOne(booking, in: world)
            let again = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(again.bytes == booked.bytes)
            #expect(again.header("Idempotent-Replayed") == "true")
            let other = try await world.service.post(
                "/bookings", Requests.booking(of: offer, more: [JSONNode.Member("allow_duplicate", true)]),
                headers: key)
            #expect(other.status == 422)
            #expect(try other.json.string("code") == "idempotency-key-reused")
        }
    }

    @Test func anOfferThatCantBeHeldIsOrderedAtOnce() async throws {
        try await World.run { world in
            let offer = try await world.offer { try !$0.bool("holdable") }
            let booked = try await world.service.post(
                "/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            let steps = Set(try booked.json.elements("timeline").map { try $0.string("step") })
            #expect(steps.contains("order"))
            #expect(steps.isDisjoint(with: ["hold", "confirm"]))
            try await Books.expectOne(booked.json, in: world)
        }
    }

    @Test func aFareThatRoseIsBookedOnlyOnceItIsAccepted() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            try await world.moveFare(of: offer, percent: 10)
            let key = Requests.key()
            let refused = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(refused.status == 409, "\(refused.text)")
            let problem = try refused.json
            #expect(try problem.string("code") == "fare-changed")
            #expect(try problem.string("outcome") == "none")
            #expect(try problem.string("booking_id").hasPrefix("bkg_"))
            #expect(problem["receipt"] != nil)
            try expectRise(problem, from: offer)
            #expect(try await world.orders().isEmpty)
            let replay = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(replay.bytes == refused.bytes)
            // Another key alone accepts nothing.
            let again = try await world.service.post("/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(again.status == 409, "\(again.text)")
            let token = try problem.string("accept_token")
            #expect(token.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-" || $0 == "_") })
            let accepted = try await world.service.post(
                "/bookings", Requests.booking(of: offer, token: token), headers: Requests.key())
            #expect(accepted.status == 201, "\(accepted.text)")
            #expect(try accepted.json.amount("total") == problem.amount("new"))
            try await Books.expectOne(accepted.json, in: world)
        }
    }

    @Test func aTokenAcceptsNoMoreThanItsTotal() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            try await world.moveFare(of: offer, percent: 10)
            let priced = try await world.service.post("/offers/\(offer.string("id"))/price", [:])
            let token = try priced.json.string("accept_token")
            try await world.moveFare(of: offer, percent: 10)
            let refused = try await world.service.post(
                "/bookings", Requests.booking(of: offer, token: token), headers: Requests.key())
            #expect(refused.status == 409, "\(refused.text)")
            #expect(try refused.json.amount("old") == priced.json.amount("new"))
            #expect(try refused.json.minorUnits("new") > priced.json.minorUnits("new"))
            let booked = try await world.service.post(
                "/bookings", Requests.booking(of: offer, token: refused.json.string("accept_token")),
                headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
        }
    }

    /// Some providers only tell when the order is made.
    @Test(arguments: World.providers) func aFareThatRoseAtTheHoldIsToldToo(provider: String) async throws {
        try await World.run { world in
            let offer = try await world.offer {
                try $0.string("provider") == provider && $0["holdable"]?.bool == true
            }
            try await world.fault(
                provider, ["operation": "hold", "fault": "price_change", "percent": 10, "times": 1])
            let refused = try await world.service.post(
                "/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(refused.status == 409, "\(refused.text)")
            try expectRise(try refused.json, from: offer)
            let booked = try await world.service.post(
                "/bookings", Requests.booking(of: offer, token: refused.json.string("accept_token")),
                headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            try await Books.expectOne(booked.json, in: world)
        }
    }

    @Test func aFareThatFellIsChargedAsItIs() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            try await world.moveFare(of: offer, percent: -10)
            let booked = try await world.service.post(
                "/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            #expect(try booked.json.minorUnits("total") < offer.minorUnits("total"))
            try await Books.expectOne(booked.json, in: world)
        }
    }

    @Test func theSameTripUnderAnotherKeyIsADuplicate() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let first = try await world.service.post("/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(first.status == 201, "\(first.text)")
            let again = try await world.offer {
                try $0.require("slices").text == offer.require("slices").text
            }
            let key = Requests.key()
            let refused = try await world.service.post("/bookings", Requests.booking(of: again), headers: key)
            #expect(refused.status == 409, "\(refused.text)")
            let problem = try refused.json
            #expect(try problem.string("code") == "duplicate-booking")
            #expect(try problem.string("duplicate_of") == first.json.string("id"))
            #expect(try problem.string("booking_id") != first.json.string("id"))
            try await Books.expectOne(try first.json, in: world)
            let replay = try await world.service.post("/bookings", Requests.booking(of: again), headers: key)
            #expect(replay.bytes == refused.bytes)
            let meant = [JSONNode.Member("allow_duplicate", true)]
            let second = try await world.service.post(
                "/bookings", Requests.booking(of: again, more: meant), headers: Requests.key())
            #expect(second.status == 201, "\(second.text)")
        }
    }

    @Test func whatCantBeBookedIsSaidSo() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let provider = try offer.string("provider")
            try await world.fault(provider, ["operation": "reprice", "fault": "sold_out"])
            let key = Requests.key()
            let soldOut = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(soldOut.status == 409, "\(soldOut.text)")
            #expect(try soldOut.json.string("code") == "sold-out")
            let gone = try await world.service.post("/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(gone.status == 410, "\(gone.text)")
            #expect(try gone.json.string("code") == "offer-expired")
            let replay = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(replay.bytes == soldOut.bytes)
            let never = try await world.service.post(
                "/bookings", Requests.booking(offer: "nonsense"), headers: Requests.key())
            #expect(never.status == 404)
            try await world.fault(provider)
            let declined = try await world.service.post(
                "/bookings", Requests.booking(of: world.cheapestOffer(), payment: "pm_card_visa_chargeDeclined"),
                headers: Requests.key())
            #expect(declined.status == 402, "\(declined.text)")
        }
    }

    @Test(arguments: World.providers) func aHoldThatRunsOutIsToldAsThat(provider: String) async throws {
        try await World.run { world in
            let offer = try await world.offer { try $0.string("provider") == provider && $0.bool("holdable") }
            try await world.fault(provider, ["operation": "hold", "fault": "expire_early"])
            let key = Requests.key()
            let expired = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(expired.status == 410, "\(expired.text)")
            let problem = try expired.json
            #expect(try problem.string("code") == "hold-expired")
            #expect(try problem.string("outcome") == "none")
            for payment in try await world.payments() { #expect(try payment.string("state") == "voided") }
            // What failed is still a booking, of something.
            let id = try problem.string("booking_id")
            let failed = try await world.service.get("/bookings/\(id)").json
            #expect(try failed.string("status") == "failed")
            #expect(try failed.amount("total") == offer.amount("total"))
            #expect(try !Array(failed.require("itinerary").elements("slices")).isEmpty)
            let replay = try await world.service.post("/bookings", Requests.booking(of: offer), headers: key)
            #expect(replay.bytes == expired.bytes)
        }
    }

    @Test func wrongFieldsAreNamed() async throws {
        try await World.run { world in
            let offer = try await world.cheapestOffer()
            let id = try offer.string("id")
            let child = Requests.passenger(("type", "child"), ("born_on", .string(Requests.day(ahead: -1500))))
            let young = Requests.passenger(("born_on", .string(Requests.day(ahead: -1500))))
            let wrong: [(JSONNode, String)] = [
                (Requests.booking(offer: id, passengers: [child]), "/passengers/0/type"),
                (Requests.booking(offer: id, passengers: [young]), "/passengers/0/type"),
                (Requests.booking(offer: id, passengers: [Requests.ada, Requests.ada]), "/passengers/1/type"),
                (Requests.booking(offer: id, passengers: []), "/passengers"),
                (Requests.booking(offer: id, payment: ""), "/payment/token"),
                (Requests.booking(offer: id, more: [JSONNode.Member("max_total", 1)]), "/max_total"),
                (Requests.booking(offer: id, more: [JSONNode.Member("hold_id", "hld_1")]), "/hold_id"),
                (Requests.booking(offer: id, token: "nonsense"), "/accept_token"),
                (["passengers": [Requests.ada], "payment": ["token": "pm_card_visa"]], "/offer_id"),
            ]
            for (body, pointer) in wrong {
                let key = Requests.key()
                let answer = try await world.service.post("/bookings", body, headers: key)
                #expect(answer.status == 422, "\(answer.text)")
                let pointers = try answer.json.elements("errors").map { try $0.string("pointer") }
                #expect(pointers.contains(pointer), "\(pointer) not in \(pointers)")
                // Not stored: the key is free for what was meant.
                let corrected = try await world.service.post("/bookings", ["offer_id": 7], headers: key)
                #expect(corrected.status == 422)
                #expect(try corrected.json.string("code") == "validation-failed")
            }
            #expect(try await world.service.post("/bookings", Requests.booking(offer: id)).status == 400)
            #expect(try await world.orders().isEmpty)
        }
    }

    @Test func aTokenIsForItsOfferAlone() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-key-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data("a key for nothing but this very test".utf8).write(to: file)
        try await World.run(environment: ["FAREMUX_SEALING_KEY_FILE": file.path]) { world in
            let offer = try await world.cheapestOffer()
            try await world.moveFare(of: offer, percent: 10)
            let priced = try await world.service.post("/offers/\(offer.string("id"))/price", [:])
            let token = try priced.json.string("accept_token")
            let other = try await world.offer { try $0.string("id") != offer.string("id") }
            let refused = try await world.service.post(
                "/bookings", Requests.booking(of: other, token: token), headers: Requests.key())
            #expect(refused.status == 422)
            #expect(try refused.json.elements("errors").map { try $0.string("pointer") } == ["/accept_token"])
        }
    }

    @Test func aSealingKeyThatIsNoneStopsTheStart() async throws {
        let short = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-key-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: short) }
        try Data("short\n".utf8).write(to: short)
        for path in [short.path, "/nonexistent/key"] {
            let program = try BuiltProgram(
                "faremux",
                arguments: [
                    "serve", "--port", "0", "--providers",
                    BuiltProgram.project.appendingPathComponent("providers").path,
                ],
                environment: ["FAREMUX_SEALING_KEY_FILE": path, "FAREMUX_STORE": "sqlite:///\(short.path).db"])
            #expect(try await program.exitStatus() != 0)
            #expect(program.standardError.contains("FAREMUX_SEALING_KEY_FILE"), "\(program.standardError)")
            #expect(program.standardError.contains(path))
        }
        for suffix in ["", "-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: "\(short.path).db\(suffix)")
        }
    }
}
