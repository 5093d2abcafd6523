import FareDomain
import FarePorts

/// Giving back, and what goes wrong.
extension ProviderContract {
    static let cancellationChecks: [Check] = [
        Check("a released hold is gone, and releasing it again is no error") { contract in
            let held = try await contract.held()
            try await contract.provider.release(held, context: contract.context)
            try await contract.onlyOrder(is: "released")
            try await contract.provider.release(held, context: contract.context)
            let result = await contract.result { () throws(ProviderError) in
                try await contract.provider.status(of: held, context: contract.context).state
            }
            switch result {
            case .success(let state):
                try contract.require(state == .cancelled, "afterwards: \(state)")
            case .failure(let error):
                // A dialect that deletes orders has nothing to show any more.
                try contract.require(error.code == .orderNotFound, "\(error.code): \(error.detail)")
            }
        },
        Check("a released hold can't be confirmed") { contract in
            let held = try await contract.held()
            try await contract.provider.release(held, context: contract.context)
            let error = try await contract.failure(of: "confirming") { () throws(ProviderError) in
                _ = try await contract.provider.confirm(held, context: contract.context)
            }
            try contract.require(error.outcome == .notApplied, "outcome \(error.outcome) (\(error.code))")
            try await contract.onlyOrder(is: "released")
        },
        Check("a ticket is cancelled as quoted, once") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let ticketed = try await contract.ticketed()
            let quote = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            let whole = try quote.refund.adding(quote.penalty)
            try contract.require(whole == ticketed.total, "\(quote.refund) and \(quote.penalty) of \(ticketed.total)")
            let done = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            try contract.require(done.refund == quote.refund, "\(done.refund) in place of \(quote.refund)")
            let again = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            try contract.require(again.refund == quote.refund, "the second time: \(again.refund)")
            try await contract.onlyOrder(is: "cancelled")
        },
    ]

    static let failureChecks: [Check] = [
        Check("a release whose answer is lost is unknown, and no error the second time") { contract in
            let held = try await contract.held()
            try await contract.mock.setFaults([.init("release", "reset_after")])
            let error = try await contract.failure(of: "a lost release") { () throws(ProviderError) in
                try await contract.provider.release(held, context: contract.context)
            }
            try contract.require(error.outcome == .unknown, "outcome \(error.outcome) (\(error.code))")
            try await contract.mock.setFaults([])
            try await contract.onlyOrder(is: "released")
            try await contract.provider.release(held, context: contract.context)
        },
        Check("a cancellation whose answer is lost is unknown, and the quoted refund the second time") { contract in
            guard contract.provider.capabilities.cancelsTickets else { return }
            let ticketed = try await contract.ticketed()
            let quote = try await contract.provider.quoteCancellation(of: ticketed, context: contract.context)
            try await contract.mock.setFaults([.init("cancel", "reset_after")])
            let error = try await contract.failure(of: "a lost cancellation") { () throws(ProviderError) in
                _ = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            }
            try contract.require(error.outcome == .unknown, "outcome \(error.outcome) (\(error.code))")
            try await contract.mock.setFaults([])
            try await contract.onlyOrder(is: "cancelled")
            let again = try await contract.provider.cancel(ticketed, as: quote, context: contract.context)
            try contract.require(again.refund == quote.refund, "the second time: \(again.refund)")
        },
        Check("a hold whose answer is lost is unknown, and can be found and released") { contract in
            let start = contract.clock.timestamp.advanced(by: .seconds(-1))
            let offer = try await contract.repriced(holdable: true)
            let request = contract.request(offer, reference: "bkg_contract/5")
            try await contract.mock.setFaults([.init("hold", "reset_after")])
            let error = try await contract.failure(of: "a lost hold") { () throws(ProviderError) in
                _ = try await contract.provider.hold(request, context: contract.context)
            }
            try contract.require(error.outcome == .unknown, "outcome \(error.outcome) (\(error.code))")
            try await contract.onlyOrder(is: "held")
            guard contract.provider.capabilities.findsOrders else { return }
            let search = OrderSearch(
                reference: request.reference, passengers: request.passengers, itinerary: offer.itinerary,
                createdAfter: start)
            let found = try await contract.provider.find(search, context: contract.context)
            try contract.require(found.count == 1, "found \(found.count)")
            try await contract.provider.release(found[0], context: contract.context)
            try await contract.onlyOrder(is: "released")
        },
        lostConfirm("reset_after", leaves: "ticketed"), lostConfirm("reset_before", leaves: "held"),
        lostConfirm("truncate", leaves: "ticketed"), lostConfirm("garbage", leaves: "ticketed"),
        refusedHold(.init("hold", "sold_out"), .soldOut, .notApplied),
        refusedHold(.init("hold", "rate_limit"), .rateLimited, .notApplied),
        refusedHold(.init("hold", "status", status: 503), .serverError, .unknown),
        refusedHold(.init("hold", "html_error", status: 502), .serverError, .unknown),
        Check("a search answered with an HTML page, or with garbage, is an error") { contract in
            for fault in ["html_error", "garbage", "truncate"] {
                try await contract.mock.setFaults([.init("search", fault)])
                let error = try await contract.failure(of: fault) { () throws(ProviderError) in
                    _ = try await contract.provider.search(query(contract), context: contract.context)
                }
                let expected: [ProviderError.Code] = [.serverError, .unreadable, .connectionLost]
                try contract.require(expected.contains(error.code), "\(fault): \(error.code)")
            }
        },
    ]

    private static func query(_ contract: ProviderContract) throws(ProviderError) -> SearchQuery {
        guard let query = try? contract.query(for: couple) else { throw ProviderError(.rejected, outcome: .notApplied) }
        return query
    }

    /// Asking tells what became of a confirm that nobody heard of; where it was not done, it can be done again.
    private static func lostConfirm(_ fault: String, leaves state: String) -> Check {
        Check("after a confirm that ends in \(fault), asking tells that it is \(state)") { contract in
            let held = try await contract.held()
            try await contract.mock.setFaults([.init("confirm", fault)])
            let error = try await contract.failure(of: fault) { () throws(ProviderError) in
                _ = try await contract.provider.confirm(held, context: contract.context)
            }
            try contract.require(error.outcome == .unknown, "outcome \(error.outcome) (\(error.code))")
            try await contract.mock.setFaults([])
            try await contract.onlyOrder(is: state)
            let asked = try await contract.provider.status(of: held, context: contract.context)
            try contract.require(asked.state.rawValue == state, "asked: \(asked.state)")
            let again = try await contract.provider.confirm(held, context: contract.context)
            try contract.require(again.state == .ticketed, "the second time: \(again.state)")
            try await contract.onlyOrder(is: "ticketed")
        }
    }

    private static func refusedHold(
        _ fault: ProviderContractMock.Fault, _ code: ProviderError.Code, _ outcome: ProviderError.Outcome
    ) -> Check {
        Check("a hold that meets \(fault.fault) is \(code.rawValue), \(outcome.rawValue)") { contract in
            let offer = try await contract.repriced(holdable: true)
            try await contract.mock.setFaults([fault])
            let error = try await contract.failure(of: fault.fault) { () throws(ProviderError) in
                _ = try await contract.provider.hold(
                    contract.request(offer, reference: "bkg_contract/6"), context: contract.context)
            }
            try contract.require(error.code == code, "\(error.code): \(error.detail)")
            try contract.require(error.outcome == outcome, "outcome \(error.outcome)")
            let orders = try await contract.mock.orders()
            try contract.require(orders.isEmpty, "the ledger has \(orders.count) orders")
        }
    }
}
