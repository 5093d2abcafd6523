import FareDomain
import WireFormats

/// The class of travel as messages write it.
enum CabinType {
    static func code(of cabin: Cabin) -> String {
        switch cabin {
        case .economy: "Y"
        case .premiumEconomy: "W"
        case .business: "C"
        case .first: "F"
        }
    }

    /// Reads a `CabinType`. Its name counts: some put the booking class where the cabin's code belongs.
    ///
    /// - Returns: nil where neither says.
    static func cabin(_ type: XMLElement) -> Cabin? {
        if let name = type.text("CabinTypeName")?.uppercased() {
            if name.contains("FIRST") { return .first }
            if name.contains("BUSINESS") { return .business }
            if name.contains("PREMIUM") { return .premiumEconomy }
            if name.contains("ECONOMY") { return .economy }
        }
        switch type.text("CabinTypeCode") {
        case "Y", "M": return .economy
        case "W": return .premiumEconomy
        case "C", "J": return .business
        case "F": return .first
        default: return nil
        }
    }
}
