import FareDomain

// The domain's words in Amadeus' own.

extension Cabin {
    var amadeusName: String {
        switch self {
        case .economy: "ECONOMY"
        case .premiumEconomy: "PREMIUM_ECONOMY"
        case .business: "BUSINESS"
        case .first: "FIRST"
        }
    }

    init?(amadeusName: String) {
        guard let cabin = Cabin.allCases.first(where: { $0.amadeusName == amadeusName }) else { return nil }
        self = cabin
    }
}

extension PassengerType {
    var amadeusName: String {
        switch self {
        case .adult: "ADULT"
        case .child: "CHILD"
        case .infant: "HELD_INFANT"
        }
    }
}

extension Gender {
    var amadeusName: String {
        switch self {
        case .male: "MALE"
        case .female: "FEMALE"
        case .unspecified: "UNSPECIFIED"
        }
    }
}
