import FarePorts
import Testing
import WireFormats

extension World {
    /// The cheapest offer of the usual search.
    func cheapestOffer() async throws -> JSONValue { try await offer { _ in true } }

    /// The cheapest offer of the usual search that is wanted.
    func offer(_ isWanted: (JSONValue) throws -> Bool) async throws -> JSONValue {
        let answer = try await service.post("/search", Requests.search())
        let offers = try answer.json.elements("offers")
        return try #require(try offers.first { try $0["bookable"]?.bool == true && isWanted($0) })
    }

    /// Has the offer's provider move its fare at the next reprice, for good.
    func moveFare(of offer: JSONValue, percent: Int) async throws {
        try await fault(
            offer.string("provider"),
            ["operation": "reprice", "fault": "price_change", "percent": .int(percent), "times": 1])
    }
}

extension JSONValue {
    /// The decimal text of a money member.
    func amount(_ name: StaticString) throws -> String { try require(name).string("amount") }

    /// As it is written.
    var text: String { String(decoding: rawBytes, as: UTF8.self) }

    /// A money member of a currency with two minor digits.
    func minorUnits(_ name: StaticString) throws -> Int {
        try #require(Int(amount(name).filter { $0 != "." }))
    }
}
