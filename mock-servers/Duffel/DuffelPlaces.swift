import FareDomain
import Synchronization
import WireFormats

/// Airports, cities, airlines and aircraft, as Duffel nests them everywhere.
enum DuffelPlaces {
    /// Guards the airports that were written before: an answer has hundreds of them, of a few kinds.
    private static let written = Mutex<[Place: [UInt8]]>([:])

    static func airport(_ place: Place, to writer: inout JSONWriter) {
        if let known = written.withLock({ $0[place] }) { return writer.raw(known) }
        var fresh = JSONWriter()
        fresh.object { writer in
            members(place, to: &writer)
            writer.object("city") { city(of: place, to: &$0) }
            writer.member("airports", String?.none)
        }
        let bytes = fresh.bytes
        written.withLock { $0[place] = bytes }
        writer.raw(bytes)
    }

    /// What a search named: an airport, or a city with its airports.
    static func searched(_ code: String, to writer: inout JSONWriter) {
        let places = Place.named(code)
        if let place = places.first(where: { $0.code == code }), places.count == 1 {
            return airport(place, to: &writer)
        }
        guard let first = places.first else { return writer.null() }
        writer.object { writer in
            city(of: first, to: &writer)
            writer.member("city", String?.none)
            writer.array("airports") { writer in
                for place in places { writer.object { members(place, to: &$0) } }
            }
        }
    }

    /// `airport` or `city`, as `searched` writes it.
    static func kind(_ code: String) -> String {
        let places = Place.named(code)
        return places.count == 1 && places[0].code == code ? "airport" : "city"
    }

    static func airline(_ carrier: Carrier, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", "arl_0000\(carrier.code)")
            writer.member("name", carrier.name)
            writer.member("iata_code", carrier.code)
            writer.member("logo_symbol_url", String?.none)
            writer.member("logo_lockup_url", String?.none)
            writer.member("conditions_of_carriage_url", String?.none)
        }
    }

    static func aircraft(_ aircraft: Aircraft, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", "arc_0000\(aircraft.code)")
            writer.member("name", aircraft.name)
            writer.member("iata_code", aircraft.code)
        }
    }

    private static func members(_ place: Place, to writer: inout JSONWriter) {
        let country = place.airport.country
        writer.member("type", "airport")
        writer.member("id", "arp_\(place.code.lowercased())_\(country.lowercased())")
        writer.member("name", "\(place.code) Airport")
        writer.member("iata_code", place.code)
        writer.member("icao_code", String?.none)
        writer.member("iata_country_code", country)
        writer.member("iata_city_code", place.cityCode)
        writer.member("city_name", "City of \(place.cityCode)")
        writer.member("latitude", place.airport.latitude)
        writer.member("longitude", place.airport.longitude)
        writer.member("time_zone", place.zoneName)
    }

    private static func city(of place: Place, to writer: inout JSONWriter) {
        let country = place.airport.country
        writer.member("type", "city")
        writer.member("id", "cit_\(place.cityCode.lowercased())_\(country.lowercased())")
        writer.member("name", "City of \(place.cityCode)")
        writer.member("iata_code", place.cityCode)
        writer.member("icao_code", String?.none)
        writer.member("iata_country_code", country)
        writer.member("iata_city_code", place.cityCode)
        writer.member("city_name", String?.none)
        writer.member("latitude", Double?.none)
        writer.member("longitude", Double?.none)
        writer.member("time_zone", String?.none)
    }
}

extension DuffelDialect {
    /// `GET /air/airlines`, `/air/airports`, `/air/aircraft`, all or one.
    func reference(_ kind: String, id: String?, _ request: MockRequest) throws -> MockReply {
        let rows: [(id: String, write: (inout JSONWriter) -> Void)] =
            switch kind {
            case "airlines": Carrier.all.map { row in ("arl_0000\(row.code)", { DuffelPlaces.airline(row, to: &$0) }) }
            case "aircraft":
                Aircraft.all.map { row in ("arc_0000\(row.code)", { DuffelPlaces.aircraft(row, to: &$0) }) }
            default:
                Timetable.hubs.map { row in
                    let id = "arp_\(row.code.lowercased())_\(row.airport.country.lowercased())"
                    return (id, { DuffelPlaces.airport(row, to: &$0) })
                }
            }
        guard let id else { return DuffelPage(rows, request, id: \.id).reply { $0.write(&$1) } }
        guard let row = rows.first(where: { $0.id == id }) else { throw DuffelProblem.notFound }
        return .json(200) { writer in
            writer.object { writer in
                writer.key("data")
                row.write(&writer)
            }
        }
    }
}
