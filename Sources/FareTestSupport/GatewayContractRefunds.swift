import FareDomain
import FarePorts
import Resilience

extension GatewayContract {
    /// How long a refund of the two test cards may take to change.
    private static let settling = Duration.seconds(30)

    static let refundChecks = [
        Check("refunds add up, and are listed with their references, the newest first") { contract in
            let payment = try await contract.captured()
            let first = try await contract.refund(payment, 30, key: "r/1")
            let second = try await contract.refund(payment, 20, key: "r/2")
            let listed = try await contract.gateway.refunds(of: payment.id, context: contract.context)
            try contract.require(listed == [second, first], "listed: \(listed)")
            try contract.require(first.reference == "\(contract.name) r/1", "it has no reference of ours")
            try contract.require(first.state == .succeeded && first.payment == payment.id, "it is \(first)")
            let seen = try await contract.status(payment)
            try contract.require(seen.state == .refunded, "the payment is \(seen.state)")
            try contract.require(try seen.refunded == contract.pounds(50), "\(seen.refunded) is refunded")
        },
        Check("no more than is left is given back") { contract in
            let payment = try await contract.captured()
            _ = try await contract.refund(payment, 30, key: "r/1")
            let tooMuch = try await contract.failure(of: "more than is left") {
                try await contract.refund(payment, 51, key: "r/2")
            }
            try contract.require(tooMuch.code == .rejected && tooMuch.outcome == .notApplied, "it is \(tooMuch.code)")
            _ = try await contract.refund(payment, 50, key: "r/3")
            let nothingLeft = try await contract.failure(of: "a refund of nothing") {
                try await contract.refund(payment, 1, key: "r/4")
            }
            try contract.require(nothingLeft.code == .wrongState, "it is \(nothingLeft.code)")
            try contract.require(
                try nothingLeft.payment?.refunded == contract.pounds(80), "the error does not show the payment")
        },
        Check("what was not taken is not given back") { contract in
            let payment = try await contract.authorize()
            let error = try await contract.failure(of: "a refund of what is only authorized") {
                try await contract.refund(payment, 1)
            }
            try contract.require(error.code == .wrongState, "it is \(error.code)")
            try contract.require(error.payment?.state == .authorized, "the error does not show the payment")
        },
        Check("a refund that is pending counts, and succeeds by itself") { contract in
            let payment = try await contract.captured("pm_card_pendingRefund")
            let refund = try await contract.refund(payment, 80)
            try contract.require(refund.state == .pending, "it is \(refund.state) at once")
            let seen = try await contract.status(payment)
            try contract.require(seen.state == .refunded, "the payment is \(seen.state) meanwhile")
            let settled = try await contract.settled(refund)
            try contract.require(settled.state == .succeeded, "it ends as \(settled.state)")
            let again = try await contract.refund(payment, 80)
            try contract.require(again == refund, "its key says another thing than at first: \(again)")
        },
        Check("a refund may fail after it succeeded, and the money is there to be refunded again") { contract in
            let payment = try await contract.captured("pm_card_refundFail")
            let before = contract.clock.timestamp
            let refund = try await contract.refund(payment, 80)
            try contract.require(refund.state == .succeeded, "it is \(refund.state) at once")
            let early = try await contract.failedRefunds(since: before)
            try contract.require(!early.contains { $0.id == refund.id }, "it is told as failed before it has")
            let settled = try await contract.settled(refund)
            try contract.require(settled.state == .failed, "it ends as \(settled.state)")
            try contract.require(settled.failure == "expired_or_canceled_card", "for no reason")
            let failed = try await contract.failedRefunds(since: before)
            try contract.require(failed.filter { $0.id == refund.id } == [settled], "listed as failed: \(failed)")
            let later = try await contract.failedRefunds(since: contract.clock.timestamp.advanced(by: .seconds(60)))
            try contract.require(!later.contains { $0.id == refund.id }, "in a span after its failure")
            let seen = try await contract.status(payment)
            try contract.require(seen == payment, "the payment is left as \(seen)")
            let second = try await contract.refund(payment, 80, key: "r/2")
            let listed = try await contract.gateway.refunds(of: payment.id, context: contract.context)
            try contract.require(listed.map(\.id) == [second.id, refund.id], "listed: \(listed)")
        },
        Check("what is not there has no refunds") { contract in
            let status = try await contract.failure(of: "a look at no refund") {
                try await contract.gateway.status(ofRefund: "re_none", context: contract.context)
            }
            let list = try await contract.failure(of: "the refunds of no payment") {
                try await contract.gateway.refunds(of: "pi_none", context: contract.context)
            }
            try contract.require(status.code == .notFound && list.code == .notFound, "\(status.code), \(list.code)")
        },
    ]

    private func failedRefunds(since start: Timestamp) async throws -> [Refund] {
        try await gateway.refunds(
            failedAfter: start, failedBefore: start.advanced(by: .seconds(3600)), context: context)
    }

    /// What a refund is after it has changed.
    private func settled(_ refund: Refund) async throws -> Refund {
        let end = clock.now.advanced(by: Self.settling)
        while clock.now < end {
            let seen = try await gateway.status(ofRefund: refund.id, context: context)
            if seen.state != refund.state { return seen }
            try await pass(.milliseconds(250))
        }
        throw ContractViolation("the refund is still \(refund.state)")
    }
}
