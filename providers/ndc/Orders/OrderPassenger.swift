import FareDomain
import WireFormats

/// A passenger on an order.
struct OrderPassenger {
    private let givenName: String
    private let familyName: String

    init(_ pax: XMLElement) {
        givenName = pax.text("Individual", "GivenName") ?? ""
        familyName = pax.text("Individual", "Surname") ?? ""
    }

    /// `LOVELACE/ADA`; nil where the order doesn't say.
    var reservationName: String? {
        familyName.isEmpty ? nil : "\(familyName)/\(givenName)".uppercased()
    }

    /// Whether that may be the passenger, as reservation systems spell: in capitals, without marks, blanks and hyphens,
    /// now and then with the title behind the given name.
    func isNamed(as passenger: Passenger) -> Bool {
        guard NameKey.key(familyName) == NameKey.key(passenger.familyName) else { return false }
        let (theirs, ours) = (NameKey.key(givenName), NameKey.key(passenger.givenName))
        if theirs == ours { return true }
        return theirs.hasPrefix(ours) && OrderPassenger.titles.contains(String(theirs.dropFirst(ours.count)))
    }

    private static let titles: Set<String> = ["MR", "MRS", "MS", "MISS", "DR", "MSTR", "CHD", "INF"]
}

/// Names by what survives in a reservation.
enum NameKey {
    /// Letters that are more than a letter with a mark.
    private static let special: [Unicode.Scalar: String] = [
        "Æ": "A", "Œ": "O", "Ø": "O", "Đ": "D", "Ð": "D", "Þ": "TH", "Ł": "L", "ẞ": "SS", "ß": "SS", "Ħ": "H",
        "Ĳ": "IJ", "Ŋ": "N", "Ŧ": "T", "ı": "I",
    ]

    private static let marked: [Unicode.Scalar: String] = {
        let rows = [
            "A": "ÀÁÂÃÄÅĀĂĄǍ", "C": "ÇĆĈĊČ", "D": "Ď", "E": "ÈÉÊËĒĔĖĘĚ", "G": "ĜĞĠĢ", "H": "Ĥ", "I": "ÌÍÎÏĨĪĬĮİ",
            "J": "Ĵ", "K": "Ķ", "L": "ĹĻĽĿ", "N": "ÑŃŅŇ", "O": "ÒÓÔÕÖŌŎŐ", "R": "ŔŖŘ", "S": "ŚŜŞŠȘ", "T": "ŢŤȚ",
            "U": "ÙÚÛÜŨŪŬŮŰŲ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŻŽ",
        ]
        return Dictionary(
            rows.flatMap { letter, all in all.unicodeScalars.map { ($0, letter) } },
            uniquingKeysWith: { first, _ in first })
    }()

    /// Two spellings of one name have one key: `Müller`, `MUELLER` and `MULLER`. An E behind an A, O or U is dropped,
    /// as it may stand for two dots. Letters of other scripts stay as they are.
    static func key(_ name: String) -> String {
        var key = ""
        for scalar in name.uppercased().unicodeScalars {
            switch scalar {
            case "E" where key.hasSuffix("A") || key.hasSuffix("O") || key.hasSuffix("U"): continue
            case "A"..."Z": key.unicodeScalars.append(scalar)
            // Blanks, punctuation, digits, and marks that follow their letter.
            case _ where scalar.isASCII, "\u{300}"..."\u{36F}", "\u{2010}"..."\u{2019}", "\u{A0}": continue
            default: key += special[scalar] ?? marked[scalar] ?? String(scalar)
            }
        }
        return key
    }
}
