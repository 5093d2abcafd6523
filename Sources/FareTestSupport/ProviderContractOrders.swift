import FareDomain
import FarePorts

/// Searching, and making orders.
extension ProviderContract {
    static let searchChecks: [Check] = [
        Check("a search finds offers of its own, for the journey asked for") { contract in
            let offers = try await contract.offers(returning: true)
            try contract.require(!offers.isEmpty, "no offers")
            try contract.require(Set(offers.map(\.reference)).count == offers.count, "references repeat")
            for offer in offers {
                try contract.require(offer.provider == contract.provider.id, "an offer of another provider")
                try contract.require(offer.itinerary.slices.count == 2, "\(offer.reference) does not return")
                try contract.require(offer.total.minorUnits > 0, "\(offer.reference) is free")
                let date = offer.itinerary.departsAt.local.date
                try contract.require(date == contract.travelDate, "\(offer.reference) leaves on \(date)")
            }
        },
        Check("repricing gives the same flights at the same price while nothing moves") { contract in
            let offer = try contract.unwrap(try await contract.offers().first, "no offers")
            let live = try await contract.provider.reprice(offer, for: couple, context: contract.context)
            try contract.require(live.itinerary == offer.itinerary, "other flights")
            try contract.require(live.total == offer.total, "\(live.total) after \(offer.total)")
        },
        Check("a fare that moved is told when it is repriced") { contract in
            let offer = try contract.unwrap(try await contract.offers().first, "no offers")
            try await contract.mock.setFaults([.init("reprice", "price_change", percent: 10)])
            let result = await contract.result { () throws(ProviderError) in
                try await contract.provider.reprice(offer, for: couple, context: contract.context)
            }
            switch result {
            case .success(let live):
                try contract.require(live.total.minorUnits > offer.total.minorUnits, "it did not move")
            case .failure(let error):
                try contract.require(error.code == .fareChanged, "\(error.code) in place of fare_changed")
            }
        },
    ]

    static let orderChecks: [Check] = [
        Check("a hold is held, under our reference, until it is confirmed, and then ticketed") { contract in
            let offer = try await contract.repriced(holdable: true)
            let provider = contract.provider
            let held = try await provider.hold(
                contract.request(offer, reference: "bkg_contract/1"), context: contract.context)
            try contract.require(held.state == .held, "held: \(held.state)")
            try contract.require(held.total == offer.total, "\(held.total) for an offer of \(offer.total)")
            let row = try await contract.onlyOrder()
            try contract.require(row.state == "held" && row.locator == held.locator, "the ledger has \(row)")
            try contract.require(row.reference ?? "bkg_contract/1" == "bkg_contract/1", "the ledger has \(row)")
            let names = couple.map(\.reservationName)
            try contract.require(row.passengers.sorted() == names.sorted(), "aboard: \(row.passengers)")
            let asked = try await provider.status(of: held, context: contract.context)
            try contract.require(asked.id == held.id && asked.state == .held, "asked: \(asked.state)")
            let ticketed = try await provider.confirm(held, context: contract.context)
            try contract.require(ticketed.state == .ticketed, "confirmed: \(ticketed.state)")
            try contract.require(ticketed.locator == held.locator, "another locator")
            let settled = try await provider.status(of: held, context: contract.context)
            try contract.require(settled.state == .ticketed, "afterwards: \(settled.state)")
            try await contract.onlyOrder(is: "ticketed")
        },
        Check("confirming twice tickets once") { contract in
            let held = try await contract.held()
            _ = try await contract.provider.confirm(held, context: contract.context)
            let again = try await contract.provider.confirm(held, context: contract.context)
            try contract.require(again.state == .ticketed, "the second time: \(again.state)")
            try await contract.onlyOrder(is: "ticketed")
        },
        Check("an offer that can't be held is ordered and ticketed in one step") { contract in
            let offer = try await contract.repriced(holdable: false)
            let order = try await contract.provider.order(
                contract.request(offer, reference: "bkg_contract/2"), context: contract.context)
            try contract.require(order.state == .ticketed, "ordered: \(order.state)")
            try contract.require(order.total == offer.total, "\(order.total) for an offer of \(offer.total)")
            try await contract.onlyOrder(is: "ticketed")
        },
        Check("a family travels together, the infant in an adult's arms") { contract in
            let offer = try await contract.repriced(holdable: true, for: family)
            let request = contract.request(offer, reference: "bkg_contract/3", passengers: family)
            let held = try await contract.provider.hold(request, context: contract.context)
            let aboard = Set(held.passengerNames)
            try contract.require(aboard.isSuperset(of: family.map(\.reservationName)), "aboard: \(aboard)")
            try await contract.onlyOrder(is: "held")
        },
        Check("orders are found by what is known of them, and others' are not") { contract in
            let start = contract.clock.timestamp.advanced(by: .seconds(-1))
            let offer = try await contract.repriced(holdable: true)
            let request = contract.request(offer, reference: "bkg_contract/4")
            let held = try await contract.provider.hold(request, context: contract.context)
            var search = OrderSearch(
                reference: request.reference, passengers: request.passengers, itinerary: offer.itinerary,
                createdAfter: start)
            guard contract.provider.capabilities.findsOrders else {
                let error = try await contract.failure(of: "a look-up") { () throws(ProviderError) in
                    _ = try await contract.provider.find(search, context: contract.context)
                }
                return try contract.require(error.code == .notSupported, "\(error.code)")
            }
            let found = try await contract.provider.find(search, context: contract.context)
            try contract.require(found.map(\.id) == [held.id], "found: \(found.map(\.id))")
            search.reference = "bkg_other/1"
            search.passengers[0].familyName = "Somerville"
            let others = try await contract.provider.find(search, context: contract.context)
            try contract.require(others.isEmpty, "found somebody else's order")
        },
    ]
}
