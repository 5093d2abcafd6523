import FareDomain
import WireFormats

/// A quote in the shape of a `flight-offer`.
struct AmadeusOffer {
    let quote: Shop.Quote
    let id: String
    let travelers: [AmadeusTraveler]
    let today: LocalDate
    /// Whether pricing has seen it: then it has its fare rules.
    var priced = false

    /// How many days after today a fare can still be ticketed.
    private static let daysToTicket = 3

    /// - Parameter seal: goes behind every fare basis.
    func write(seal: String, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("type", "flight-offer")
            writer.member("id", id)
            writer.member("source", "GDS")
            // Every offer here can be held: an order that could not be asked about must not be sold at once.
            writer.member("instantTicketingRequired", false)
            writer.member("nonHomogeneous", false)
            if priced { writer.member("paymentCardRequired", false) }
            writer.member("lastTicketingDate", lastTicketingDate.description)
            writer.member("numberOfBookableSeats", 9)
            writer.array("itineraries", writeItineraries)
            writer.object("price", writePrice)
            writer.object("pricingOptions") { writer in
                writer.member("fareType", ["PUBLISHED"])
                writer.member("includedCheckedBagsOnly", quote.offer.fare.checkedBags > 0)
                if quote.offer.fare.refundable { writer.member("refundableFare", true) }
            }
            writer.member("validatingAirlineCodes", [quote.offer.owner.code])
            writer.array("travelerPricings") { writer in
                for (index, traveler) in travelers.enumerated() { write(traveler, index, seal: seal, to: &writer) }
            }
            if priced { writer.object("fareRules", writeRules) }
        }
    }

    private var lastTicketingDate: LocalDate {
        min(today.advanced(byDays: AmadeusOffer.daysToTicket), quote.offer.flights[0].departsAt.local.date)
    }

    private func writeItineraries(to writer: inout JSONWriter) {
        var number = 0
        for slice in quote.offer.slices {
            writer.object { writer in
                if !priced { writer.member("duration", slice.duration.iso8601) }
                writer.array("segments") { writer in
                    for flight in slice.flights {
                        number += 1
                        write(flight, number, to: &writer)
                    }
                }
            }
        }
    }

    private func write(_ flight: Flight, _ number: Int, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.object("departure") { writer in
                writer.member("iataCode", flight.origin.code)
                writer.memberIfPresent("terminal", flight.originTerminal)
                writer.member("at", flight.departsAt.local.description)
            }
            writer.object("arrival") { writer in
                writer.member("iataCode", flight.destination.code)
                writer.memberIfPresent("terminal", flight.destinationTerminal)
                writer.member("at", flight.arrivesAt.local.description)
            }
            writer.member("carrierCode", flight.carrier.code)
            writer.member("number", String(flight.number))
            writer.object("aircraft") { $0.member("code", flight.aircraft.code) }
            writer.object("operating") { $0.member("carrierCode", flight.operatingCarrier.code) }
            writer.member("duration", flight.duration.iso8601)
            writer.member("id", String(number))
            writer.member("numberOfStops", 0)
            writer.member("blacklistedInEU", false)
        }
    }

    private func writePrice(to writer: inout JSONWriter) {
        writer.member("currency", quote.total.currency.code)
        writer.member("total", quote.total.amount)
        writer.member("base", quote.base.amount)
        writer.array("fees") { writer in
            for type in ["SUPPLIER", "TICKETING"] {
                writer.object { writer in
                    writer.member("amount", Money.zero(quote.total.currency).amount)
                    writer.member("type", type)
                }
            }
        }
        writer.member("grandTotal", quote.total.amount)
        if priced { writer.member("billingCurrency", quote.total.currency.code) }
    }

    private func write(_ traveler: AmadeusTraveler, _ index: Int, seal: String, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("travelerId", traveler.id)
            writer.member("fareOption", "STANDARD")
            writer.member("travelerType", traveler.type)
            writer.memberIfPresent("associatedAdultId", traveler.adultID)
            writer.object("price") { writer in
                let price = price(ofTraveler: index)
                writer.member("currency", price.currency.code)
                writer.member("total", price.amount)
            }
            writer.array("fareDetailsBySegment") { writer in
                for number in 1...max(1, quote.offer.flights.count) {
                    writer.object { writer in
                        writer.member("segmentId", String(number))
                        writer.member("cabin", AmadeusOffer.name(quote.offer.fare.cabin))
                        writer.member("fareBasis", quote.offer.fare.basis + seal)
                        writer.member("brandedFare", quote.offer.fare.brand.uppercased())
                        writer.member("class", String(quote.offer.fare.basis.prefix(1)))
                        writer.object("includedCheckedBags") { $0.member("quantity", quote.offer.fare.checkedBags) }
                    }
                }
            }
        }
    }

    /// A traveller's share of the price of now. The first one bears what rounding leaves.
    private func price(ofTraveler index: Int) -> Money {
        let prices = quote.offer.prices.map(\.total.minorUnits)
        let full = max(1, quote.offer.total.minorUnits)
        let shares = prices.map { $0 * quote.total.minorUnits / full }
        let rest = index == 0 ? quote.total.minorUnits - shares.reduce(0, +) : 0
        return Money(minorUnits: shares[index] + rest, currency: quote.total.currency)
    }

    /// `maxPenaltyAmount` is of one ticket: that of the dearest traveller.
    private func writeRules(to writer: inout JSONWriter) {
        let fare = quote.offer.fare
        let dearest = travelers.indices.map { price(ofTraveler: $0).minorUnits }.max() ?? 0
        // Rounded up, so that nobody is promised more back than there is.
        let penalty = (dearest * Int64(fare.refundPenaltyPercent) + 99) / 100
        writer.member("currency", quote.total.currency.code)
        writer.array("rules") { writer in
            write("EXCHANGE", fare.changeable ? 0 : nil, to: &writer)
            write("REFUND", fare.refundable ? penalty : nil, to: &writer)
        }
    }

    private func write(_ category: String, _ penalty: Int64?, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("category", category)
            if let penalty {
                writer.member(
                    "maxPenaltyAmount", Money(minorUnits: penalty, currency: quote.total.currency).amount)
            } else {
                writer.member("notApplicable", true)
            }
        }
    }

    private static func name(_ cabin: Cabin) -> String {
        switch cabin {
        case .economy: "ECONOMY"
        case .premiumEconomy: "PREMIUM_ECONOMY"
        case .business: "BUSINESS"
        case .first: "FIRST"
        }
    }
}

extension Shop.Quote {
    /// The same, of a fare that can be held.
    var holdable: Shop.Quote {
        let fare = Fare(
            code: offer.fare.code, brand: offer.fare.brand, cabin: offer.fare.cabin, basis: offer.fare.basis,
            refundable: offer.fare.refundable, refundPenaltyPercent: offer.fare.refundPenaltyPercent,
            changeable: offer.fare.changeable, checkedBags: offer.fare.checkedBags, holdable: true,
            holdFor: offer.fare.holdFor, guaranteesPrice: offer.fare.guaranteesPrice)
        let sold = SaleOffer(
            key: offer.key, slices: offer.slices, fare: fare, prices: offer.prices, total: offer.total,
            base: offer.base, taxes: offer.taxes)
        return Shop.Quote(
            query: query, offer: sold, total: total, base: base, createdAt: createdAt, expiresAt: expiresAt,
            scope: scope)
    }
}
