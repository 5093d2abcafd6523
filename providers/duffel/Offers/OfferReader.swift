import FareDomain
import FarePorts
import WireFormats

/// An offer that can't be sold on, and why, in a few words without values.
struct DroppedOffer: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}

/// Turns Duffel's offers into the common model. One reader reads one answer, whose offers share much.
struct OfferReader {
    private let provider: ProviderID
    private var flights = FlightReader()
    private var payloads = PassengerSlots.Cache()
    private var currencies: [String: Currency] = [:]

    init(provider: ProviderID) { self.provider = provider }

    mutating func answer(_ offers: JSONElements) -> SearchAnswer {
        var answer = SearchAnswer(offers: [])
        answer.offers.reserveCapacity(offers.underestimatedCount)
        for value in offers {
            do throws(DroppedOffer) {
                answer.offers.append(try offer(value))
            } catch {
                answer.dropped[error.reason, default: 0] += 1
            }
        }
        answer.durationMismatches = flights.durationMismatches
        return answer
    }

    mutating func offer(_ value: JSONValue) throws(DroppedOffer) -> ProviderOffer {
        guard let reference = value["id"]?.string, !reference.isEmpty else { throw DroppedOffer("no id") }
        let total = try money(value, "total_amount", "total_currency", missing: "no total")
        guard let slices = value["slices"], slices.count > 0 else { throw DroppedOffer("no slices") }
        let itinerary = try flights.itinerary(slices)
        let payment = value["payment_requirements"]
        var offer = ProviderOffer(
            provider: provider, reference: reference, payload: try payloads.payload(value["passengers"]),
            itinerary: itinerary, total: total, holdable: payment?["requires_instant_payment"]?.bool == false)
        // What is below informs; a total is never computed from it. `tax_amount` may be null.
        offer.base = try? money(value, "base_amount", "base_currency", missing: "no base")
        offer.taxes = try? money(value, "tax_amount", "tax_currency", missing: "no taxes")
        offer.terms = terms(value, slices)
        do throws(WireError) {
            offer.expiresAt = try value.timestampIfPresent("expires_at")
        } catch {
            throw DroppedOffer("unreadable expiry")
        }
        // Unreadable is the same as none: a hold then keeps the seats only.
        offer.priceGuaranteeExpiresAt = try? payment?.timestampIfPresent("price_guarantee_expires_at")
        return offer
    }

    private mutating func money(
        _ value: JSONValue, _ amountKey: StaticString, _ currencyKey: StaticString, missing: String
    ) throws(DroppedOffer) -> Money {
        guard let amount = value[amountKey]?.string, let code = value[currencyKey]?.string else {
            throw DroppedOffer(missing)
        }
        guard let currency = currencies[code] ?? Currency(code) else { throw DroppedOffer("unknown currency") }
        currencies[code] = currency
        guard let money = try? Money(decimal: amount, currency: currency), !money.isNegative else {
            throw DroppedOffer("unreadable amount")
        }
        return money
    }

    private mutating func terms(_ value: JSONValue, _ slices: JSONValue) -> FareTerms {
        var terms = FareTerms()
        terms.brand = brand(slices)
        let conditions = value["conditions"]
        let refund = conditions?.present("refund_before_departure")
        terms.refundable = permission(refund)
        terms.changeable = permission(conditions?.present("change_before_departure"))
        if let refund, terms.refundable == .yes {
            terms.refundPenalty = try? money(refund, "penalty_amount", "penalty_currency", missing: "no penalty")
        }
        terms.checkedBags = checkedBags(slices)
        return terms
    }

    /// A condition that is null says nothing.
    private func permission(_ condition: JSONValue?) -> Permission {
        switch condition?["allowed"]?.bool {
        case true: .yes
        case false: .no
        case nil: .unknown
        }
    }

    /// The slices' brand; both where they differ.
    private func brand(_ slices: JSONValue) -> String? {
        var brands: [String] = []
        for slice in slices.elements {
            if let brand = slice["fare_brand_name"]?.string, !brands.contains(brand) { brands.append(brand) }
        }
        return brands.isEmpty ? nil : brands.joined(separator: " / ")
    }

    /// The fewest that anybody has on any segment, babies in arms left out: none is stated for them. An empty list of
    /// baggage says nothing, as some airlines send no allowances; a list of cabin bags alone says that none is checked.
    private func checkedBags(_ slices: JSONValue) -> Int? {
        var fewest: Int?
        for slice in slices.elements {
            for segment in slice["segments"]?.elements.map(\.self) ?? [] {
                for passenger in segment["passengers"]?.elements.map(\.self) ?? []
                where !payloads.isInfant(passenger["passenger_id"]) {
                    guard let bags = passenger["baggages"], bags.count > 0 else { return nil }
                    let checked = self.checked(bags)
                    fewest = min(fewest ?? checked, checked)
                }
            }
        }
        return fewest
    }

    private func checked(_ bags: JSONValue) -> Int {
        bags.elements.reduce(0) { sum, bag in
            bag["type"]?.equals("checked") == true ? sum + min(max(bag["quantity"]?.int ?? 0, 0), 99) : sum
        }
    }
}
