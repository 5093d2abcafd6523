import FareDomain
import FoundationEssentials

/// Tokens by which a caller accepts an offer at the price that a `fare-changed` told it: the offer, the total and an
/// end, sealed. Nothing is kept for them: any replica with the same key can open one.
struct AcceptTokens: Sendable {
    /// Why a token is not taken.
    struct Refusal: Error {
        var detail: String
    }

    /// Long enough to ask somebody, short enough that fares rarely move in between.
    static let lifetime = Duration.seconds(600)
    /// Far longer than any that is made here.
    private static let lengthLimit = 512
    private static let purpose: StaticString = "faremux accept token 1"
    private static let sealLength = 32

    let key: SealingKey

    /// URL-safe text. The same for the same arguments.
    ///
    /// - Parameter time: when the price was told.
    func token(for offer: OfferID, at total: Money, since time: Timestamp) -> String {
        let end = time.advanced(by: Self.lifetime).millisecondsSinceEpoch
        let message = Array("\(offer) \(total.minorUnits) \(total.currency.code) \(end)".utf8)
        return Base64URL.text(message + key.seal(message, for: Self.purpose))
    }

    /// The total that a token accepts.
    ///
    /// - Throws: for one that was not made with this key, is for another offer, or has run out.
    func total(in token: String, for offer: OfferID, at now: Timestamp) throws(Refusal) -> Money {
        guard token.utf8.count <= Self.lengthLimit, let bytes = Base64URL.bytes(token), bytes.count > Self.sealLength
        else { throw Refusal(detail: "is no token of this service") }
        let message = Array(bytes.dropLast(Self.sealLength))
        guard key.isSealed(message, for: Self.purpose, by: bytes.suffix(Self.sealLength)) else {
            throw Refusal(detail: "is no token of this service")
        }
        let words = String(decoding: message, as: UTF8.self).split(separator: " ")
        guard words.count == 4, let units = Int64(words[1]), let currency = Currency(words[2]),
            let end = Int64(words[3])
        else { throw Refusal(detail: "is no token of this service") }
        guard words[0] == offer.rawValue else { throw Refusal(detail: "is for another offer") }
        guard now < Timestamp(millisecondsSinceEpoch: end) else {
            throw Refusal(detail: "has run out: price the offer again")
        }
        return Money(minorUnits: units, currency: currency)
    }
}

/// Base 64 for URLs, without padding (RFC 4648, section 5).
enum Base64URL {
    static func text(_ bytes: [UInt8]) -> String {
        let text = Data(bytes).base64EncodedString().utf8.prefix { $0 != UInt8(ascii: "=") }
        return String(
            decoding: text.map { byte in
                switch byte {
                case UInt8(ascii: "+"): UInt8(ascii: "-")
                case UInt8(ascii: "/"): UInt8(ascii: "_")
                default: byte
                }
            }, as: UTF8.self)
    }

    /// Nil for a text that is none.
    static func bytes(_ text: String) -> [UInt8]? {
        var standard: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "-"): standard.append(UInt8(ascii: "+"))
            case UInt8(ascii: "_"): standard.append(UInt8(ascii: "/"))
            case UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): return nil
            default: standard.append(byte)
            }
        }
        while standard.count % 4 != 0 { standard.append(UInt8(ascii: "=")) }
        return Data(base64Encoded: Data(standard)).map { Array($0) }
    }
}
