import FareDomain

/// Which flights leave one airport for another on a day, told from the seed alone.
struct Timetable: Sendable {
    let hash: SeededHash

    /// Airports with flights to almost everywhere.
    private static let largest: Set<String> = [
        "LHR", "CDG", "FRA", "AMS", "MAD", "IST", "DXB", "DOH", "SIN", "HKG", "ICN", "HND", "BKK", "SYD", "JFK",
        "EWR", "ORD", "ATL", "DFW", "LAX", "SFO", "MIA", "YYZ", "MEX", "GRU", "JNB", "ADD", "CAI", "DEL", "PVG",
    ]
    /// No aircraft of this world flies further.
    private static let range = 14_800
    static let hubs: [Place] = Carrier.hubs.compactMap { Place.airport($0) }
    static let largestHubs = hubs.filter { largest.contains($0.code) }

    /// The flights of a day, by departure. Empty where nobody flies the route.
    ///
    /// - Parameter linked: somebody flies the route, whatever the seed: one end is a hub next to the other.
    func flights(
        from origin: Place, to destination: Place, on date: LocalDate, linked: Bool
    ) -> [Flight] {
        let kilometres = origin.kilometres(to: destination)
        guard kilometres >= 80, kilometres <= Timetable.range else { return [] }
        return carriers(origin, destination, kilometres: kilometres, linked: linked)
            .flatMap { flights(of: $0, from: origin, to: destination, on: date, kilometres: kilometres) }
            .sorted { ($0.departsAt, $0.key) < ($1.departsAt, $1.key) }
    }

    private func carriers(_ origin: Place, _ destination: Place, kilometres: Int, linked: Bool) -> [Carrier] {
        // The same airlines fly both ways.
        let pair = [origin.code, destination.code].sorted().joined()
        let based = Set(
            (Carrier.byBase[origin.code] ?? []) + (Carrier.byBase[destination.code] ?? []))
        let flying = based.sorted { $0.code < $1.code }.filter { carrier in
            carrier.kind == .lowCost
                ? kilometres < 5600 && hash.chance(kilometres < 3000 ? 650 : 250, "route", carrier.code, pair)
                : hash.chance(share(origin, destination, kilometres, carrier), "route", carrier.code, pair)
        }
        func soldByAll(_ carrier: Carrier) -> Bool { carrier.kind == .network && carrier.soleSeller == nil }
        guard linked, !flying.contains(where: soldByAll) else { return flying }
        return flying + based.filter(soldByAll).sorted { $0.code < $1.code }.prefix(1)
    }

    /// In how many of a thousand cases a network carrier based at one end flies the route.
    private func share(_ origin: Place, _ destination: Place, _ kilometres: Int, _ carrier: Carrier) -> Int {
        let large = [origin, destination].count { Timetable.largest.contains($0.code) }
        if large == 2 { return kilometres < 11_000 ? 1000 : 800 }
        let bothBased = carrier.bases.contains(origin.code) && carrier.bases.contains(destination.code)
        if bothBased { return 1000 }
        if kilometres < 1800 { return large == 1 ? 750 : 550 }
        if kilometres < 5000 { return large == 1 ? 450 : 250 }
        return large == 1 ? 250 : 80
    }

    private func flights(
        of carrier: Carrier, from origin: Place, to destination: Place, on date: LocalDate, kilometres: Int
    ) -> [Flight] {
        let route = "\(carrier.code)\(origin.code)\(destination.code)"
        let most = kilometres < 1500 ? 4 : kilometres < 5000 ? 3 : 2
        let daily = hash.number(in: (kilometres < 1500 ? 2 : 1)...most, "daily", route)
        // One block of numbers a route, so that a carrier has no number twice on a route.
        let block = hash.number(in: 1...(carrier.kind == .lowCost ? 1100 : 290), "number", route) * 8
        let day = "\(date)"
        return (0..<daily).compactMap { index in
            let slot = String(index)
            // Not every flight flies every day.
            guard index == 0 || hash.chance(850, "flies", route, slot, day) else { return nil }
            return flight(
                carrier, block + index, from: origin, to: destination, on: date, kilometres: kilometres,
                minute: departure(index, of: daily, route: route))
        }
    }

    /// The minute of the day, spread from 06:00 to 21:55 over the day's flights.
    private func departure(_ index: Int, of daily: Int, route: String) -> Int {
        let window = (16 * 12) / daily
        let slot = index * window + hash.number(in: 0...(window - 1), "departure", route, String(index))
        return 6 * 60 + slot * 5
    }

    private func flight(
        _ carrier: Carrier, _ number: Int, from origin: Place, to destination: Place, on date: LocalDate,
        kilometres: Int, minute: Int
    ) -> Flight? {
        guard let local = LocalDateTime(date: date, hour: minute / 60, minute: minute % 60) else { return nil }
        let name = "\(carrier.code)\(number)"
        let departsAt = origin.airport.zone.resolve(local)
        // 850 km/h and half an hour for taxiing and climbing, in steps of five minutes.
        let block = (30 + kilometres * 60 / 850 + hash.number(in: 0...10, "block", name) + 4) / 5 * 5
        let fleet = kilometres < 4200 ? Aircraft.shortHaul : Aircraft.longHaul
        let partners = Carrier.partners[carrier] ?? []
        let shared = carrier.kind == .network && !partners.isEmpty && hash.chance(120, "codeshare", name)
        return Flight(
            carrier: carrier, number: number, origin: origin, destination: destination, departsAt: departsAt,
            arrivesAt: destination.airport.zone.time(
                at: departsAt.instant.advanced(by: .seconds(block * 60))),
            operatingCarrier: shared ? partners[hash.number(in: 0...(partners.count - 1), "partner", name)] : carrier,
            aircraft: fleet[hash.number(in: 0...(fleet.count - 1), "aircraft", name)],
            originTerminal: terminal(carrier, origin), destinationTerminal: terminal(carrier, destination),
            kilometres: kilometres)
    }

    /// A carrier keeps to one terminal of an airport; small airports have none to speak of.
    private func terminal(_ carrier: Carrier, _ place: Place) -> String? {
        guard Carrier.byBase[place.code] != nil else { return nil }
        return String(hash.number(in: 1...5, "terminal", carrier.code, place.code))
    }
}
