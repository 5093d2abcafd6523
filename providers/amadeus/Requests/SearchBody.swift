import FareDomain
import WireFormats

/// The body of `POST /v2/shopping/flight-offers`.
enum SearchBody {
    /// What the API gives at most (its OpenAPI file: `maxFlightOffers`, max 250).
    private static let mostOffers = 250
    /// `maxNumberOfConnections` is 0, 1 or 2.
    private static let mostConnections = 2

    static func bytes(_ query: SearchQuery) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("currencyCode", query.currency.code)
            writer.array("originDestinations") { writer in
                for (index, slice) in query.slices.enumerated() {
                    write(slice, id: index + 1, to: &writer)
                }
            }
            writer.array("travelers") { writer in
                for traveler in SearchedTraveler.list(query.passengers) { writer.value(traveler) }
            }
            writer.member("sources", ["GDS"])
            writer.object("searchCriteria") { writer in writeCriteria(query, to: &writer) }
        }
        return writer.bytes
    }

    private static func write(_ slice: QuerySlice, id: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", String(id))
            writer.member("originLocationCode", slice.origin.rawValue)
            writer.member("destinationLocationCode", slice.destination.rawValue)
            writer.object("departureDateTimeRange") { $0.member("date", slice.departureDate.description) }
        }
    }

    private static func writeCriteria(_ query: SearchQuery, to writer: inout JSONWriter) {
        writer.member("maxFlightOffers", mostOffers)
        writer.object("additionalInformation") { $0.member("brandedFares", true) }
        writer.object("flightFilters") { writer in
            writer.array("cabinRestrictions") { writer in
                writer.object { writer in
                    writer.member("cabin", query.cabin.amadeusName)
                    writer.member("coverage", "MOST_SEGMENTS")
                    writer.member("originDestinationIds", query.slices.indices.map { String($0 + 1) })
                }
            }
            if let stops = query.filters.maxStops, stops <= mostConnections {
                writer.object("connectionRestriction") { $0.member("maxNumberOfConnections", max(0, stops)) }
            }
        }
    }
}

/// A traveller as a search names one.
private struct SearchedTraveler: JSONWritable {
    let id: Int
    let type: PassengerType
    /// Of an infant: the adult it sits on.
    let adult: Int?

    /// Numbered from 1 in the order of the query; the first infant goes with the first adult, and so on.
    static func list(_ passengers: [SearchedPassenger]) -> [SearchedTraveler] {
        let adults = passengers.indices.filter { passengers[$0].type == .adult }
        var infants = 0
        return passengers.indices.map { index in
            var adult: Int?
            if passengers[index].type == .infant, infants < adults.count {
                adult = adults[infants] + 1
                infants += 1
            }
            return SearchedTraveler(id: index + 1, type: passengers[index].type, adult: adult)
        }
    }

    func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", String(id))
            writer.member("travelerType", type.amadeusName)
            writer.memberIfPresent("associatedAdultId", adult.map(String.init))
        }
    }
}
