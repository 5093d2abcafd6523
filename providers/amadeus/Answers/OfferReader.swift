import FareDomain
import FarePorts
import WireFormats

/// Why one offer was left out: a few words without values, to be counted.
struct OfferFault: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Turns Amadeus' offers into the common model.
struct OfferReader {
    let provider: ProviderID

    /// All offers of a search that can be read; what can't is counted by reason.
    ///
    /// - Throws: `unreadable` where there is no list of offers at all.
    func searchAnswer(_ document: JSONDocument) throws(ProviderError) -> SearchAnswer {
        guard let data = document.root["data"], data.kind == .array else {
            throw ProviderError(.unreadable, outcome: .notApplied, detail: "no list of offers")
        }
        var answer = SearchAnswer(offers: [])
        answer.offers.reserveCapacity(data.count)
        var flights = ItineraryReader()
        for value in data.elements {
            do throws(OfferFault) {
                answer.offers.append(try offer(value, &flights))
            } catch {
                answer.dropped[error.reason, default: 0] += 1
            }
        }
        answer.durationMismatches = flights.mismatches
        return answer
    }

    /// The offer as pricing gave it back: under the reference it was searched by, with the priced text as its payload.
    func pricedOffer(_ document: JSONDocument, for known: ProviderOffer) throws(ProviderError) -> ProviderOffer {
        guard let value = document.root["data"]?["flightOffers"]?.elements.first(where: { _ in true }) else {
            throw ProviderError(.unreadable, outcome: .notApplied, detail: "no priced offer")
        }
        var flights = ItineraryReader()
        do throws(OfferFault) {
            var offer = try offer(value, &flights)
            offer.reference = known.reference
            return offer
        } catch {
            throw ProviderError(.unreadable, outcome: .notApplied, detail: "priced offer: \(error.reason)")
        }
    }

    private func offer(_ value: JSONValue, _ flights: inout ItineraryReader) throws(OfferFault) -> ProviderOffer {
        guard let id = value["id"]?.string, !id.isEmpty else { throw OfferFault("no id") }
        let price = try OfferPrice(value)
        let details = FareDetails(value)
        let itinerary = try flights.itinerary(value, details)
        return ProviderOffer(
            provider: provider, reference: id, payload: String(decoding: value.rawBytes, as: UTF8.self),
            itinerary: itinerary, total: price.total, base: price.base, taxes: price.taxes,
            terms: FareRules(value).terms(details, currency: price.total.currency),
            // An offer that doesn't say is taken for one that must be ticketed: a hold of it could be refused.
            holdable: value["instantTicketingRequired"]?.bool == false,
            priceGuaranteeExpiresAt: TicketingLimit.lastTicketing(value))
    }
}

/// What an offer costs everybody together.
private struct OfferPrice {
    let total: Money
    let base: Money?
    let taxes: Money?

    /// `grandTotal`, not `total`: the latter leaves services out.
    init(_ offer: JSONValue) throws(OfferFault) {
        guard let price = offer["price"] else { throw OfferFault("no price") }
        guard let code = price["currency"]?.string else { throw OfferFault("no currency") }
        guard let currency = Currency(code) else { throw OfferFault("unknown currency") }
        // What is charged would not be what was compared.
        if let billing = price["billingCurrency"]?.string, billing != code {
            throw OfferFault("billed in another currency")
        }
        guard let text = price["grandTotal"]?.string else { throw OfferFault("no total") }
        guard let total = Money.amadeus(text, currency), total.minorUnits > 0 else { throw OfferFault("bad total") }
        self.total = total
        base = price["base"]?.string.flatMap { Money.amadeus($0, currency) }
        // Fees are in the total as well: the caller is shown all that isn't fare as taxes.
        taxes = base.flatMap { try? total.subtracting($0) }.flatMap { $0.isNegative ? nil : $0 }
    }
}

extension Money {
    /// An amount as Amadeus writes them: decimal text, with as many digits behind the point as it likes (`"126"`,
    /// `"0.00"`).
    static func amadeus(_ text: some StringProtocol, _ currency: Currency) -> Money? {
        guard let amount = try? Money(decimal: text, currency: currency), !amount.isNegative else { return nil }
        return amount
    }
}
