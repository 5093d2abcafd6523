import FareDomain
import FarePorts
import FareTestSupport
import Resilience

/// A process's way to a provider.
struct ProcessProvider: FareProvider {
    let wire: Wire
    /// What is behind the wire; a mutation may stand in front of the fake.
    let peer: any FareProvider
    let fake: FakeProvider

    var id: ProviderID { fake.id }
    var capabilities: ProviderCapabilities { fake.capabilities }

    func search(_ query: SearchQuery, context: CallContext) async throws(ProviderError) -> SearchAnswer {
        try await read("search", nil, context) { () async throws(ProviderError) in
            try await peer.search(query, context: context.arriving)
        }
    }

    func reprice(
        _ offer: ProviderOffer, for passengers: [Passenger], context: CallContext
    ) async throws(ProviderError) -> ProviderOffer {
        try await read("reprice", nil, context) { () async throws(ProviderError) in
            try await peer.reprice(offer, for: passengers, context: context.arriving)
        }
    }

    func hold(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create("hold", request, .seconds(8), context) { (context) async throws(ProviderError) in
            try await peer.hold(request, context: context.arriving)
        }
    }

    func order(_ request: OrderRequest, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await create("order", request, .seconds(15), context) { (context) async throws(ProviderError) in
            try await peer.order(request, context: context.arriving)
        }
    }

    func confirm(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await change("confirm", order.id, timeout: .seconds(15), context) { () async throws(ProviderError) in
            try await peer.confirm(order, context: context.arriving)
        }
    }

    func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) {
        try await change("release", order.id, timeout: .seconds(8), context) { () async throws(ProviderError) in
            try await peer.release(order, context: context.arriving)
        }
    }

    func status(of order: ProviderOrder, context: CallContext) async throws(ProviderError) -> ProviderOrder {
        try await read("status", reference(of: order.id), context) { () async throws(ProviderError) in
            try await peer.status(of: order, context: context.arriving)
        }
    }

    func find(_ search: OrderSearch, context: CallContext) async throws(ProviderError) -> [ProviderOrder] {
        try await read("find", search.reference, context) { () async throws(ProviderError) in
            try await peer.find(search, context: context.arriving)
        }
    }

    func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await read("quote", reference(of: order.id), context) { () async throws(ProviderError) in
            try await peer.quoteCancellation(of: order, context: context.arriving)
        }
    }

    func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        try await change("cancel", order.id, timeout: .seconds(8), latest: .seconds(9), context) {
            () async throws(ProviderError) in
            try await peer.cancel(order, as: quote, context: context.arriving)
        }
    }

    func orders(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(ProviderError) -> [ProviderOrder] {
        try await read("orders", nil, context) { () async throws(ProviderError) in
            try await peer.orders(createdAfter: createdAfter, createdBefore: createdBefore, context: context.arriving)
        }
    }

    /// An order made twice would be two orders, so no network does that.
    private func create(
        _ operation: String, _ request: OrderRequest, _ timeout: Duration, _ context: CallContext,
        _ apply: @escaping @Sendable (CallContext) async throws(ProviderError) -> ProviderOrder
    ) async throws(ProviderError) -> ProviderOrder {
        try await send(
            WireRequest(
                peer: id.rawValue, operation: operation, reference: request.reference, isRead: false, mayRepeat: false,
                timeout: timeout, latest: .seconds(9)), context
        ) { () async throws(ProviderError) in try await apply(context.arriving) }
    }

    private func change<Answer: Sendable>(
        _ operation: String, _ order: String, timeout: Duration, latest: Duration = .seconds(900),
        _ context: CallContext,
        _ apply: @escaping @Sendable () async throws(ProviderError) -> Answer
    ) async throws(ProviderError) -> Answer {
        try await send(
            WireRequest(
                peer: id.rawValue, operation: operation, reference: reference(of: order), isRead: false,
                timeout: timeout, latest: latest), context, apply)
    }

    private func read<Answer: Sendable>(
        _ operation: String, _ reference: String?, _ context: CallContext,
        _ apply: @escaping @Sendable () async throws(ProviderError) -> Answer
    ) async throws(ProviderError) -> Answer {
        try await send(
            WireRequest(
                peer: id.rawValue, operation: operation, reference: reference, isRead: true, timeout: .seconds(5),
                latest: .zero), context, apply)
    }

    private func send<Answer: Sendable>(
        _ request: WireRequest, _ context: CallContext,
        _ apply: @escaping @Sendable () async throws(ProviderError) -> Answer
    ) async throws(ProviderError) -> Answer {
        try await wire.carry(request, context) { () async -> Result<Answer, ProviderError> in
            do throws(ProviderError) { return .success(try await apply()) } catch { return .failure(error) }
        }
    }

    /// The provider knows whose an order is, also where it doesn't tell.
    private func reference(of order: String) -> String? {
        fake.orders.first { $0.id == order }.flatMap { wire.world.rules.reference(of: $0, at: fake) }
    }
}

