import FareDomain
import FarePorts

/// Who travels in the contract's checks, and where to.
extension ProviderContract {
    /// Sixty days from now: no mock has run out of it.
    var travelDate: LocalDate {
        let seconds = clock.timestamp.millisecondsSinceEpoch / 1000
        return LocalDateTime(localSecondsSinceEpoch: seconds).date.advanced(byDays: 60)
    }

    static let couple = [
        passenger(.adult, .ms, "Ada", "Lovelace", born: (1985, 12, 10), .female),
        passenger(.adult, .mr, "Charles", "Babbage", born: (1981, 12, 26), .male),
    ]

    static let family =
        couple + [
            passenger(.child, .miss, "Anne", "Lovelace", born: nil, .female),
            passenger(.infant, .mr, "Byron", "Lovelace", born: nil, .male, adultIndex: 0),
        ]

    /// London to New York, and back after a week if `returning`.
    func query(for passengers: [Passenger], returning: Bool = false) throws -> SearchQuery {
        guard let london = LocationCode("LON"), let newYork = LocationCode("NYC"), let pounds = Currency("GBP") else {
            throw ContractViolation("the domain knows neither London nor its currency")
        }
        let there = QuerySlice(origin: london, destination: newYork, departureDate: travelDate)
        let back = QuerySlice(
            origin: newYork, destination: london, departureDate: travelDate.advanced(byDays: 7))
        return SearchQuery(
            slices: returning ? [there, back] : [there],
            passengers: passengers.map { SearchedPassenger(type: $0.type) }, cabin: .economy, currency: pounds)
    }

    /// `passengers` with dates of birth that fit the day of travel.
    func aged(_ passengers: [Passenger]) -> [Passenger] {
        passengers.map { passenger in
            var passenger = passenger
            if passenger.type == .child { passenger.bornOn = travelDate.advanced(byDays: -7 * 365) }
            if passenger.type == .infant { passenger.bornOn = travelDate.advanced(byDays: -300) }
            return passenger
        }
    }

    private static func passenger(
        _ type: PassengerType, _ title: Title, _ given: String, _ family: String, born: (Int, Int, Int)?,
        _ gender: Gender, adultIndex: Int? = nil
    ) -> Passenger {
        let bornOn = born.flatMap { LocalDate(year: $0.0, month: $0.1, day: $0.2) } ?? LocalDate(daysSinceEpoch: 0)
        return Passenger(
            type: type, title: title, givenName: given, familyName: family, bornOn: bornOn, gender: gender,
            email: "\(given.lowercased())@example.com", phoneNumber: "+442080160508", adultIndex: adultIndex)
    }
}

/// Steps that several checks begin with.
extension ProviderContract {
    func offers(for passengers: [Passenger] = couple, returning: Bool = false) async throws -> [ProviderOffer] {
        let query = try query(for: passengers, returning: returning)
        let answer = try await provider.search(query, context: context)
        try require(answer.dropped.isEmpty, "offers were dropped: \(answer.dropped)")
        return answer.offers.sorted { $0.total.minorUnits < $1.total.minorUnits }
    }

    /// The cheapest offer that can be held, or that can't, at its live price.
    func repriced(holdable: Bool, for passengers: [Passenger] = couple) async throws -> ProviderOffer {
        let offer = try await offers(for: passengers).first { $0.holdable == holdable }
        let found = try unwrap(offer, "no offer that is \(holdable ? "" : "not ")holdable")
        return try await provider.reprice(found, for: aged(passengers), context: context)
    }

    func request(
        _ offer: ProviderOffer, reference: String, passengers: [Passenger] = couple
    ) -> OrderRequest {
        OrderRequest(offer: offer, passengers: aged(passengers), reference: reference, holdFor: .seconds(600))
    }

    func held(reference: String = "bkg_contract/1") async throws -> ProviderOrder {
        let offer = try await repriced(holdable: true)
        return try await provider.hold(request(offer, reference: reference), context: context)
    }

    func ticketed() async throws -> ProviderOrder {
        try await provider.confirm(try await held(), context: context)
    }
}
