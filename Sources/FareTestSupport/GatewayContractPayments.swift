import FareDomain
import FarePorts

extension GatewayContract {
    static let paymentChecks = [
        Check("what is authorized is captured, and the rest is let go") { contract in
            let payment = try await contract.authorize()
            try contract.require(payment.state == .authorized, "authorized is \(payment.state)")
            try contract.require(payment.reference == contract.name, "the payment has no reference of ours")
            let captured = try await contract.gateway.capture(
                payment.id, amount: contract.pounds(80), key: "\(contract.name)/c", context: contract.context)
            let seen = try await contract.status(payment)
            try contract.require(captured == seen, "asking shows another payment than capturing: \(seen)")
            try contract.require(seen.state == .captured, "captured is \(seen.state)")
            try contract.require(try seen.captured == contract.pounds(80), "\(seen.captured) is captured")
        },
        Check("what is voided stays so, and voiding it again is success") { contract in
            let payment = try await contract.authorize()
            for key in ["v/1", "v/2"] {
                let voided = try await contract.gateway.void(
                    payment.id, key: "\(contract.name)/\(key)", context: contract.context)
                try contract.require(voided.state == .voided, "voided is \(voided.state)")
            }
            let error = try await contract.failure(of: "a capture of what is voided") {
                try await contract.gateway.capture(
                    payment.id, amount: contract.pounds(80), key: "\(contract.name)/c", context: contract.context)
            }
            try contract.require(error.code == .wrongState && error.outcome == .notApplied, "it is \(error.code)")
            try contract.require(error.payment?.state == .voided, "the error does not show the payment")
        },
        Check("capturing twice says that it is captured") { contract in
            let payment = try await contract.captured()
            let error = try await contract.failure(of: "a second capture") {
                try await contract.gateway.capture(
                    payment.id, amount: contract.pounds(80), key: "\(contract.name)/c/2", context: contract.context)
            }
            try contract.require(error.code == .wrongState, "it is \(error.code)")
            try contract.require(error.payment == payment, "the error shows \(String(describing: error.payment))")
        },
        Check("a wanted action is an answer, and can be voided") { contract in
            for _ in 0..<2 {
                let payment = try await contract.authorize("pm_card_authenticationRequired")
                try contract.require(payment.state == .actionRequired, "it is \(payment.state)")
            }
            let found = try await contract.gateway.find(reference: contract.name, context: contract.context)
            try contract.require(found.count == 1, "there are \(found.count) payments")
            let voided = try await contract.gateway.void(
                found[0].id, key: "\(contract.name)/v", context: contract.context)
            try contract.require(voided.state == .voided, "voided is \(voided.state)")
        },
        Check("payments are found by reference and by the time of their creation") { contract in
            let before = contract.clock.timestamp
            let payment = try await contract.captured()
            let after = contract.clock.timestamp
            let found = try await contract.gateway.find(reference: contract.name, context: contract.context)
            try contract.require(found == [payment], "found by its reference: \(found)")
            let listed = try await contract.gateway.payments(
                createdAfter: before, createdBefore: after, context: contract.context)
            try contract.require(listed.contains(payment), "not in the span of its creation")
            let earlier = try await contract.gateway.payments(
                createdAfter: before.advanced(by: .seconds(-60)), createdBefore: before.advanced(by: .seconds(-2)),
                context: contract.context)
            try contract.require(!earlier.contains { $0.id == payment.id }, "in a span before its creation")
        },
        Check("what is not there is not found") { contract in
            let error = try await contract.failure(of: "a look at no payment") {
                try await contract.gateway.status(of: "pi_none", context: contract.context)
            }
            try contract.require(error.code == .notFound, "it is \(error.code)")
            let found = try await contract.gateway.find(reference: contract.name, context: contract.context)
            try contract.require(found.isEmpty, "found: \(found)")
        },
    ]

    static let keyChecks = [
        Check("the same request under its key is done once") { contract in
            let first = try await contract.authorize()
            let second = try await contract.authorize()
            try contract.require(first == second, "the second answer is another")
            let captured = try await contract.captured()
            let refunds = [try await contract.refund(captured, 10), try await contract.refund(captured, 10)]
            try contract.require(refunds[0].id == refunds[1].id, "there are two refunds")
            let seen = try await contract.status(first)
            try contract.require(try seen.refunded == contract.pounds(10), "\(seen.refunded) is refunded")
        },
        Check("a key that came with another request tells nothing of it") { contract in
            _ = try await contract.authorize()
            let error = try await contract.failure(of: "another request under the key") {
                try await contract.authorize("pm_card_mastercard")
            }
            try contract.require(error.outcome == .unknown && error.isStored, "\(error.code) is \(error.outcome)")
        },
        Check("a decline is kept under its key, with its payment, and a new key asks anew") { contract in
            let first = try await contract.failure(of: "a declined card") {
                try await contract.authorize("pm_card_visa_chargeDeclined")
            }
            try contract.require(first.code == .declined && first.outcome == .notApplied, "it is \(first.code)")
            try contract.require(first.payment?.state == .declined, "there is no declined payment in it")
            let again = try await contract.failure(of: "a declined card again") {
                try await contract.authorize("pm_card_visa_chargeDeclined")
            }
            try contract.require(again.isStored && again.code == .declined, "\(again.code), not as stored")
            try contract.require(again.payment?.id == first.payment?.id, "another payment was made")
            let other = try await contract.authorize(key: "a/2")
            try contract.require(other.state == .authorized, "under a new key it is \(other.state)")
        },
    ]
}
