import FareDomain
import Testing

@Suite struct AirportsTests {
    @Test func airportsKnowWhereTheyAre() throws {
        let heathrow = try #require(Airports.airport(code("LHR")))
        #expect(heathrow.city == code("LON"))
        #expect(heathrow.country == "GB")
        #expect(heathrow.zone.name == "Europe/London")
        #expect((heathrow.latitude - 51.4706).magnitude < 0.001 && (heathrow.longitude + 0.4619).magnitude < 0.001)
    }

    @Test func aCityMeansAllItsAirports() {
        #expect(Airports.expand(code("LON")) == ["LCY", "LGW", "LHR", "LTN", "SEN", "STN"].map(code))
        #expect(Airports.expand(code("NYC")) == ["EWR", "JFK", "LGA"].map(code))
        #expect(Airports.expand(code("LHR")) == [code("LHR")])
        #expect(Airports.expand(code("ZZZ")) == [])
    }

    @Test func aCodeOfBothMeansTheAirport() {
        #expect(Airports.expand(code("DXB")) == [code("DXB")])
        #expect(Airports.airports(inCity: code("DXB")).map(\.code) == [code("DWC"), code("DXB")])
        #expect(!Airports.contains(code("DXB"), code("DWC")))
        #expect(Airports.contains(code("LON"), code("LHR")) && !Airports.contains(code("LHR"), code("LON")))
    }

    @Test func placesAreKnownByAirportOrCity() {
        #expect(Airports.isKnown(code("LON")) && Airports.isKnown(code("LHR")) && !Airports.isKnown(code("ZZZ")))
        #expect(Airports.city(of: code("JFK")) == code("NYC"))
        #expect(Airports.city(of: code("NYC")) == code("NYC"))
        #expect(Airports.city(of: code("MAD")) == code("MAD"))
        #expect(Airports.city(of: code("ZZZ")) == nil)
        #expect(Airports.country(of: code("TYO")) == "JP")
        #expect(Airports.zone(of: code("TYO"))?.name == "Asia/Tokyo")
    }

    @Test func everyAirportIsFoundAndHasAZoneOfTheTable() {
        #expect(Airports.all.count > 7000)
        for (airport, next) in zip(Airports.all, Airports.all.dropFirst()) { #expect(airport.code < next.code) }
        for airport in Airports.all {
            #expect(Airports.airport(airport.code) == airport)
            // A zone that the table lacks would have become the fixed one, which has no IANA name.
            #expect(Zone(named: airport.zone.name) == airport.zone)
            #expect(Airports.airports(inCity: airport.city).contains(airport))
        }
    }

    @Test func airportsOfACityShareCountryAndZone() {
        for airport in Airports.all {
            #expect(Airports.country(of: airport.city) == airport.country)
            #expect(Airports.zone(of: airport.city)?.name == airport.zone.name)
        }
    }

    /// Expected kilometres: haversine on a sphere of 6,371.0088 km, computed with Python's `math`.
    @Test(arguments: distances)
    func distancesAreGreatCircles(from: String, to: String, kilometres: Double) throws {
        let (from, to) = (try #require(Airports.airport(code(from))), try #require(Airports.airport(code(to))))
        #expect((from.distance(to: to) - kilometres).magnitude < 0.02)
        #expect((to.distance(to: from) - kilometres).magnitude < 0.02)
    }

    private func code(_ text: String) -> LocationCode { LocationCode(text)! }
}

private let distances: [(String, String, Double)] = [
    ("LHR", "JFK", 5539.634),
    ("LHR", "LGW", 40.526),
    ("SYD", "SCL", 11340.360),
    ("AKL", "LHR", 18364.006),
    ("NAN", "APW", 1209.810),
    ("MAD", "WLG", 19849.854),
    ("LHR", "LHR", 0.000),
    ("SIN", "EWR", 15336.467),
    ("LYR", "USH", 15786.386),
]
