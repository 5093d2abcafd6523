import FareDomain
import FarePorts
import WireFormats

/// The body of `POST /v1/shopping/flight-offers/pricing`: the offer as it came, byte for byte.
enum PricingBody {
    /// - Parameter passengers: none where only the price is asked for.
    /// - Throws: `rejected` for passengers the offer is not for, or that Amadeus can't write.
    static func bytes(_ offer: ProviderOffer, _ passengers: [Passenger]) throws(ProviderError) -> [UInt8] {
        let travelers =
            passengers.isEmpty ? [] : try TravelerSeats.assign(passengers, payload: offer.payload)
        var writer = JSONWriter(reserving: offer.payload.utf8.count + 1024)
        writer.object { writer in
            writer.object("data") { writer in
                writer.member("type", "flight-offers-pricing")
                writer.array("flightOffers") { $0.raw(offer.payload.utf8) }
                if !travelers.isEmpty { writer.member("travelers", travelers) }
            }
        }
        return writer.bytes
    }
}
