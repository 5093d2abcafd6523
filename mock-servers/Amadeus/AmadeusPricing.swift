import FareDomain
import FarePorts
import WireFormats

extension AmadeusDialect {
    func price(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        let data = try JSONDocument(PaddedBytes(request.body)).root.require("data")
        let echo = try AmadeusEcho(data)
        guard seal.isIntact(echo.value) else { throw AmadeusProblem.changedOffer }
        let quote = try shop.reprice(key: echo.key, query: echo.query, fault: fault)
        let id = echo.value["id"]?.string ?? "1"
        let offer = AmadeusOffer(quote: quote, id: id, travelers: echo.travelers, today: today, priced: true)
        let wantsRules = request.query("include")?.contains("detailed-fare-rules") == true
        return .amadeus(200) { writer in
            writer.object { writer in
                writer.object("data") { writer in
                    writer.member("type", "flight-offers-pricing")
                    writer.array("flightOffers") { $0.raw(seal.sealed(offer)) }
                    writer.object("bookingRequirements") { writer in
                        writer.member("emailAddressRequired", true)
                        writer.member("mobilePhoneNumberRequired", true)
                    }
                }
                if wantsRules {
                    writer.object("included") { writer in
                        writer.object("detailed-fare-rules") { write(quote.offer.fare, to: &$0) }
                    }
                }
                writer.object("dictionaries") { AmadeusDictionaries.write([quote], to: &$0) }
            }
        }
    }

    private func write(_ fare: Fare, to writer: inout JSONWriter) {
        writer.object("1") { writer in
            writer.member("fareBasis", fare.basis)
            writer.member("name", fare.brand)
            writer.object("fareNotes") { writer in
                writer.array("descriptions") { writer in
                    writer.object { writer in
                        writer.member("descriptionType", "PENALTIES")
                        writer.member("text", fare.refundable ? "REFUND PERMITTED" : "TICKET IS NON-REFUNDABLE")
                    }
                }
            }
            writer.member("segmentId", "1")
        }
    }
}

/// What the codes of an answer stand for.
enum AmadeusDictionaries {
    static func write(_ quotes: [Shop.Quote], to writer: inout JSONWriter) {
        let flights = quotes.flatMap(\.offer.flights)
        let places = Set(flights.flatMap { [$0.origin, $0.destination] }).sorted { $0.code < $1.code }
        writer.object("locations") { writer in
            for place in places {
                writer.object(place.code) { writer in
                    writer.member("cityCode", place.airport.city.rawValue)
                    writer.member("countryCode", place.airport.country)
                }
            }
        }
        writer.object("aircraft") { writer in
            for aircraft in Set(flights.map(\.aircraft)).sorted(by: { $0.code < $1.code }) {
                writer.member(aircraft.code, aircraft.name.uppercased())
            }
        }
        writer.object("carriers") { writer in
            for carrier in Set(flights.flatMap { [$0.carrier, $0.operatingCarrier] }).sorted(by: { $0.code < $1.code })
            {
                writer.member(carrier.code, carrier.name.uppercased())
            }
        }
    }
}
