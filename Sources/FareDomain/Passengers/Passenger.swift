/// How a passenger is priced. An infant sits on an adult's lap.
public enum PassengerType: String, Sendable, Codable, CaseIterable {
    case adult, child, infant
}

/// A passenger as a search needs one.
public struct SearchedPassenger: Hashable, Sendable, Codable {
    public var type: PassengerType
    /// In years, on the day of travel, where the caller said it.
    public var age: Int?

    public init(type: PassengerType, age: Int? = nil) {
        self.type = type
        self.age = age
    }
}

/// How a passenger is addressed, as orders want it.
public enum Title: String, Sendable, Codable, CaseIterable {
    case mr, ms, mrs, miss, dr
}

/// What the travel document says; `unspecified` is its X.
public enum Gender: String, Sendable, Codable, CaseIterable {
    case male = "m"
    case female = "f"
    case unspecified = "x"
}

/// A passenger as an order needs one.
public struct Passenger: Hashable, Sendable, Codable {
    public var type: PassengerType
    public var title: Title
    public var givenName: String
    public var familyName: String
    public var bornOn: LocalDate
    public var gender: Gender
    public var email: String
    /// E.164: `+442080160508`.
    public var phoneNumber: String
    /// For an infant: the index of its adult in the list of passengers.
    public var adultIndex: Int?

    public init(
        type: PassengerType, title: Title, givenName: String, familyName: String, bornOn: LocalDate, gender: Gender,
        email: String, phoneNumber: String, adultIndex: Int? = nil
    ) {
        self.type = type
        self.title = title
        self.givenName = givenName
        self.familyName = familyName
        self.bornOn = bornOn
        self.gender = gender
        self.email = email
        self.phoneNumber = phoneNumber
        self.adultIndex = adultIndex
    }

    /// `LOVELACE/ADA`: the way reservation systems write a name.
    public var reservationName: String { "\(familyName)/\(givenName)".uppercased() }
}
