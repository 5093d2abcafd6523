import FarePorts
import Testing
import WireFormats

extension World {
    /// The cheapest offer of the usual search.
    func cheapestOffer() async throws -> JSONValue { try await offer { _ in true } }

    /// The cheapest offer of the usual search that is wanted; of one of the days after, where there is none. The usual
    /// day moves, and not every one has offers of every kind.
    func offer(_ isWanted: (JSONValue) throws -> Bool) async throws -> JSONValue {
        for ahead in Requests.ahead..<Requests.ahead + 10 {
            var search = Requests.search(day: Requests.day(ahead: ahead))
            search.append("limit", 500)
            let offers = try await service.post("/search", search).json.elements("offers")
            let found = try offers.first { try $0["bookable"]?.bool == true && isWanted($0) }
            if let found { return found }
        }
        throw HarnessError("no such offer on any of ten days")
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
