import FarePorts
import WireFormats

/// What an order is called by in a message.
struct OrderName {
    let id: String
    let ownerCode: String?

    /// An `Order`.
    func write(to writer: inout XMLWriter) {
        writer.element("Order") { writer in
            writer.element("OrderID", text: id)
            writer.elementIfPresent("OwnerCode", text: ownerCode)
        }
    }
}

extension ProviderOrder {
    /// What its payload keeps.
    var notes: OrderNotes { OrderNotes(payload: payload) ?? OrderNotes(ownerCode: nil, itemIDs: []) }

    var name: OrderName { OrderName(id: id, ownerCode: notes.ownerCode) }
}
