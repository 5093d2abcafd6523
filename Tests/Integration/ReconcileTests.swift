import FarePorts
import Testing
import WireFormats

/// `faremux reconcile` against the running service.
@Suite(.serialized) struct ReconcileTests {
    @Test func aSoundStoreIsSaidSo() async throws {
        try await World.run { world in
            let booked = try await world.service.post("/cheapest-booking", Requests.booking(), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            let (status, printed) = try await reconcile(in: world)
            #expect(status == 0, "\(printed)")
            #expect(printed.contains("nothing amiss"))
            let report = try await world.service.post("/admin/reconcile", [:]).json
            #expect(try report.require("checked").int("bookings") == 1)
            #expect(try Array(report.elements("findings")).isEmpty)
            #expect(try await world.service.post("/admin/reconcile", ["deep": true]).status == 422)
        }
    }

    @Test func whatPeopleMustLookAtEndsWithOne() async throws {
        try await World.run { world in
            let offer = try await world.offer {
                try $0.string("provider") == "duffel" && $0.require("fare").string("refundable") == "yes"
            }
            let booked = try await world.service.post("/bookings", Requests.booking(of: offer), headers: Requests.key())
            #expect(booked.status == 201, "\(booked.text)")
            try await cancelTheOnlyOrder(at: world.mock("duffel"))
            let (status, printed) = try await reconcile(in: world)
            #expect(status == 1, "\(printed)")
            let id = try booked.json.string("id")
            #expect(
                printed.split(separator: "\n").contains { $0.contains(id) && $0.contains("reported") }, "\(printed)")
            let (again, json) = try await reconcile(["--json"], in: world)
            #expect(again == 1)
            let findings = try JSONDocument(PaddedBytes(Array(json.utf8))).root.elements("findings")
            #expect(try findings.contains { try $0.string("booking_id") == id && $0.string("kind") == "ticket_gone" })
        }
    }

    /// Behind the service's back, as an airline's agent might.
    private func cancelTheOnlyOrder(at duffel: Client) async throws {
        let headers = [HTTPHeader("Authorization", "Bearer test"), HTTPHeader("Duffel-Version", "v2")]
        let orders = try await duffel.send(.get, "/air/orders", headers: headers).json
        let order = try #require(Array(orders.elements("data")).first)
        let quote = try await duffel.post(
            "/air/order_cancellations", ["data": ["order_id": .string(order.string("id"))]], headers: headers)
        let id = try quote.json.require("data").string("id")
        let confirmed = try await duffel.send(
            .post, "/air/order_cancellations/\(id)/actions/confirm", headers: headers)
        try #require(confirmed.status == 200, "\(confirmed.text)")
    }

    private func reconcile(_ arguments: [String] = [], in world: World) async throws -> (Int32, String) {
        let program = try BuiltProgram("faremux", arguments: ["reconcile", "--server", world.service.base] + arguments)
        let status = try await program.exitStatus()
        return (status, program.standardOutput + program.standardError)
    }
}
