import FareDomain
import FarePorts
import WireFormats

/// What must be named again to price and to order an offer. Kept in its payload.
struct OfferSelection {
    struct Item {
        let id: String
        let passengerIDs: [String]
    }

    var offerID: String
    var ownerCode: String?
    var shoppingResponseID: String?
    var items: [Item]
    var slots: [PassengerSlot]

    init(offerID: String, ownerCode: String?, shoppingResponseID: String?, items: [Item], slots: [PassengerSlot]) {
        self.offerID = offerID
        self.ownerCode = ownerCode
        self.shoppingResponseID = shoppingResponseID
        self.items = items
        self.slots = slots
    }

    var payload: String {
        var writer = JSONWriter(reserving: 256)
        writer.object { writer in
            writer.member("offer", offerID)
            writer.member("owner", ownerCode)
            writer.member("shopping", shoppingResponseID)
            writer.array("items") { writer in
                for item in items {
                    writer.object { writer in
                        writer.member("id", item.id)
                        writer.member("pax", item.passengerIDs)
                    }
                }
            }
            writer.array("slots") { writer in
                for slot in slots {
                    writer.object { writer in
                        writer.member("id", slot.id)
                        writer.member("type", slot.type.rawValue)
                    }
                }
            }
        }
        return writer.text
    }

    /// - Parameter payload: as it was made here.
    /// - Throws: for anything else.
    init(payload: String) throws(WireError) {
        let root = try JSONDocument(PaddedBytes(payload)).root
        offerID = try root.string("offer")
        ownerCode = try root.stringIfPresent("owner")
        shoppingResponseID = try root.stringIfPresent("shopping")
        items = []
        for item in try root.elements("items") {
            var passengerIDs: [String] = []
            for id in try item.elements("pax") { passengerIDs.append(try id.requireString()) }
            items.append(Item(id: try item.string("id"), passengerIDs: passengerIDs))
        }
        slots = []
        for slot in try root.elements("slots") {
            guard let type = PassengerType(rawValue: try slot.string("type")) else {
                throw slot.error(.badValue, "not a type of passenger")
            }
            slots.append(PassengerSlot(id: try slot.string("id"), type: type))
        }
    }

    /// A `SelectedOffer`.
    ///
    /// - Parameter total: what is agreed on; nil where it is being asked for.
    func write(total: Money?, to writer: inout XMLWriter) {
        writer.element("SelectedOffer") { writer in
            writer.element("OfferRefID", text: offerID)
            writer.elementIfPresent("OwnerCode", text: ownerCode)
            for item in items {
                writer.element("SelectedOfferItem") { writer in
                    writer.element("OfferItemRefID", text: item.id)
                    for id in item.passengerIDs { writer.element("PaxRefID", text: id) }
                }
            }
            writer.elementIfPresent("ShoppingResponseRefID", text: shoppingResponseID)
            if let total {
                writer.element("TotalOfferPriceAmount", ["CurCode": total.currency.code], text: total.amount)
            }
        }
    }

    /// Which passenger takes which slot: in the slots' order, the first of the same type that is left.
    ///
    /// - Returns: the index of the passenger of each slot; nil unless there are as many as slots, of the same types.
    func seating(of passengers: [Passenger]) -> [Int]? {
        guard passengers.count == slots.count else { return nil }
        var free = Array(passengers.indices)
        var seating: [Int] = []
        for slot in slots {
            guard let place = free.firstIndex(where: { passengers[$0].type == slot.type }) else { return nil }
            seating.append(free.remove(at: place))
        }
        return seating
    }
}
