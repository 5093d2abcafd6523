import FareDomain
import Synchronization

/// Every flight there is, between any two places on any day: the same for all mocks of one seed, and told without a
/// clock.
///
/// The timetable is plausible, not real: carriers fly from their bases, times follow the airports' zones and the
/// distance, and what has no direct flight is reached through one hub, or two where one will not do.
final class FlightWorld: Sendable {
    let hash: SeededHash
    private let timetable: Timetable
    /// These guard the memory of what was told before; telling it again gives the same.
    private let told = Mutex(BoundedMemory<String, [Connection]>(limit: 512))
    private let flown = Mutex(BoundedMemory<Route, [Flight]>(limit: 20_000))

    private struct Route: Hashable {
        let origin: Place
        let destination: Place
        let date: LocalDate
    }

    /// - Parameter seed: worlds of one seed are the same.
    init(seed: UInt64) {
        hash = SeededHash(seed: seed)
        timetable = Timetable(hash: hash)
    }

    /// Direct flights between two airports on a day, by departure.
    func flights(from origin: Place, to destination: Place, on date: LocalDate) -> [Flight] {
        let route = Route(origin: origin, destination: destination, date: date)
        if let known = flown.withLock({ $0[route] }) { return known }
        let linked =
            nearestHubs(origin).contains(destination.code) || nearestHubs(destination).contains(origin.code)
        let flights = timetable.flights(from: origin, to: destination, on: date, linked: linked)
        flown.withLock { $0[route] = flights }
        return flights
    }

    /// The connection that a key names. Nil for a key that is none of this world's.
    func connection(key: String) -> Connection? {
        let flights = key.split(separator: "+").map { name -> Flight? in
            let parts = name.split(separator: "/")
            guard parts.count == 4, let date = LocalDate(parts[1]), let origin = Place.airport(String(parts[2])),
                let destination = Place.airport(String(parts[3]))
            else { return nil }
            return self.flights(from: origin, to: destination, on: date).first { $0.key == name }
        }
        guard !flights.isEmpty, !flights.contains(nil) else { return nil }
        return Connection(flights: flights.compactMap(\.self))
    }

    /// All ways between two places on a day of departure: direct flights first, then connections, the shorter first; at
    /// most 48, of which at most 30 direct.
    ///
    /// - Parameters:
    ///   - origin: an airport or a city; an unknown code gives nothing.
    ///   - destination: as `origin`.
    ///   - date: of departure, where it departs.
    func connections(from origin: String, to destination: String, on date: LocalDate) -> [Connection] {
        let name = "\(origin)\(destination)\(date)"
        if let known = told.withLock({ $0[name] }) { return known }
        let pairs = Place.named(origin).flatMap { from in Place.named(destination).map { (from, $0) } }
        let found = pairs.filter { $0.cityCode != $1.cityCode }.map { ways(from: $0, to: $1, on: date) }
        let direct = shuffled(found.flatMap { $0.filter { $0.stops == 0 } }).prefix(30)
        let changing = found.flatMap { $0.filter { $0.stops > 0 } }
            .sorted { ($0.stops, $0.duration, $0.key) < ($1.stops, $1.duration, $1.key) }
        let most = max(48 - direct.count, 18)
        // What one mock sells alone is kept to a third, so that the others have enough.
        let all = Array(
            direct + changing.filter(\.isSoldByAll).prefix(most * 2 / 3)
                + changing.filter { !$0.isSoldByAll }.prefix(most / 3))
        told.withLock { $0[name] = all }
        return all
    }

    /// In an order of the seed's own, so that cutting a list short favours no airport and no time of day.
    private func shuffled(_ ways: [Connection]) -> [Connection] {
        ways.map { (hash.value("order", $0.key), $0) }.sorted { ($0.0, $0.1.key) < ($1.0, $1.1.key) }.map(\.1)
    }

    private func ways(from origin: Place, to destination: Place, on date: LocalDate) -> [Connection] {
        let direct = flights(from: origin, to: destination, on: date).map { Connection(flights: [$0]) }
        let distance = max(origin.kilometres(to: destination), 1)
        let hubs = Timetable.hubs
            .filter { $0.code != origin.code && $0.code != destination.code }
            .map { hub in (hub, origin.kilometres(to: hub) + hub.kilometres(to: destination)) }
            .filter { $0.1 <= max(distance * 17 / 10, distance + 1200) }
            .sorted { ($0.1, $0.0.code) < ($1.1, $1.0.code) }
        var changing: [Connection] = []
        var used = 0
        for (hub, _) in hubs where used < 10 {
            let through = joined([origin, hub, destination], on: date)
            if !through.isEmpty { used += 1 }
            changing += through
        }
        var soldByAll = (direct + changing).count { $0.isSoldByAll }
        for path in longPaths(from: origin, to: destination) where soldByAll < 30 {
            let long = joined(path, on: date, anyPartner: true)
            soldByAll += long.count { $0.isSoldByAll }
            changing += long
        }
        return direct + changing
    }

