import FareDomain
import WireFormats

/// A passenger as a message numbers it, before it has a name.
struct PassengerSlot: Hashable {
    let id: String
    let type: PassengerType
    /// The slot of the adult that an infant travels with, where that is told.
    var adultID: String?

    /// `PAX1`, `PAX2`, … Each infant goes with an adult of its own.
    static func slots(of types: [PassengerType]) -> [PassengerSlot] {
        let ids = types.indices.map { "PAX\($0 + 1)" }
        var adults = zip(ids, types).filter { $0.1 == .adult }.map(\.0)[...]
        return zip(ids, types).map { id, type in
            PassengerSlot(id: id, type: type, adultID: type == .infant ? adults.popFirst() : nil)
        }
    }

    /// - Throws: for a type of passenger that is never asked for.
    init(_ pax: XMLElement) throws(DroppedOffer) {
        guard let id = pax.text("PaxID") else { throw DroppedOffer("no passengers") }
        switch pax.text("PTC") {
        case "ADT": type = .adult
        case "CHD", "CNN": type = .child
        case "INF": type = .infant
        default: throw DroppedOffer("unknown passenger type")
        }
        self.id = id
    }

    init(id: String, type: PassengerType, adultID: String? = nil) {
        self.id = id
        self.type = type
        self.adultID = adultID
    }

    /// IATA's passenger type code.
    var code: String {
        switch type {
        case .adult: "ADT"
        case .child: "CHD"
        case .infant: "INF"
        }
    }

    func write(to writer: inout XMLWriter) {
        writer.element("Pax") { writer in
            writer.element("PaxID", text: id)
            writer.elementIfPresent("PaxRefID", text: adultID)
            writer.element("PTC", text: code)
        }
    }
}
