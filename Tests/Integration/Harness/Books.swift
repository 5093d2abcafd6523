import FarePorts
import Testing
import WireFormats

/// What the ledgers must say of a booking.
enum Books {
    /// Exactly one ticketed order over all providers, exactly one captured payment, and both are this booking's.
    static func expectOne(_ booking: JSONValue, in world: World) async throws {
        let total = try booking.require("total").string("amount")
        let ticketed = try await world.orders().filter { try $0.order.string("state") == "ticketed" }
        #expect(ticketed.count == 1)
        if let (provider, order) = ticketed.first {
            #expect(try provider == booking.string("provider"))
            #expect(try order.string("locator") == booking.string("pnr"))
            #expect(try order.require("total").string("amount") == total)
        }
        let held = try await world.orders().filter { try $0.order.string("state") == "held" }
        #expect(held.isEmpty, "holds that nobody wants")
        let captured = try await world.payments().filter { try $0.string("state") == "captured" }
        #expect(captured.count == 1)
        if let payment = captured.first {
            #expect(try payment.require("captured").string("amount") == total)
            #expect(try payment.string("id") == booking.require("payment").string("reference"))
        }
        #expect(try await world.payments().allSatisfy { try $0.string("state") != "authorized" })
        #expect(try booking.require("payment").string("status") == "captured")
    }
}
