extension Passenger {
    /// Everything that is wrong with the passengers of a booking; empty for valid ones.
    ///
    /// - Parameters:
    ///   - firstTravelDay: when the first slice departs, local.
    ///   - lastTravelDay: when the last slice departs, local.
    ///   - today: nobody is born after it.
    public static func violations(
        of passengers: [Passenger], firstTravelDay: LocalDate, lastTravelDay: LocalDate, today: LocalDate
    ) -> [Violation] {
        var found: [Violation] = []
        for (index, passenger) in passengers.enumerated() {
            let pointer = "/passengers/\(index)"
            found += passenger.ageViolations(
                at: pointer, firstTravelDay: firstTravelDay, lastTravelDay: lastTravelDay, today: today)
            found += passenger.textViolations(at: pointer)
        }
        return found + lapViolations(of: passengers)
    }

    private func ageViolations(
        at pointer: String, firstTravelDay: LocalDate, lastTravelDay: LocalDate, today: LocalDate
    ) -> [Violation] {
        if bornOn > today { return [Violation(pointer: pointer + "/born_on", detail: "is in the future")] }
        if bornOn.age(on: firstTravelDay) > PassengerType.adult.ages.upperBound {
            return [Violation(pointer: pointer + "/born_on", detail: "is too long ago")]
        }
        let fitting = PassengerType(bornOn: bornOn, firstTravelDay: firstTravelDay, lastTravelDay: lastTravelDay)
        return fitting == type ? [] : [Violation(pointer: pointer + "/type", detail: type.ageRule)]
    }

    private func textViolations(at pointer: String) -> [Violation] {
        var found: [Violation] = []
        for (field, name) in [("given_name", givenName), ("family_name", familyName)] {
            guard let detail = PersonName.violation(name) else { continue }
            found.append(Violation(pointer: "\(pointer)/\(field)", detail: detail))
        }
        if !ContactText.isEmail(email) {
            found.append(Violation(pointer: pointer + "/email", detail: "is not an email address"))
        }
        if !ContactText.isPhoneNumber(phoneNumber) {
            found.append(
                Violation(pointer: pointer + "/phone_number", detail: "must be in E.164 form, as +442080160508"))
        }
        return found
    }

    /// Each infant sits on the lap of an adult, and each adult has one.
    private static func lapViolations(of passengers: [Passenger]) -> [Violation] {
        var found: [Violation] = []
        var taken: Set<Int> = []
        for (index, passenger) in passengers.enumerated() {
            let detail: String? =
                switch (passenger.type, passenger.adultIndex) {
                case (.infant, nil): "is missing: an infant travels on an adult's lap"
                case (.infant, let adult?)
                where !passengers.indices.contains(adult) || passengers[adult].type != .adult:
                    "is not the index of an adult"
                case (.infant, let adult?): taken.insert(adult).inserted ? nil : "has another infant already"
                case (_, nil): nil
                case (_, _?): "is for infants only"
                }
            if let detail { found.append(Violation(pointer: "/passengers/\(index)/adult", detail: detail)) }
        }
        return found
    }
}

/// What reservation systems take for a name.
private enum PersonName {
    /// Longer than any that fits on a ticket.
    static let limit = 64

    static func violation(_ name: String) -> String? {
        let scalars = name.unicodeScalars
        if scalars.isEmpty { return "is empty" }
        if scalars.count > limit { return "is longer than \(limit) characters" }
        // A slash parts family from given names in reservation systems.
        if !scalars.allSatisfy({ isPrintable($0) && $0 != "/" }) { return "has characters that no ticket can show" }
        if scalars.first == " " || scalars.last == " " { return "begins or ends in a blank" }
        return scalars.contains(where: \.properties.isAlphabetic) ? nil : "has no letters"
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: true
        }
    }
}

/// The shape of addresses. Whether they work, only a message tells.
private enum ContactText {
    /// `local@domain.tld` of visible ASCII. Lengths are those of RFC 5321, section 4.5.3.1.
    static func isEmail(_ text: String) -> Bool {
        guard text.utf8.count <= 254, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }),
            let at = text.utf8.lastIndex(of: UInt8(ascii: "@"))
        else { return false }
        let local = text.utf8[..<at]
        guard (1...64).contains(local.count), !local.contains(UInt8(ascii: "@")) else { return false }
        let labels = text.utf8[at...].dropFirst().split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.count >= 2 && labels.allSatisfy(isHostLabel)
    }

    /// A plus, a digit that is no zero, and 15 digits at most in all (ITU-T E.164). None in use is shorter than 7.
    static func isPhoneNumber(_ text: String) -> Bool {
        guard text.utf8.first == UInt8(ascii: "+") else { return false }
        let digits = text.utf8.dropFirst()
        return (7...15).contains(digits.count) && digits.first != UInt8(ascii: "0")
            && digits.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    private static func isHostLabel(_ label: some BidirectionalCollection<UInt8>) -> Bool {
        (1...63).contains(label.count) && label.first != UInt8(ascii: "-") && label.last != UInt8(ascii: "-")
            && label.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            }
    }
}
