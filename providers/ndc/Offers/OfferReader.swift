import FareDomain
import FarePorts
import WireFormats

/// Turns the offers of one answer into the common model.
struct OfferReader {
    private let provider: ProviderID
    private let shoppingResponseID: String?
    private let slots: Result<[PassengerSlot], DroppedOffer>
    private let infantIDs: Set<String>
    private let terms: TermsReader
    private(set) var flights: FlightLists

    /// - Parameters:
    ///   - response: `Response`, with its `DataLists`.
    ///   - asked: the passengers that were sent: for an answer that doesn't list them.
    ///   - cabin: the one that was asked for.
    init(_ response: XMLElement, provider: ProviderID, asked: [PassengerSlot], cabin: Cabin) {
        self.provider = provider
        shoppingResponseID = response.text("ShoppingResponse", "ShoppingResponseRefID")
        let lists = response.first("DataLists")
        flights = FlightLists(lists, defaultCabin: cabin)
        terms = TermsReader(lists)
        let listed = lists?.first("PaxList")?.children(named: "Pax").map(\.self) ?? []
        let slots = Result { () throws(DroppedOffer) in
            var slots: [PassengerSlot] = []
            for pax in listed { slots.append(try PassengerSlot(pax)) }
            return slots.isEmpty ? asked : slots
        }
        self.slots = slots
        infantIDs = Set(((try? slots.get()) ?? []).filter { $0.type == .infant }.map(\.id))
    }

    mutating func answer(_ response: XMLElement) -> SearchAnswer {
        var answer = SearchAnswer(offers: [])
        for group in response.first("OffersGroup")?.children(named: "CarrierOffers").map(\.self) ?? [] {
            for element in group.children(named: "Offer") {
                do throws(DroppedOffer) {
                    answer.offers.append(try offer(element, known: nil))
                } catch {
                    answer.dropped[error.reason, default: 0] += 1
                }
            }
        }
        answer.durationMismatches = flights.durationMismatches
        return answer
    }

    /// - Parameter known: the offer that is priced again: its flights and terms stand where the answer tells none.
    mutating func offer(_ element: XMLElement, known: ProviderOffer?) throws(DroppedOffer) -> ProviderOffer {
        guard let reference = element.text("OfferID") else { throw DroppedOffer("no id") }
        let price = try OfferPrice(element)
        let selection = try selection(element, reference: reference, known: known)
        let limit = try OfferReader.limit(of: element, "PaymentTimeLimitDateTime")
        var offer = ProviderOffer(
            provider: provider, reference: reference, payload: selection.payload,
            itinerary: try itinerary(element, known: known), total: price.total, base: price.base, taxes: price.taxes,
            terms: terms.terms(of: element, infantIDs: infantIDs), holdable: limit != nil)
        if let known, flights.isEmpty { offer.terms = known.terms }
        offer.expiresAt = try OfferReader.limit(of: element, "OfferExpirationTimeLimitDateTime")
        offer.priceGuaranteeExpiresAt = try? OfferReader.limit(of: element, "PriceGuaranteeTimeLimitDateTime")
        return offer
    }

    private mutating func itinerary(
        _ element: XMLElement, known: ProviderOffer?
    ) throws(DroppedOffer) -> Itinerary {
        if let known, flights.isEmpty { return known.itinerary }
        var journeyIDs: [String] = []
        var cabins: [String: Cabin] = [:]
        for item in element.children(named: "OfferItem") {
            for service in item.children(named: "Service") {
                for reference in service.first("ServiceAssociations")?.children(named: "PaxJourneyRefID").map(\.text)
                    ?? []
                where !journeyIDs.contains(reference) { journeyIDs.append(reference) }
            }
            OfferReader.addCabins(of: item, to: &cabins)
        }
        return try flights.itinerary(journeyIDs: journeyIDs, cabins: cabins)
    }

    /// The first passenger's: all travel in the cabin that was asked for.
    private static func addCabins(of item: XMLElement, to cabins: inout [String: Cabin]) {
        for detail in item.children(named: "FareDetail") {
            for component in detail.children(named: "FareComponent") {
                guard let cabin = component.first("CabinType").flatMap(CabinType.cabin) else { continue }
                for reference in component.children(named: "PaxSegmentRefID") where cabins[reference.text] == nil {
                    cabins[reference.text] = cabin
                }
            }
        }
    }

    /// What an order must name again, checked to be for everybody.
    private func selection(
        _ element: XMLElement, reference: String, known: ProviderOffer?
    ) throws(DroppedOffer) -> OfferSelection {
        let before = known.flatMap { try? OfferSelection(payload: $0.payload) }
        let slots = try slots.get()
        var items: [OfferSelection.Item] = []
        for item in element.children(named: "OfferItem") {
            guard let id = item.text("OfferItemID") else { throw DroppedOffer("no item id") }
            var passengerIDs: [String] = []
            let references = item.children(named: "Service").flatMap { $0.children(named: "PaxRefID").map(\.text) }
            for id in references where !passengerIDs.contains(id) { passengerIDs.append(id) }
            items.append(OfferSelection.Item(id: id, passengerIDs: passengerIDs))
        }
        if items.isEmpty, let before { items = before.items }
        guard !items.isEmpty else { throw DroppedOffer("no items") }
        let served = Set(items.flatMap(\.passengerIDs))
        guard served.isSuperset(of: slots.map(\.id)) else { throw DroppedOffer("not for all passengers") }
        return OfferSelection(
            offerID: reference, ownerCode: element.text("OwnerCode") ?? before?.ownerCode,
            shoppingResponseID: shoppingResponseID ?? before?.shoppingResponseID, items: items, slots: slots)
    }

    /// The earliest limit of that name on the offer or its items. A time without a zone is UTC.
    private static func limit(of offer: XMLElement, _ name: String) throws(DroppedOffer) -> Timestamp? {
        var earliest: Timestamp?
        for element in [offer] + offer.children(named: "OfferItem").map(\.self) {
            guard let limit = element.first(name) else { continue }
            guard let time = try? limit.requireDateTime() else { throw DroppedOffer("unreadable time limit") }
            let instant = time.timestamp(assumingOffset: 0)
            earliest = min(earliest ?? instant, instant)
        }
        return earliest
    }
}
