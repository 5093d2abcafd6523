extension SearchQuery {
    /// Airlines open their timetables about this many days ahead.
    public static let horizonInDays = 361
    public static let sliceLimit = 6
    /// Passengers with a seat: adults and children.
    public static let seatLimit = 9

    /// Everything that is wrong with the query at an instant; empty for a valid one.
    ///
    /// "Today" is what the calendar shows at a slice's origin or in UTC, whichever lets the date pass: a search from
    /// Honolulu for this evening is fine though it is tomorrow in London, and so is one by a caller who reckons in UTC.
    public func violations(now: Timestamp) -> [Violation] {
        let utc = Zone.utc.time(at: now).local.date
        return violations { origin in
            let local = (Airports.zone(of: origin) ?? .utc).time(at: now).local.date
            return min(local, utc)...max(local, utc)
        }
    }

    /// Everything that is wrong with the query; empty for a valid one.
    ///
    /// - Parameter today: the calendar day, wherever the origin is. Where the instant is known, `violations(now:)` is
    ///   fairer.
    public func violations(today: LocalDate) -> [Violation] {
        violations { _ in today...today }
    }

    /// - Parameter today: the days that may count as today at an origin.
    private func violations(today: (LocationCode) -> ClosedRange<LocalDate>) -> [Violation] {
        var found: [Violation] = []
        if !(1...SearchQuery.sliceLimit).contains(slices.count) {
            found.append(Violation(pointer: "/slices", detail: "must be 1 to \(SearchQuery.sliceLimit)"))
        }
        for (index, slice) in slices.enumerated() {
            found += slice.violations(at: "/slices/\(index)", today: today(slice.origin))
            if index > 0, slice.departureDate < slices[index - 1].departureDate {
                found.append(
                    Violation(
                        pointer: "/slices/\(index)/departure_date", detail: "is before the slice in front of it departs"
                    ))
            }
        }
        return found + SearchedPassenger.violations(of: passengers)
    }
}

extension QuerySlice {
    fileprivate func violations(at pointer: String, today: ClosedRange<LocalDate>) -> [Violation] {
        var found: [Violation] = []
        let unknown = "is not a known airport or city"
        if !Airports.isKnown(origin) { found.append(Violation(pointer: pointer + "/origin", detail: unknown)) }
        if !Airports.isKnown(destination) {
            found.append(Violation(pointer: pointer + "/destination", detail: unknown))
        }
        if origin == destination {
            found.append(Violation(pointer: pointer + "/destination", detail: "is the origin"))
        } else if let city = Airports.city(of: origin), city == Airports.city(of: destination) {
            found.append(Violation(pointer: pointer + "/destination", detail: "is in the same city as the origin"))
        }
        if departureDate < today.lowerBound {
            found.append(Violation(pointer: pointer + "/departure_date", detail: "is in the past"))
        } else if today.upperBound.days(to: departureDate) > SearchQuery.horizonInDays {
            found.append(
                Violation(
                    pointer: pointer + "/departure_date", detail: "is more than \(SearchQuery.horizonInDays) days ahead"
                ))
        }
        return found
    }
}

extension SearchedPassenger {
    /// What is wrong with the party. Children may travel alone; infants only with an adult each.
    fileprivate static func violations(of passengers: [SearchedPassenger]) -> [Violation] {
        var found: [Violation] = []
        let infants = passengers.count { $0.type == .infant }
        let adults = passengers.count { $0.type == .adult }
        if !(1...SearchQuery.seatLimit).contains(passengers.count - infants) {
            found.append(Violation(pointer: "/passengers", detail: "must be 1 to \(SearchQuery.seatLimit) with a seat"))
        }
        if infants > adults {
            found.append(Violation(pointer: "/passengers", detail: "has more infants than adults"))
        }
        for (index, passenger) in passengers.enumerated() {
            guard let age = passenger.age, !passenger.type.ages.contains(age) else { continue }
            found.append(Violation(pointer: "/passengers/\(index)/age", detail: passenger.type.ageRule))
        }
        return found
    }
}
