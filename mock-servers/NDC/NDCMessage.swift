import FarePorts
import WireFormats

/// A message that came in.
struct NDCMessage: Sendable {
    /// By its root element, and what it is answered with.
    enum Kind: String, Sendable {
        case airShopping = "IATA_AirShoppingRQ"
        case offerPrice = "IATA_OfferPriceRQ"
        case orderCreate = "IATA_OrderCreateRQ"
        case orderChange = "IATA_OrderChangeRQ"
        case orderRetrieve = "IATA_OrderRetrieveRQ"
        case orderList = "IATA_OrderListRQ"
        case orderReshop = "IATA_OrderReshopRQ"
        case orderCancel = "IATA_OrderCancelRQ"

        var answer: String {
            switch self {
            case .airShopping: "IATA_AirShoppingRS"
            case .offerPrice: "IATA_OfferPriceRS"
            case .orderCreate, .orderChange, .orderRetrieve: "IATA_OrderViewRS"
            case .orderList: "IATA_OrderListRS"
            case .orderReshop: "IATA_OrderReshopRS"
            case .orderCancel: "IATA_OrderCancelRS"
            }
        }
    }

    let kind: Kind
    /// `Request`.
    let request: XMLElement

    init(_ request: MockRequest) throws(NDCProblem) {
        guard request.method == "POST", let document = try? XMLDocument(PaddedBytes(request.body)) else {
            throw NDCProblem.malformed("not an XML document that was posted")
        }
        guard let kind = Kind(rawValue: document.root.name), let body = document.root.first("Request") else {
            throw NDCProblem.malformed("not a message of NDC 19.2 that is known here")
        }
        self.kind = kind
        self.request = body
    }
}

extension MockReply {
    private static let namespaces = "http://www.iata.org/IATA/2015/00/2019.2/"

    /// A message of its own namespace, as this version has them.
    static func message(_ name: String, _ write: (inout XMLWriter) -> Void) -> MockReply {
        var writer = XMLWriter()
        writer.element(name, ["xmlns": namespaces + name]) { writer in
            write(&writer)
            writer.element("PayloadAttributes") { $0.element("VersionNumber", text: "2019.2") }
        }
        return MockReply(
            status: 200, headers: [("content-type", "application/xml; charset=utf-8")], body: writer.bytes)
    }
}
