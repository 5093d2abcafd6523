import FarePorts
import WireFormats

/// What must be named again to change an order. Kept in its payload.
struct OrderNotes {
    let ownerCode: String?
    let itemIDs: [String]

    init(ownerCode: String?, itemIDs: [String]) {
        self.ownerCode = ownerCode
        self.itemIDs = itemIDs
    }

    /// Nil for a payload that was not made here.
    init?(payload: String) {
        guard let root = try? JSONDocument(PaddedBytes(payload)).root else { return nil }
        ownerCode = root["owner"]?.string
        itemIDs = root["items"]?.elements.compactMap(\.string) ?? []
    }

    var payload: String {
        var writer = JSONWriter(reserving: 64)
        writer.object { writer in
            writer.member("owner", ownerCode)
            writer.member("items", itemIDs)
        }
        return writer.text
    }
}