    /// Ways for places that one hub doesn't link well: through the hubs next to both, then with a third one between.
    private func longPaths(from origin: Place, to destination: Place) -> [[Place]] {
        func gates(_ place: Place) -> [Place] {
            let near = nearestHubs(place).compactMap { Place.airport($0) }
            return near.filter { $0 != origin && $0 != destination }
        }
        let pairs = gates(origin).flatMap { first in gates(destination).map { (first, $0) } }.filter { $0.0 != $0.1 }
        let between = pairs.flatMap { first, last in
            Timetable.largestHubs.filter { ![origin, first, last, destination].contains($0) }
                .map { ($0.kilometres(to: first) + $0.kilometres(to: last), [origin, first, $0, last, destination]) }
        }
        return pairs.map { [origin, $0.0, $0.1, destination] }
            + between.sorted { ($0.0, $0.1.map(\.code).joined()) < ($1.0, $1.1.map(\.code).joined()) }
            .prefix(80).map(\.1)
    }

    /// The hubs an airport is always linked with: the nearest of each kind of traffic.
    private func nearestHubs(_ place: Place) -> [String] {
        HubDistances.nearest(to: place)
    }

    /// Flights along a path, each the next plane or a later one, at most four ways in all.
    private func joined(_ path: [Place], on date: LocalDate, anyPartner: Bool = false) -> [Connection] {
        var ways = flights(from: path[0], to: path[1], on: date).map { [$0] }
        for (from, to) in zip(path.dropFirst(), path.dropFirst(2)) {
            ways = ways.prefix(4).flatMap { way in
                onward(from: way, at: from, to: to, anyPartner: anyPartner).map { way + [$0] }
            }
        }
        return ways.map { Connection(flights: $0) }
            .sorted { ($0.duration, $0.key) < ($1.duration, $1.key) }.prefix(4).map(\.self)
    }

    private func onward(from way: [Flight], at hub: Place, to next: Place, anyPartner: Bool) -> [Flight] {
        guard let last = way.last else { return [] }
        let arrival = last.arrivesAt
        let today = arrival.local.date
        return [today, today.advanced(byDays: 1)].flatMap { flights(from: hub, to: next, on: $0) }.filter { flight in
            let wait = arrival.duration(to: flight.departsAt)
            return wait >= .seconds(75 * 60) && wait <= .seconds(13 * 3600)
                && interlines(last.carrier, flight.carrier, anyPartner: anyPartner)
        }.prefix(3).map(\.self)
    }

    /// Whether two carriers sell each other's flights on one ticket.
    ///
    /// - Parameter anyPartner: where nothing better is there, network carriers do.
    private func interlines(_ one: Carrier, _ other: Carrier, anyPartner: Bool) -> Bool {
        if one == other { return true }
        // What only one mock sells is not joined with what another alone sells.
        if let first = one.soleSeller, let second = other.soleSeller, first != second { return false }
        if one.kind == .lowCost || other.kind == .lowCost { return false }
        if one.alliance != nil, one.alliance == other.alliance { return true }
        return anyPartner || hash.chance(400, "interline", min(one.code, other.code), max(one.code, other.code))
    }
}

/// The hubs nearest to each airport. A pure function of the tables, remembered because it is asked for all the time.
enum HubDistances {
    private static let known = Mutex<[String: [String]]>([:])

    /// Four hubs, nearest first.
    static func nearest(to place: Place) -> [String] {
        if let hubs = known.withLock({ $0[place.code] }) { return hubs }
        let hubs = Timetable.hubs.filter { $0.code != place.code }
            .map { ($0.code, place.kilometres(to: $0)) }.filter { $0.1 >= 80 }
            .sorted { ($0.1, $0.0) < ($1.1, $1.0) }.prefix(4).map(\.0)
        known.withLock { $0[place.code] = hubs }
        return hubs
    }
}

/// A dictionary that forgets its oldest entries past a limit.
struct BoundedMemory<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var values: [Key: Value] = [:]
    private var order: [Key] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    subscript(key: Key) -> Value? {
        get { values[key] }
        set {
            guard let newValue else { return }
            if values.updateValue(newValue, forKey: key) == nil { order.append(key) }
            if order.count > limit * 2 {
                for old in order.prefix(limit) { values[old] = nil }
                order.removeFirst(limit)
            }
        }
    }
}
