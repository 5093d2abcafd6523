extension PassengerType {
    /// The ages in years at which one travels as this. Nobody is older than the oldest person there ever was.
    public var ages: ClosedRange<Int> {
        switch self {
        case .adult: 12...125
        case .child: 2...11
        case .infant: 0...1
        }
    }

    /// The type that fits someone on a journey. Exactly one does, at any age.
    ///
    /// An infant must be under two until the last flight: who turns two on the way needs a seat on the way back, and so
    /// is a child from the start. A child's fare goes by the first day: who turns twelve on the way stays a child.
    public init(bornOn: LocalDate, firstTravelDay: LocalDate, lastTravelDay: LocalDate) {
        if bornOn.age(on: lastTravelDay) < 2 {
            self = .infant
        } else if bornOn.age(on: firstTravelDay) < 12 {
            self = .child
        } else {
            self = .adult
        }
    }

    /// What to tell someone whose age is not this type's.
    var ageRule: String {
        switch self {
        case .adult: "an adult is 12 or older on the first day of travel"
        case .child: "a child is 2 or older on the last day of travel, and under 12 on the first"
        case .infant: "an infant is under 2 on the last day of travel"
        }
    }
}

extension LocalDate {
    /// Whole years from this day, a birthday, to `day`; negative before it. Who was born on 29 February is a year older
    /// on 1 March where there is no such day.
    public func age(on day: LocalDate) -> Int {
        let birth = components
        let then = day.components
        let hadBirthday = (then.month, then.day) >= (birth.month, birth.day)
        return then.year - birth.year - (hadBirthday ? 0 : 1)
    }
}
