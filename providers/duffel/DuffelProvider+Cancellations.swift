public import FarePorts
import WireFormats

extension DuffelProvider {
    public func release(_ order: ProviderOrder, context: CallContext) async throws(ProviderError) {
        do throws(DuffelFailure) {
            let cancellation = try await quote(order, operation: .release, context: context)
            if !cancellation.isUnpaid { try await refuseIfTicketed(order, context: context) }
            _ = try await take(cancellation.id, of: order, operation: .release, context: context)
        } catch {
            // Whatever the refusal, a hold that is gone has been released.
            guard error.isRefusal, try await !isStillHeld(order, after: error.error, context: context) else {
                throw error.error
            }
        }
    }

    public func quoteCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        do throws(DuffelFailure) {
            return try await quote(order, operation: .cancel, context: context).quote
        } catch {
            throw error.error
        }
    }

    public func cancel(
        _ order: ProviderOrder, as quote: CancellationQuote, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote {
        // Without its id nothing says what would be given back: a new quote may say less.
        guard let id = quote.id else {
            throw ProviderError(.quoteExpired, outcome: .notApplied, detail: "a quote without an id")
        }
        do throws(DuffelFailure) {
            return try await take(id, of: order, operation: .cancel, context: context).quote
        } catch {
            guard error.isRefusal else { throw error.error }
            guard let done = try await confirmedCancellation(of: order, after: error.error, context: context) else {
                throw error.error
            }
            return done
        }
    }

    /// Asks what ending the order would give back. Repeating it makes a newer quote, which replaces the one before.
    private func quote(
        _ order: ProviderOrder, operation: ProviderOperation, context: CallContext
    ) async throws(DuffelFailure) -> Cancellation {
        let call = DuffelCall(
            .post, "/air/order_cancellations", body: ["data": ["order_id": .string(order.id)]],
            operation: operation, effect: .repeatable, context: context)
        return try client.cancellation(try await client.send(call), of: order)
    }

    /// Ends the order as quoted. Sent once: what was lost is asked about, by whoever journals it, before it is said
    /// again.
    private func take(
        _ cancellationID: String, of order: ProviderOrder, operation: ProviderOperation, context: CallContext
    ) async throws(DuffelFailure) -> Cancellation {
        let path = "/air/order_cancellations/\(FormEncoding.percentEncode(cancellationID))/actions/confirm"
        let call = DuffelCall(.post, path, operation: operation, effect: .once, context: context)
        let cancellation = try client.cancellation(try await client.send(call), of: order)
        guard cancellation.isConfirmed else {
            throw DuffelFailure(ProviderError(.unreadable, outcome: .unknown, detail: "cancellation not confirmed"))
        }
        return cancellation
    }

    private func refuseIfTicketed(_ order: ProviderOrder, context: CallContext) async throws(DuffelFailure) {
        do throws(ProviderError) {
            _ = try await isStillHeld(order, context: context)
        } catch {
            throw DuffelFailure(error)
        }
    }

    /// A hold whose payment arrived after all is a ticket: releasing must not cancel it.
    ///
    /// - Parameter refusal: what releasing it was refused with, if it was.
    /// - Returns: false for an order that has ended.
    /// - Throws: `notCancellable` for a ticket.
    private func isStillHeld(
        _ order: ProviderOrder, after refusal: ProviderError? = nil, context: CallContext
    ) async throws(ProviderError) -> Bool {
        let state: ProviderOrder.State
        do throws(ProviderError) {
            state = try await status(of: order, context: context).state
        } catch {
            throw refusal?.unsettled(by: error) ?? error
        }
        guard state != .ticketed else {
            throw ProviderError(.notCancellable, outcome: .notApplied, detail: "ticketed meanwhile")
        }
        return state == .held
    }

    /// The cancellation that ended the order; nil if none did.
    ///
    /// - Parameter refusal: what cancelling it was refused with.
    private func confirmedCancellation(
        of order: ProviderOrder, after refusal: ProviderError, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote? {
        do throws(ProviderError) {
            return try await confirmedCancellation(of: order, context: context)
        } catch {
            throw refusal.unsettled(by: error)
        }
    }

    private func confirmedCancellation(
        of order: ProviderOrder, context: CallContext
    ) async throws(ProviderError) -> CancellationQuote? {
        let query = FormEncoding.encode([FormField("order_id", order.id), FormField("limit", "200")])
        let call = DuffelCall(
            .get, "/air/order_cancellations?" + query, operation: .status, effect: .read, context: context)
        let page = try await client.page(of: call)
        return try client.reading { () throws(WireError) in
            for value in try page.elements("data") where value.present("confirmed_at") != nil {
                let cancellation = try Cancellation(value, of: order)
                if cancellation.orderID == order.id { return cancellation.quote }
            }
            return nil
        }
    }
}
