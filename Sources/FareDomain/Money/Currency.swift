/// An ISO 4217 currency: its alphabetic code, and how many digits its minor unit has.
public struct Currency: Hashable, Sendable {
    /// The alphabetic code, three capitals, e.g. `GBP`.
    public let code: String
    /// Digits after the decimal point: 2 for GBP, 0 for JPY, 3 for BHD.
    public let exponent: Int

    /// Looks a code up in the ISO 4217 table. Nil for a code that is not in it, or that isn't money (XAU, XXX).
    ///
    /// - Parameter code: three capitals.
    public init?(_ code: some StringProtocol) {
        guard let exponent = ISO4217.exponents[String(code)] else { return nil }
        self.code = String(code)
        self.exponent = exponent
    }

    init(code: String, exponent: Int) {
        self.code = code
        self.exponent = exponent
    }
}

extension Currency: CustomStringConvertible {
    public var description: String { code }
}

extension Currency: Comparable {
    public static func < (left: Currency, right: Currency) -> Bool { left.code < right.code }
}

extension Currency: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let code = try container.decode(String.self)
        guard let currency = Currency(code) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a currency: \(code)")
        }
        self = currency
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(code)
    }
}
