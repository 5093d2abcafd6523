import FarePorts
import WireFormats

/// Makes a change to an offer known, without remembering any: every fare basis ends in a checksum of all the rest.
///
/// White space and the order of members don't count, since clients read and write JSON as they like.
struct AmadeusSeal: Sendable {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    private static let length = 8

    private let hash: SeededHash

    init(seed: UInt64) { hash = SeededHash(seed: seed) }

    /// The text of an offer, sealed.
    func sealed(_ offer: AmadeusOffer) -> [UInt8] {
        var draft = JSONWriter()
        offer.write(seal: "", to: &draft)
        // What was just written is JSON.
        guard let document = try? JSONDocument(PaddedBytes(draft.bytes)) else { return draft.bytes }
        var writer = JSONWriter()
        offer.write(seal: checksum(document.root), to: &writer)
        return writer.bytes
    }

    /// Whether an offer is one that was given, unchanged.
    func isIntact(_ offer: JSONValue) -> Bool {
        guard let basis = AmadeusEcho.basis(offer), basis.count > AmadeusSeal.length else { return false }
        return basis.hasSuffix(checksum(offer))
    }

    private func checksum(_ offer: JSONValue) -> String {
        var number = hash.value(AmadeusSeal.canonical(offer))
        return String(
            (0..<AmadeusSeal.length).map { _ in
                defer { number >>= 5 }
                return AmadeusSeal.alphabet[Int(number & 31)]
            })
    }

    private static func canonical(_ value: JSONValue) -> String {
        switch value.kind {
        case .object:
            let members = value.members.filter { $0.key != "fareBasis" }.sorted { $0.key < $1.key }
            return "{" + members.map { "\($0.key):\(canonical($0.value))" }.joined(separator: ",") + "}"
        case .array: return "[" + value.elements.map(canonical).joined(separator: ",") + "]"
        case .string: return "'" + (value.string ?? "") + "'"
        default: return String(decoding: value.rawBytes, as: UTF8.self)
        }
    }
}
