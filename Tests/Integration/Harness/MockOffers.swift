import FarePorts
import Foundation
import WireFormats

/// The mocks' own offers, read in each one's wire format, without anything of the service.
enum MockOffers {
    struct Cheapest: Sendable {
        var provider: String
        var amount: String
    }

    /// The cheapest offer for one adult, one way, over all three.
    static func minimum(in world: World, _ origin: String, _ destination: String, _ day: String) async throws
        -> Cheapest
    {
        var totals: [(provider: String, pence: Int)] = []
        totals += try await duffel(world, origin, destination, day).map { ("duffel", $0) }
        totals += try await amadeus(world, origin, destination, day).map { ("amadeus", $0) }
        totals += try await ndc(world, origin, destination, day).map { ("ndc", $0) }
        guard let cheapest = totals.min(by: { $0.pence < $1.pence }) else { throw HarnessError("no offers at all") }
        let amount = String(format: "%d.%02d", cheapest.pence / 100, cheapest.pence % 100)
        return Cheapest(provider: cheapest.provider, amount: amount)
    }

    static func duffel(_ world: World, _ origin: String, _ destination: String, _ day: String) async throws -> [Int] {
        let body: JSONNode = [
            "data": [
                "slices": [
                    [
                        "origin": .string(origin), "destination": .string(destination),
                        "departure_date": .string(day),
                    ]
                ], "passengers": [["type": "adult"]], "cabin_class": "economy",
            ]
        ]
        let headers = [HTTPHeader("Authorization", "Bearer test"), HTTPHeader("Duffel-Version", "v2")]
        let answer = try await world.mock("duffel").post(
            "/air/offer_requests?return_offers=true", body, headers: headers)
        return try answer.json.require("data").elements("offers").map { try pence($0.string("total_amount")) }
    }

    static func amadeus(_ world: World, _ origin: String, _ destination: String, _ day: String) async throws -> [Int] {
        let mock = world.mock("amadeus")
        let form = "grant_type=client_credentials&client_id=a&client_secret=b"
        let token = try await mock.send(
            .post, "/v1/security/oauth2/token", body: Array(form.utf8),
            headers: [HTTPHeader("Content-Type", "application/x-www-form-urlencoded")]
        ).json.string("access_token")
        let answer = try await mock.send(
            .get,
            "/v2/shopping/flight-offers?originLocationCode=\(origin)&destinationLocationCode=\(destination)"
                + "&departureDate=\(day)&adults=1&currencyCode=GBP&max=250&travelClass=ECONOMY",
            headers: [HTTPHeader("Authorization", "Bearer \(token)")])
        return try answer.json.elements("data").map { try pence($0.require("price").string("grandTotal")) }
    }

    static func ndc(_ world: World, _ origin: String, _ destination: String, _ day: String) async throws -> [Int] {
        let answer = try await world.mock("ndc").send(
            .post, World.ndcPath, body: Array(shopping(origin, destination, day).utf8),
            headers: [HTTPHeader("Content-Type", "application/xml"), HTTPHeader("X-API-Key", "test")])
        let root = try XMLDocument(PaddedBytes(answer.bytes)).root
        guard let group = root.first("Response", "OffersGroup", "CarrierOffers") else { return [] }
        return try group.children(named: "Offer").map { offer in
            try offer.children(named: "OfferItem").reduce(0) { sum, item in
                try sum + pence(item.requireText("Price", "TotalAmount"))
            }
        }
    }

    private static func shopping(_ origin: String, _ destination: String, _ day: String) -> String {
        """
        <?xml version="1.0" encoding="UTF-8"?>
        <IATA_AirShoppingRQ xmlns="http://www.iata.org/IATA/2015/00/2019.2/IATA_AirShoppingRQ">
        <Request><FlightCriteria><OriginDestCriteria>
        <DestArrivalCriteria><IATA_LocationCode>\(destination)</IATA_LocationCode></DestArrivalCriteria>
        <OriginDepCriteria><Date>\(day)</Date><IATA_LocationCode>\(origin)</IATA_LocationCode></OriginDepCriteria>
        <PreferredCabinType><CabinTypeCode>M</CabinTypeCode></PreferredCabinType>
        </OriginDestCriteria></FlightCriteria>
        <Paxs><Pax><PaxID>Pax1</PaxID><PTC>ADT</PTC></Pax></Paxs></Request>
        </IATA_AirShoppingRQ>
        """
    }

    /// `123.45`, `126`, `162.00000000000000000000` in pence.
    private static func pence(_ amount: String) throws -> Int {
        let parts = amount.split(separator: ".", omittingEmptySubsequences: false)
        guard let whole = Int(parts[0]) else { throw HarnessError("not an amount: \(amount)") }
        let fraction = parts.count > 1 ? String((parts[1] + "00").prefix(2)) : "00"
        return whole * 100 + (Int(fraction) ?? 0)
    }
}
