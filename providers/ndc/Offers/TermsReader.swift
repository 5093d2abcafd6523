import FareDomain
import WireFormats

/// What fares come with, by the `DataLists` that offers refer to.
struct TermsReader {
    private var penalties: [String: XMLElement] = [:]
    private var brands: [String: String] = [:]
    /// Checked bags of an allowance.
    private var allowances: [String: Int] = [:]

    init(_ lists: XMLElement?) {
        for element in lists?.first("PenaltyList")?.children(named: "Penalty").map(\.self) ?? [] {
            if let id = element.text("PenaltyID") { penalties[id] = element }
        }
        for element in lists?.first("PriceClassList")?.children(named: "PriceClass").map(\.self) ?? [] {
            if let id = element.text("PriceClassID") { brands[id] = element.text("Name") }
        }
        for element in lists?.first("BaggageAllowanceList")?.children(named: "BaggageAllowance").map(\.self) ?? [] {
            if let id = element.text("BaggageAllowanceID") { allowances[id] = TermsReader.checkedBags(element) }
        }
    }

    /// - Parameter infantIDs: passengers whose bags don't count.
    func terms(of offer: XMLElement, infantIDs: Set<String>) -> FareTerms {
        let items = offer.children(named: "OfferItem").map(\.self)
        let fees = penalties(of: offer, items)
        var terms = FareTerms()
        terms.brand = brand(of: offer, items)
        terms.refundable = permission(items, "CancelRestrictions", fees, "CancelFeeInd")
        terms.changeable = permission(items, "ChangeRestrictions", fees, "ChangeFeeInd")
        if terms.refundable == .yes {
            let cancelFees = fees.filter { $0.text("CancelFeeInd") == "true" }
            // Several fees may be one a passenger or one a segment: only a single one is surely the whole.
            if cancelFees.count == 1 {
                terms.refundPenalty = try? cancelFees[0].first("Price", "TotalAmount")?.requireMoney()
            }
        }
        terms.checkedBags = bags(of: offer, items, infantIDs)
        return terms
    }

    private func penalties(of offer: XMLElement, _ items: [XMLElement]) -> [XMLElement] {
        var ids: [String] = []
        for element in [offer] + items {
            for reference in element.children(named: "PenaltyRefID") where !ids.contains(reference.text) {
                ids.append(reference.text)
            }
        }
        return ids.compactMap { penalties[$0] }
    }

    /// What the items' restrictions allow: all of them, or it is not allowed. Where they say nothing, a fee for it
    /// means that it can be had.
    private func permission(
        _ items: [XMLElement], _ restrictions: String, _ fees: [XMLElement], _ feeFlag: String
    ) -> Permission {
        let said = items.flatMap { $0.children(named: restrictions).compactMap { $0.text("AllowedModificationInd") } }
        if said.contains("false") { return .no }
        if said.contains("true") { return .yes }
        return fees.contains { $0.text(feeFlag) == "true" } ? .yes : .unknown
    }

    /// All that differ, in order.
    private func brand(of offer: XMLElement, _ items: [XMLElement]) -> String? {
        var references =
            offer.first("JourneyOverview")?.children(named: "JourneyPriceClass")
            .compactMap { $0.text("PriceClassRefID") } ?? []
        for item in items {
            for detail in item.children(named: "FareDetail") {
                references += detail.children(named: "FareComponent").compactMap { $0.text("PriceClassRefID") }
            }
        }
        var names: [String] = []
        for name in references.compactMap({ brands[$0] }) where !names.contains(name) { names.append(name) }
        return names.isEmpty ? nil : names.joined(separator: " / ")
    }

    /// The fewest of an allowance for checked bags that somebody with a seat has. Where only bags for the cabin are
    /// listed, none is checked; where none at all is listed, nothing is said.
    private func bags(of offer: XMLElement, _ items: [XMLElement], _ infantIDs: Set<String>) -> Int? {
        var listed = false
        var fewest: Int?
        for element in [offer] + items {
            for allowance in element.children(named: "BaggageAllowance") {
                let passengers = allowance.children(named: "PaxRefID").map(\.text)
                if !passengers.isEmpty, infantIDs.isSuperset(of: passengers) { continue }
                listed = true
                for reference in allowance.children(named: "BaggageAllowanceRefID") {
                    guard let checked = allowances[reference.text] else { continue }
                    fewest = min(fewest ?? checked, checked)
                }
            }
        }
        return listed ? fewest ?? 0 : nil
    }

    /// Nil for an allowance of bags that go into the cabin.
    private static func checkedBags(_ allowance: XMLElement) -> Int? {
        guard allowance.text("TypeCode")?.uppercased() == "CHECKED" else { return nil }
        let pieces = allowance.children(named: "PieceAllowance").compactMap { try? $0.first("TotalQty")?.requireInt() }
        if let fewest = pieces.min() { return min(max(fewest, 0), 99) }
        // So many kilograms, in whatever pieces.
        return allowance.first("WeightAllowance") == nil ? 0 : 1
    }
}
