import FareDomain
import FarePorts
import WireFormats

/// Passengers that Duffel has no way to take.
struct UnbookableParty: Error {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// The body that creates an order.
enum OrderBody {
    /// The key in an order's `metadata` that our reference stands under. Duffel keeps it and doesn't read it.
    static let referenceKey: StaticString = "faremux_reference"

    /// - Parameter instantly: whether it is paid at once, or held.
    static func json(_ request: OrderRequest, instantly: Bool) throws(UnbookableParty) -> JSONNode {
        var data: JSONNode = [
            "type": instantly ? "instant" : "hold",
            "selected_offers": [.string(request.offer.reference)],
            "passengers": .array(try passengers(request)),
            "metadata": .object([JSONNode.Member(referenceKey.description, .string(request.reference))]),
        ]
        if instantly { data.append("payments", [payment(of: request.offer.total)]) }
        return ["data": data]
    }

    /// Out of the balance of the account: Faremux takes the customer's money itself.
    static func payment(of total: Money) -> JSONNode {
        ["type": "balance", "amount": .string(total.amount), "currency": .string(total.currency.code)]
    }

    private static func passengers(_ request: OrderRequest) throws(UnbookableParty) -> [JSONNode] {
        let travelDate = request.offer.itinerary.departsAt.local.date
        guard let slots = try? PassengerSlots(payload: request.offer.payload),
            let assigned = slots.assigned(request.passengers, travelDate: travelDate)
        else { throw UnbookableParty("the passengers are not those of the offer") }
        let ids = Dictionary(assigned.map { ($0.passenger, $0.slot.id) }, uniquingKeysWith: { first, _ in first })
        var nodes: [JSONNode] = []
        for (slot, index) in assigned {
            let infant = request.passengers.firstIndex { $0.type == .infant && $0.adultIndex == index }
            nodes.append(try node(request.passengers[index], id: slot.id, infantID: infant.flatMap { ids[$0] }))
        }
        return nodes
    }

    private static func node(_ passenger: Passenger, id: String, infantID: String?) throws(UnbookableParty) -> JSONNode
    {
        // Duffel knows m and f alone, and an order must not say what the document does not.
        guard passenger.gender != .unspecified else { throw UnbookableParty("gender x can't be sent") }
        var node: JSONNode = [
            "id": .string(id), "title": .string(passenger.title.rawValue),
            "gender": .string(passenger.gender.rawValue), "given_name": .string(passenger.givenName),
            "family_name": .string(passenger.familyName), "born_on": .string(passenger.bornOn.description),
            "email": .string(passenger.email), "phone_number": .string(passenger.phoneNumber),
        ]
        if let infantID { node.append("infant_passenger_id", .string(infantID)) }
        return node
    }
}
