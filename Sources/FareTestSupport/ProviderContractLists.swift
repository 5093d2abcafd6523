import FareDomain
import FarePorts
import Resilience

/// The list of orders, which our own books are compared with.
extension ProviderContract {
    static let listChecks: [Check] = [
        Check("an order is listed with what it is, in the span that it was made in") { contract in
            let start = contract.clock.timestamp.advanced(by: .seconds(-5))
            guard contract.provider.capabilities.listsOrders else {
                let error = try await contract.failure(of: "a list") { () throws(ProviderError) in
                    _ = try await contract.listed(since: start)
                }
                return try contract.require(error.code == .notSupported, "\(error.code)")
            }
            try contract.require(try await contract.listed(since: start).isEmpty, "a list of nothing has orders")
            let ticketed = try await contract.ticketed()
            let held = try await contract.held(reference: "bkg_contract/7")
            let listed = try await contract.listed(since: start)
            try contract.require(Set(listed.map(\.id)) == [ticketed.id, held.id], "listed: \(listed.map(\.id))")
            try contract.require(listed.count == 2, "an order is listed twice")
            for order in listed {
                let known = order.id == held.id ? held : ticketed
                try contract.require(order.state == known.state, "\(order.state) in place of \(known.state)")
                try contract.require(order.total == known.total, "\(order.total) in place of \(known.total)")
                try contract.require(order.locator == known.locator, "another locator")
                try contract.require(order.reference == known.reference, "\(order.reference ?? "no reference")")
                try contract.require(order.passengerNames == known.passengerNames, "\(order.passengerNames)")
                try contract.require(order.createdAt != nil, "no time of creation")
            }
            let before = try await contract.provider.orders(
                createdAfter: start.advanced(by: .seconds(-600)), createdBefore: start, context: contract.context)
            try contract.require(before.isEmpty, "an order is listed in a span before it was made")
        },
        Check("an order that has ended is never listed as live, and a live one can be worked with as it is listed") {
            contract in
            guard contract.provider.capabilities.listsOrders else { return }
            let start = contract.clock.timestamp.advanced(by: .seconds(-5))
            let released = try await contract.held()
            try await contract.provider.release(released, context: contract.context)
            _ = try await contract.held(reference: "bkg_contract/8")
            var listed = try await contract.listed(since: start)
            // Some providers forget what has ended.
            if let gone = listed.first(where: { $0.id == released.id }) {
                try contract.require(gone.state == .cancelled, "released, and listed as \(gone.state)")
            }
            let held = try contract.unwrap(listed.first { $0.id != released.id }, "a held order is not listed")
            try await contract.provider.release(held, context: contract.context)
            listed = try await contract.listed(since: start)
            try contract.require(listed.allSatisfy { $0.state == .cancelled }, "\(listed.map(\.state))")
        },
        Check("a hold that is made after its answer was lost is found and listed once it is made") { contract in
            let start = contract.clock.timestamp.advanced(by: .seconds(-5))
            let offer = try await contract.repriced(holdable: true)
            let request = contract.request(offer, reference: "bkg_contract/9")
            try await contract.mock.setFaults([.init("hold", "late_apply", latency: 3000)])
            let error = try await contract.failure(of: "a late hold") { () throws(ProviderError) in
                _ = try await contract.provider.hold(request, context: contract.context)
            }
            try contract.require(error.outcome == .unknown, "outcome \(error.outcome) (\(error.code))")
            try contract.require(try await contract.mock.orders().isEmpty, "it is there at once")
            try await contract.mock.setFaults([])
            try await contract.waitForOrder()
            if contract.provider.capabilities.findsOrders {
                let search = OrderSearch(
                    reference: request.reference, passengers: request.passengers, itinerary: offer.itinerary,
                    createdAfter: start)
                let found = try await contract.provider.find(search, context: contract.context)
                try contract.require(found.count == 1, "found \(found.count)")
            }
            guard contract.provider.capabilities.listsOrders else { return }
            let listed = try await contract.listed(since: start)
            try contract.require(listed.map(\.state) == [.held], "listed: \(listed.map(\.state))")
        },
    ]

    private func listed(since start: Timestamp) async throws(ProviderError) -> [ProviderOrder] {
        try await provider.orders(
            createdAfter: start, createdBefore: clock.timestamp.advanced(by: .seconds(5)), context: context)
    }

    /// Polls the ledger, since only the mock knows when it acts.
    private func waitForOrder() async throws {
        let end = clock.now.advanced(by: patience)
        while try await mock.orders().isEmpty {
            try require(clock.now < end, "the late hold never came about")
            try await clock.sleep(for: .milliseconds(50))
        }
    }
}
