import FareBooking
import FareDomain
import FarePorts
import FareTestSupport
import HTTPTypes
import Synchronization
import Testing
import WireFormats

@testable import FareHTTP

/// What a caller is told, by what the provider and the gateway did.
struct BookingAnswerTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var operation: FakeProvider.Operation
        var fault: FakeProvider.Fault
        var status: Int
        var code: String

        var testDescription: String { "\(operation) \(code)" }
    }

    static let cases = [
        Case(operation: .reprice, fault: .refuse(.soldOut), status: 409, code: "sold-out"),
        Case(operation: .hold, fault: .refuse(.soldOut), status: 409, code: "sold-out"),
        Case(operation: .reprice, fault: .raise(percent: 10), status: 409, code: "fare-changed"),
        Case(operation: .hold, fault: .raise(percent: 10), status: 409, code: "fare-changed"),
        Case(operation: .hold, fault: .refuse(.fareChanged), status: 409, code: "fare-changed"),
        Case(operation: .hold, fault: .refuse(.rejected), status: 502, code: "all-candidates-failed"),
        Case(operation: .confirm, fault: .refuse(.rejected), status: 502, code: "all-candidates-failed"),
    ]

    @Test(arguments: cases, ["/bookings", "/cheapest-booking"]) func failuresAreTold(
        wrong: Case, path: String
    ) async throws {
        let bench = Bench()
        let offer = try await bench.offer()
        bench.provider.script(wrong.operation, wrong.fault)
        let body = path == "/bookings" ? Sample.booking(of: offer) : Sample.cheapest
        try await bench.running {
            let reply = try await bench.post(path, body, key: "k")
            #expect(reply.status == wrong.status)
            #expect(try reply.code == wrong.code)
            let problem = try reply.json
            #expect(try problem.string("outcome") == "none")
            #expect(try problem.bool("retryable") == false)
            #expect(try problem.string("booking_id").hasPrefix("bkg_"))
            #expect(try Array(problem.require("receipt").elements("attempts")).count == 1)
            let again = try await bench.post(path, body, key: "k")
            #expect(again.isReplay && again.bytes == reply.bytes)
        }
        #expect(bench.provider.orders.allSatisfy { $0.state != .ticketed })
    }

    @Test func aRiseAboveTheAcceptedTotalIsToldForTheCheapestToo() async throws {
        let bench = Bench()
        bench.provider.script(.reprice, .raise(percent: 10))
        try await bench.running {
            let problem = try await bench.post("/cheapest-booking", Sample.cheapest, key: "k").json
            #expect(try problem.string("code") == "fare-changed")
            #expect(try problem.require("old").string("amount") == "105.00")
            #expect(try problem.require("new").string("amount") == "110.00")
            #expect(try problem.require("difference").string("amount") == "5.00")
            #expect(problem["accept_token"] == nil)
        }
    }

    @Test func aTokenIsNeededAsLongAsTheFareIsAboveWhatWasShown() async throws {
        let bench = Bench()
        let offer = try await bench.offer()
        bench.provider.script(.reprice, .raise(percent: 10))
        try await bench.running {
            let priced = try await bench.post("/offers/\(offer)/price")
            #expect(priced.status == 409)
            let refused = try await bench.post("/bookings", Sample.booking(of: offer), key: "1")
            #expect(try refused.code == "fare-changed")
            let token = try priced.json.string("accept_token")
            let accepted = Sample.booking(of: offer, acceptToken: token)
            let booked = try await bench.post("/bookings", accepted, key: "2")
            #expect(booked.status == 201)
            #expect(try booked.json.require("total").string("amount") == "110.00")
            bench.clock.advance(by: AcceptTokens.lifetime)
            let late = try await bench.post("/bookings", accepted, key: "3")
            #expect(late.status == 422)
            #expect(try late.json.elements("errors").map { try $0.string("pointer") } == ["/accept_token"])
        }
        #expect(bench.gateway.payments.map(\.payment.captured.minorUnits) == [110_00])
    }

    @Test func aBookingWhoseTimelineCantBeReadIsNamedAllTheSame() async throws {
        let bench = Bench()
        bench.store.inject { $0.operation == .journal ? .before(StoreError(.busy, detail: "")) : nil }
        try await bench.running {
            let reply = try await bench.post("/cheapest-booking", Sample.cheapest, key: "k")
            #expect(reply.status == 500)
            let problem = try reply.json
            #expect(try problem.string("code") == "internal-error")
            #expect(try problem.string("outcome") == "unknown")
            #expect(try problem.string("booking_id").hasPrefix("bkg_"))
            #expect(problem["receipt"] != nil)
            bench.store.inject { _ in nil }
            #expect(try await bench.post("/cheapest-booking", Sample.cheapest, key: "k").status == 201)
        }
        #expect(bench.gateway.payments.count == 1)
    }

    @Test func itIsNamedEvenIfTheKeyCantBeReadEither() async throws {
        let bench = Bench()
        bench.store.inject {
            [.journal, .renew].contains($0.operation) ? .before(StoreError(.busy, detail: "")) : nil
        }
        try await bench.running {
            let reply = try await bench.post("/cheapest-booking", Sample.cheapest, key: "k")
            #expect(reply.status == 500)
            try expectBooking(in: reply)
        }
    }

    @Test func aRepetitionIsToldItsBookingWhateverCanBeReadOfIt() async throws {
        let bench = Bench()
        bench.store.inject { $0.operation == .finish ? .before(StoreError(.busy, detail: "")) : nil }
        let booked = try await bench.running {
            let booked = try await bench.post("/cheapest-booking", Sample.cheapest, key: "k")
            #expect(booked.status == 201)
            return try booked.json.string("id")
        }
        func again() async throws -> Bench.Reply {
            try await bench.post("/cheapest-booking", Sample.cheapest, key: "k")
        }
        let inProgress = try await again()
        #expect(try inProgress.code == "request-in-progress")
        #expect(try inProgress.json.string("booking_id") == booked)
        #expect(try inProgress.json.require("receipt").int("considered") == 1)
        bench.clock.advance(by: .seconds(10))
        bench.store.inject { $0.operation == .booking ? .before(StoreError(.busy, detail: "")) : nil }
        let unread = try await again()
        #expect(unread.status == 500)
        #expect(try unread.json.string("outcome") == "unknown")
        #expect(try unread.json.string("booking_id") == booked)
        #expect(try unread.json["receipt"]?.isNull == true)
        bench.store.inject { _ in nil }
        #expect(try await again().status == 201)
        #expect(try await again().isReplay)
    }

    @Test func aBookingWhoseTimelineCantBeShownIsNamedToWhoeverAsksForIt() async throws {
        let bench = Bench()
        let id = try await bench.running {
            try await bench.post("/cheapest-booking", Sample.cheapest, key: "k").json.string("id")
        }
        bench.store.inject { $0.operation == .journal ? .before(StoreError(.busy, detail: "")) : nil }
        let reply = try await bench.send(.get, "/bookings/\(id)")
        #expect(try reply.code == "store-unavailable")
        try expectBooking(in: reply)
    }

    @Test func everyProblemAboutACancellationNamesItsBooking() async throws {
        let bench = Bench()
        try await bench.running {
            let id = try await bench.post("/cheapest-booking", Sample.cheapest, key: "k").json.string("id")
            let noQuote = try await bench.post("/bookings/\(id)/cancellations/cxl_none/confirm", key: "1")
            #expect(noQuote.status == 404)
            try expectBooking(in: noQuote)
            // From here on it is read from the store.
            while bench.engine.current(BookingID(id)) != nil { await Task.yield() }

            let reads = Mutex(0)
            @Sendable func failReads(after count: Int) {
                reads.withLock { $0 = 0 }
                bench.store.inject { call in
                    guard call.operation == .booking else { return nil }
                    return reads.withLock { reads in
                        reads += 1
                        return reads > count ? .before(StoreError(.busy, detail: "")) : nil
                    }
                }
            }
            failReads(after: 0)
            let unread = try await bench.post("/bookings/\(id)/cancel", key: "2")
            #expect(try unread.code == "store-unavailable")
            #expect(unread.headers[.retryAfter] != nil)
            failReads(after: 1)
            let quote = try await bench.post("/bookings/\(id)/cancellations", key: "3")
            #expect(try quote.code == "store-unavailable")
            try expectBooking(in: quote)
            failReads(after: 1)
            let cancelled = try await bench.post("/bookings/\(id)/cancel", key: "4")
            #expect(try cancelled.code == "internal-error")
            #expect(try cancelled.json.string("outcome") == "unknown")
            try expectBooking(in: cancelled)
        }
    }

    private func expectBooking(in reply: Bench.Reply) throws {
        #expect(try reply.json.string("booking_id").hasPrefix("bkg_"))
        #expect(try reply.json.require("receipt").int("considered") == 1)
    }

    @Test func everyProblemHasItsPage() async throws {
        let bench = Bench()
        for code in ProblemCode.allCases {
            let page = try await bench.send(.get, "/problems/\(code.rawValue)")
            #expect(page.status == 200)
            #expect(String(decoding: page.bytes, as: UTF8.self).contains("status \(code.status)"))
        }
    }

    @Test func whoMayDoWhatGoesByThePath() {
        let scopes: [(String, APIKeys.Scope?)] = [
            ("/", nil), ("/ping", nil), ("/problems/sold-out", nil), ("/search", .search), ("/offers/1/price", .search),
            ("/bookings/1/cancel", .book), ("/cheapest-booking", .book), ("/admin/reconcile", .operate),
            ("/anything-else", .operate),
        ]
        for (path, scope) in scopes { #expect(AuthenticationMiddleware.scope(of: path) == scope, "\(path)") }
    }
}
