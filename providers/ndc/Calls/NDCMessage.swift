import FarePorts
import WireFormats

/// The requests of IATA's 19.2 schemas that are spoken here, by their root elements.
enum NDCMessage: String, Sendable {
    case airShopping = "IATA_AirShoppingRQ"
    case offerPrice = "IATA_OfferPriceRQ"
    case orderCreate = "IATA_OrderCreateRQ"
    case orderChange = "IATA_OrderChangeRQ"
    case orderRetrieve = "IATA_OrderRetrieveRQ"
    case orderList = "IATA_OrderListRQ"
    case orderReshop = "IATA_OrderReshopRQ"
    case orderCancel = "IATA_OrderCancelRQ"

    /// Each message has a namespace of its own.
    private var namespace: String { "http://www.iata.org/IATA/2015/00/2019.2/\(rawValue)" }

    /// Whether it asks for an offer; the others ask for an order.
    var isAboutOffer: Bool { self == .airShopping || self == .offerPrice || self == .orderCreate }

    /// The whole message. The schemas put elements in alphabetical order, here and in every `request`.
    ///
    /// - Parameter request: writes what is inside `Request`.
    func document(context: CallContext, request: (inout XMLWriter) -> Void) -> [UInt8] {
        var writer = XMLWriter()
        writer.element(rawValue, ["xmlns": namespace]) { writer in
            writer.element("Party") { writer in
                writer.element("Sender") { writer in
                    writer.element("TravelAgency") { $0.element("AgencyID", text: "FAREMUX") }
                }
            }
            writer.element("PayloadAttributes") { writer in
                writer.element("TrxID", text: context.requestID)
                writer.element("VersionNumber", text: "2019.2")
            }
            writer.element("Request", [:], request)
        }
        return writer.bytes
    }
}
