import FareDomain
import FarePorts
import WireFormats

/// Turns a `flight-order` into the common model.
enum OrderReader {
    /// What the adapter knows of an order beside the answer.
    struct Known {
        var reference: String?
        var payload: String

        init(reference: String?, payload: String) {
            self.reference = reference
            self.payload = payload
        }

        init(_ order: ProviderOrder) {
            self.init(reference: order.reference, payload: order.payload)
        }
    }

    /// - Parameter mayHaveActed: whether the call changed something: then an answer that can't be read leaves it
    ///   unknown.
    static func order(
        _ document: JSONDocument, known: Known, mayHaveActed: Bool
    ) throws(ProviderError) -> ProviderOrder {
        do throws(WireError) {
            return try read(try document.root.require("data"), known)
        } catch {
            throw ProviderError(
                .unreadable, outcome: mayHaveActed ? .unknown : .notApplied, detail: error.description)
        }
    }

    private static func read(_ data: JSONValue, _ known: Known) throws(WireError) -> ProviderOrder {
        let offers = try data.elements("flightOffers")
        guard let first = offers.first(where: { _ in true }) else {
            throw data.error(.missing, "an order without offers")
        }
        // The sample in Amadeus' OpenAPI file has three Gs.
        let agreement = data.present("ticketingAgreement") ?? data.present("ticketingAggreement")
        guard let record = try data.elements("associatedRecords").first(where: { _ in true }) else {
            throw data.error(.missing, "an order without a record")
        }
        let lastTicketing = TicketingLimit.lastTicketing(first)
        let cancelling = agreement.flatMap { TicketingLimit.automaticCancellation($0, of: first) }
        let state = state(data, agreement)
        return ProviderOrder(
            id: try data.string("id"), locator: try record.string("reference"), state: state,
            total: try total(offers, data),
            ticketBy: state == .held ? [cancelling, lastTicketing].compactMap(\.self).min() : nil,
            priceGuaranteeExpiresAt: lastTicketing, reference: reference(data, known),
            passengerNames: names(data), createdAt: created(record), payload: known.payload)
    }

    private static func total(_ offers: JSONElements, _ data: JSONValue) throws(WireError) -> Money {
        var sum: Money?
        for offer in offers {
            let price = try offer.require("price")
            guard let currency = Currency(try price.string("currency")),
                let amount = Money.amadeus(try price.string("grandTotal"), currency)
            else { throw price.error(.badValue, "not an amount") }
            guard let before = sum else {
                sum = amount
                continue
            }
            guard let after = try? before.adding(amount) else { throw price.error(.badValue, "amounts can't be added") }
            sum = after
        }
        guard let sum else { throw data.error(.missing, "an order without a total") }
        return sum
    }

    /// Tickets speak first. Without any, an order that was made to be confirmed counts as ticketed: whoever issues
    /// for the agency does it later, and no call tells when.
    private static func state(_ data: JSONValue, _ agreement: JSONValue?) -> ProviderOrder.State {
        let statuses = (data["tickets"]?.elements.compactMap { $0["documentStatus"]?.string }) ?? []
        let live: Set = ["ISSUED", "ORIGINAL", "EXCHANGED"]
        if statuses.contains(where: live.contains) { return .ticketed }
        if !statuses.isEmpty { return .cancelled }
        return agreement?["option"]?.equals("CONFIRM") == true ? .ticketed : .held
    }

    /// Ours, where the order carries it: reservation systems may have put it in capitals. Else the first remark there
    /// is.
    private static func reference(_ data: JSONValue, _ known: Known) -> String? {
        let remarks = data["remarks"]?["general"]?.elements.compactMap { $0["text"]?.string } ?? []
        guard let expected = known.reference else { return remarks.first }
        return remarks.contains { $0.uppercased() == expected.uppercased() } ? expected : remarks.first
    }

    private static func names(_ data: JSONValue) -> [String] {
        (data["travelers"]?.elements.compactMap { traveler in
            guard let name = traveler["name"], let family = name["lastName"]?.string else { return nil }
            return "\(family)/\(name["firstName"]?.string ?? "")".uppercased()
        }) ?? []
    }

    /// `creationDate` by the specification, `creationDateTime` by its sample. Without a zone it is read as UTC.
    private static func created(_ record: JSONValue) -> Timestamp? {
        let time = (try? record.dateTime("creationDate")) ?? (try? record.dateTime("creationDateTime"))
        return time?.timestamp(assumingOffset: 0)
    }
}
