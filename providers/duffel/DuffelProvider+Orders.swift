import FareDomain
public import FarePorts
import WireFormats

extension DuffelProvider {
    public func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let body: JSONNode = [
            "data": ["order_id": .string(order.id), "payment": OrderBody.payment(of: order.total)]
        ]
        let call = DuffelCall(
            .post, "/air/payments", body: body, operation: .confirm, effect: .once,
            context: context)
        do throws(DuffelFailure) {
            let payment = try await client.send(call)
            if payment["status"]?.equals("failed") == true {
                throw DuffelFailure(ProviderError(.rejected, outcome: .notApplied, detail: "payment failed"))
            }
        } catch {
            guard error.code == "already_paid" else { throw error.error }
        }
        return try await paid(order, context: context)
    }

    /// The order behind an accepted payment. Duffel answers a payment with the payment, not with the ticket.
    private func paid(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        let now: ProviderOrder
        do throws(ProviderError) {
            now = try await status(of: order, context: context)
        } catch {
            // The payment went through, whatever became of this question.
            var unsettled = error
            unsettled.outcome = .unknown
            throw unsettled
        }
        guard now.state == .ticketed else {
            throw ProviderError(.unreadable, outcome: .unknown, detail: "paid, but the order is \(now.state.rawValue)")
        }
        return now
    }

    public func status(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> ProviderOrder {
        let path = "/air/orders/\(FormEncoding.percentEncode(order.id))"
        let call = DuffelCall(.get, path, operation: .status, effect: .read, context: context)
        let data = try await client.data(of: call)
        return try client.reading { () throws(WireError) in
            try OrderReader(now: client.clock.timestamp).order(data)
        }
    }
}