extension CallContext {
    /// For the fake behind the wire: whether the call is in time was decided when it was sent.
    var arriving: CallContext { CallContext(deadline: .distantFuture, requestID: requestID, traceparent: traceparent) }
}

/// A process's way to the gateway.
struct ProcessGateway: PaymentGateway {
    let wire: Wire
    let peer: any PaymentGateway
    let fake: FakeGateway

    func authorize(
        _ amount: Money, token: String, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await send("authorize", reference, key, context) { () async throws(PaymentError) in
            try await peer.authorize(amount, token: token, reference: reference, key: key, context: context.arriving)
        }
    }

    func capture(
        _ payment: String, amount: Money, key: String, context: CallContext
    ) async throws(PaymentError) -> Payment {
        try await send("capture", self.reference(of: payment), key, context) { () async throws(PaymentError) in
            try await peer.capture(payment, amount: amount, key: key, context: context.arriving)
        }
    }

    func void(_ payment: String, key: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await send("void", reference(of: payment), key, context) { () async throws(PaymentError) in
            try await peer.void(payment, key: key, context: context.arriving)
        }
    }

    func refund(
        _ payment: String, amount: Money, reference: String, key: String, context: CallContext
    ) async throws(PaymentError) -> Refund {
        try await send("refund", self.reference(of: payment), key, context) { () async throws(PaymentError) in
            try await peer.refund(payment, amount: amount, reference: reference, key: key, context: context.arriving)
        }
    }

    func status(ofRefund refund: String, context: CallContext) async throws(PaymentError) -> Refund {
        try await send("refundStatus", nil, nil, context) { () async throws(PaymentError) in
            try await peer.status(ofRefund: refund, context: context.arriving)
        }
    }

    func refunds(of payment: String, context: CallContext) async throws(PaymentError) -> [Refund] {
        try await send("refunds", reference(of: payment), nil, context) { () async throws(PaymentError) in
            try await peer.refunds(of: payment, context: context.arriving)
        }
    }

    func status(of payment: String, context: CallContext) async throws(PaymentError) -> Payment {
        try await send("status", reference(of: payment), nil, context) { () async throws(PaymentError) in
            try await peer.status(of: payment, context: context.arriving)
        }
    }

    func find(reference: String, context: CallContext) async throws(PaymentError) -> [Payment] {
        try await send("find", reference, nil, context) { () async throws(PaymentError) in
            try await peer.find(reference: reference, context: context.arriving)
        }
    }

    func payments(
        createdAfter: Timestamp, createdBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Payment] {
        try await send("list", nil, nil, context) { () async throws(PaymentError) in
            try await peer.payments(createdAfter: createdAfter, createdBefore: createdBefore, context: context.arriving)
        }
    }

    func refunds(
        failedAfter: Timestamp, failedBefore: Timestamp, context: CallContext
    ) async throws(PaymentError) -> [Refund] {
        try await send("failedRefunds", nil, nil, context) { () async throws(PaymentError) in
            try await peer.refunds(failedAfter: failedAfter, failedBefore: failedBefore, context: context.arriving)
        }
    }

    private func send<Answer: Sendable>(
        _ operation: String, _ reference: String?, _ key: String?, _ context: CallContext,
        _ apply: @escaping @Sendable () async throws(PaymentError) -> Answer
    ) async throws(PaymentError) -> Answer {
        try await wire.carry(
            WireRequest(
                peer: "gateway", operation: operation, reference: reference, key: key, isRead: key == nil,
                timeout: .seconds(10), latest: .seconds(9)), context
        ) { () async -> Result<Answer, PaymentError> in
            do throws(PaymentError) { return .success(try await apply()) } catch { return .failure(error) }
        }
    }

    private func reference(of payment: String) -> String? {
        fake.payments.first { $0.payment.id == payment }?.reference
    }
}
