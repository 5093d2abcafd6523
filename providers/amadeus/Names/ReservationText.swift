/// Text in the alphabet of reservation systems: capitals A to Z, and spaces.
enum ReservationText {
    /// Letters that are more than a base letter with a mark, and how passports write them: ICAO Doc 9303, part 3,
    /// section 6 A, transliteration of Latin-based characters.
    private static let special: [Unicode.Scalar: String] = [
        "Ä": "AE", "Å": "AA", "Æ": "AE", "Ö": "OE", "Ø": "OE", "Ü": "UE", "Ð": "D", "Đ": "D", "Þ": "TH", "ẞ": "SS",
        "ß": "SS", "Œ": "OE", "Ĳ": "IJ", "Ł": "L", "Ħ": "H", "Ŧ": "T", "Ŋ": "N", "ĸ": "Q", "ı": "I", "Ŀ": "L",
    ]

    /// The marked letters of Latin-1 and Latin Extended-A by their base letter.
    private static let base: [Unicode.Scalar: String] = {
        let rows = [
            "A": "ÀÁÂÃĀĂĄǍ", "C": "ÇĆĈĊČ", "D": "Ď", "E": "ÈÉÊËĒĔĖĘĚ", "G": "ĜĞĠĢ", "H": "Ĥ", "I": "ÌÍÎÏĨĪĬĮİ",
            "J": "Ĵ", "K": "Ķ", "L": "ĹĻĽ", "N": "ÑŃŅŇ", "O": "ÒÓÔÕŌŎŐ", "R": "ŔŖŘ", "S": "ŚŜŞŠȘ", "T": "ŢŤȚ",
            "U": "ÙÚÛŨŪŬŮŰŲ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŻŽ",
        ]
        var table: [Unicode.Scalar: String] = [:]
        for (letter, marked) in rows {
            for scalar in marked.unicodeScalars { table[scalar] = letter }
        }
        return table
    }()

    /// A name in capitals: marks go, a hyphen is a space, an apostrophe and a full stop are nothing.
    ///
    /// - Returns: nil where a letter of another script would be lost, or nothing is left.
    static func name(_ name: String) -> String? {
        var words = ""
        for scalar in name.unicodeScalars {
            guard let letters = capitals(scalar) else { return nil }
            // One space between words, none before the first.
            if letters != " " || !(words.isEmpty || words.hasSuffix(" ")) { words += letters }
        }
        if words.hasSuffix(" ") { words.removeLast() }
        return words.isEmpty ? nil : words
    }

    private static func capitals(_ scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "A"..."Z": return String(scalar)
        case "a"..."z": return String(scalar).uppercased()
        case " ", "-", "\u{2010}", "\u{2011}", "\u{A0}": return " "
        case "'", "\u{2019}", "\u{2BC}", ".", "`", "\u{B4}": return ""
        // Marks that follow their letter.
        case "\u{300}"..."\u{36F}": return ""
        default: break
        }
        if let known = special[scalar] ?? base[scalar] { return known }
        let upper = scalar.properties.uppercaseMapping.unicodeScalars
        guard upper.count == 1, let capital = upper.first else { return nil }
        return special[capital] ?? base[capital]
    }
}
