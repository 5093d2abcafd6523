/// A provider instance, as its `provider.yaml` names it: `duffel`, `amadeus`, `ndc-iberia`.
public struct ProviderID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    public static func < (left: ProviderID, right: ProviderID) -> Bool { left.rawValue < right.rawValue }
}

/// Faremux's own id of an offer, with the prefix `ofr_`.
public struct OfferID: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }

    public static func < (left: OfferID, right: OfferID) -> Bool { left.rawValue < right.rawValue }
}

/// A booking's id, with the prefix `bkg_`.
public struct BookingID: Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

/// A cancellation's id, with the prefix `cxl_`.
public struct CancellationID: Hashable, Sendable, Codable, CustomStringConvertible {
    public let rawValue: String

    public init(_ rawValue: String) { self.rawValue = rawValue }

    public var description: String { rawValue }
}

/// An IATA location code, three capitals: an airport (`LHR`) or a city (`LON`).
public struct LocationCode: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// Nil unless it is three capital letters of ASCII. Whether such a place exists is the airport table's to say.
    public init?(_ text: some StringProtocol) {
        guard text.utf8.count == 3, text.utf8.allSatisfy({ (0x41...0x5A).contains($0) }) else { return nil }
        rawValue = String(text)
    }

    public var description: String { rawValue }

    public static func < (left: LocationCode, right: LocationCode) -> Bool { left.rawValue < right.rawValue }
}

/// An airline designator: two letters or digits by IATA (`BA`, `U2`), or three letters by ICAO.
public struct CarrierCode: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    public let rawValue: String

    /// Nil unless it is two or three capitals and digits of ASCII.
    public init?(_ text: some StringProtocol) {
        guard (2...3).contains(text.utf8.count),
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) })
        else { return nil }
        rawValue = String(text)
    }

    public var description: String { rawValue }

    public static func < (left: CarrierCode, right: CarrierCode) -> Bool { left.rawValue < right.rawValue }
}

// Stored values are held to the same rules as new ones: the airport table reckons with three capitals.

extension LocationCode {
    private enum CodingKeys: String, CodingKey { case rawValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let code = LocationCode(try container.decode(String.self, forKey: .rawValue)) else {
            throw DecodingError.dataCorruptedError(forKey: .rawValue, in: container, debugDescription: "no location")
        }
        self = code
    }
}

extension CarrierCode {
    private enum CodingKeys: String, CodingKey { case rawValue }

    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard let code = CarrierCode(try container.decode(String.self, forKey: .rawValue)) else {
            throw DecodingError.dataCorruptedError(forKey: .rawValue, in: container, debugDescription: "no carrier")
        }
        self = code
    }
}
