import WireFormats

/// A traveller as a search or an offer names one.
struct AmadeusTraveler: Sendable, Hashable {
    let id: String
    /// `ADULT`, `CHILD`, `HELD_INFANT`…
    let type: String
    /// Of a held infant: who holds it.
    let adultID: String?

    /// How it is priced: everybody with a seat of their own who is no child pays for an adult.
    var priced: TripQuery.Traveller {
        switch type {
        case "HELD_INFANT": .infant
        case "CHILD", "SEATED_INFANT": .child
        default: .adult
        }
    }

    private static let types: Set = [
        "ADULT", "CHILD", "SENIOR", "YOUNG", "HELD_INFANT", "SEATED_INFANT", "STUDENT",
    ]

    /// - Parameters:
    ///   - values: `travelers` of a search or `travelerPricings` of an offer.
    ///   - idName: what the id is called there.
    static func list(_ values: JSONValue?, idName: StaticString, at pointer: String) throws -> [AmadeusTraveler] {
        let travelers = try (values?.elements.map(\.self) ?? []).enumerated().map { index, value in
            guard let id = value[idName]?.string, let type = value["travelerType"]?.string else {
                throw AmadeusProblem.missing("\(pointer)[\(index)]")
            }
            guard types.contains(type) else { throw AmadeusProblem.invalidFormat("\(pointer)[\(index)]/travelerType") }
            return AmadeusTraveler(id: id, type: type, adultID: value["associatedAdultId"]?.string)
        }
        guard !travelers.isEmpty else { throw AmadeusProblem.missing(pointer) }
        try check(travelers, at: pointer)
        return travelers
    }

    /// 1 to 9 with a seat, ids once each, and every held infant on an adult of its own.
    private static func check(_ travelers: [AmadeusTraveler], at pointer: String) throws {
        let infants = travelers.filter { $0.priced == .infant }
        let adults = travelers.filter { $0.priced == .adult }
        let holders = infants.compactMap(\.adultID)
        guard Set(travelers.map(\.id)).count == travelers.count, (1...9).contains(travelers.count - infants.count),
            holders.count == infants.count, Set(holders).count == holders.count,
            Set(holders).isSubset(of: adults.map(\.id))
        else { throw AmadeusProblem.invalidData("The travelers don't fit together", pointer) }
    }
}
