import FareDomain
import FarePorts
import Resilience

/// One pass of reconciliation.
struct ReconciliationPass {
    private let reconciler: Reconciler
    private let since: Timestamp
    private let deadline: MonotonicInstant
    private(set) var report: ReconciliationReport
    /// Orders and payments that a list showed: they need not be asked for again.
    private var seen: Set<String> = []
    private var questions = 0

    init(_ reconciler: Reconciler, since: Timestamp) {
        self.reconciler = reconciler
        self.since = since
        deadline = reconciler.clock.now.advanced(by: reconciler.bounds.pass)
        report = ReconciliationReport(startedAt: reconciler.clock.timestamp)
    }

    private var store: any BookingStore { reconciler.store }
    private var now: Timestamp { reconciler.clock.timestamp }
    private var context: CallContext { reconciler.context(until: deadline) }

    mutating func run() async {
        for provider in reconciler.providers where provider.capabilities.listsOrders {
            await compareOrders(of: provider)
        }
        await comparePayments()
        await compareFailedRefunds()
        await compareBookings()
        report.finishedAt = now
    }

    // MARK: From the providers and the gateway to the store

    private mutating func compareOrders(of provider: any FareProvider) async {
        do throws(ProviderError) {
            let orders = try await provider.orders(
                createdAfter: since, createdBefore: now, context: context)
            report.orders += orders.count
            for order in orders {
                seen.insert("\(provider.id) \(order.id)")
                await compare(order, at: provider)
            }
        } catch {
            unreachable(provider.id.rawValue, error.code.rawValue, error.detail)
        }
    }

    private mutating func compare(_ order: ProviderOrder, at provider: any FareProvider) async {
        do throws(StoreError) {
            guard let (record, number) = try await booking(of: order, at: provider.id) else {
                guard let reference = order.reference, BookingReference(reference) != nil else { return }
                // Another installation with the same account may have it: nothing is undone on a name alone.
                guard order.state != .cancelled else { return }
                return tell(.unknownBooking, .reported, nil, provider.id, order, detail: "\(order.state.rawValue)")
            }
            guard record.settled else { return }
            var snapshot = try BookingSnapshot(stored: record)
            if let attempt = snapshot.saga.attempts.first(where: { $0.number == number }),
                attempt.offer.provider != provider.id
            {
                // Whatever made it was not the attempt, and the attempt's provider would be asked to undo it.
                guard order.state != .cancelled else { return }
                let detail = "the attempt was at \(attempt.offer.provider)"
                return tell(.unknownBooking, .reported, record.id, provider.id, order, detail: detail)
            }
            guard snapshot.saga.discover(order, attempt: number, at: now) != nil else { return }
            // The list may be older than the booking: asked again now, it must still be so.
            let current: ProviderOrder
            do throws(ProviderError) {
                current = try await provider.status(of: order, context: context)
            } catch { return unreachable(provider.id.rawValue, error.code.rawValue, error.detail) }
            try await apply(record, provider.id, reference: order.reference, locator: order.locator) { saga, now in
                saga.discover(current, attempt: number, at: now)
            }
        } catch {
            unreachable("store", error.code.rawValue, error.detail)
        }
    }

    /// The booking that an order belongs to, by our reference or by its id, and which attempt of it.
    private func booking(
        of order: ProviderOrder, at provider: ProviderID
    ) async throws(StoreError) -> (BookingRecord, Int)? {
        if let reference = order.reference.flatMap({ BookingReference($0) }) {
            return try await store.booking(reference.booking).map { ($0, reference.attempt) }
        }
        for record in try await store.bookings(locator: order.locator, limit: 20) {
            let attempts = try BookingSnapshot(stored: record).saga.attempts
            let attempt = attempts.first { $0.offer.provider == provider && $0.order?.id == order.id }
            if let attempt { return (record, attempt.number) }
        }
        return nil
    }

    private mutating func comparePayments() async {
        do throws(PaymentError) {
            let payments = try await reconciler.gateway.payments(
                createdAfter: since, createdBefore: now, context: context)
            report.payments += payments.count
            for payment in payments {
                seen.insert(payment.id)
                await compare(payment)
            }
        } catch {
            unreachable("payments", error.code.rawValue, error.detail)
        }
    }

    private mutating func compare(_ payment: Payment) async {
        guard let reference = payment.reference.flatMap({ BookingReference($0) }) else { return }
        do throws(StoreError) {
            guard let record = try await store.booking(reference.booking) else {
                guard [.authorized, .captured].contains(payment.state) else { return }
                report.findings.append(
                    ReconciliationReport.Finding(
                        .unknownBooking, .reported, reference: payment.reference, payment: payment.id,
                        detail: payment.state.rawValue))
                return
            }
            guard record.settled else { return }
            var snapshot = try BookingSnapshot(stored: record)
            guard snapshot.saga.discover(payment, attempt: reference.attempt, at: now) != nil else { return }
            let current: Payment
            do throws(PaymentError) {
                current = try await reconciler.gateway.status(of: payment.id, context: context)
            } catch { return unreachable("payments", error.code.rawValue, error.detail) }
            try await apply(record, nil, reference: payment.reference, payment: payment.id) { saga, now in
                saga.discover(current, attempt: reference.attempt, at: now)
            }
        } catch {
            unreachable("store", error.code.rawValue, error.detail)
        }
    }

    /// Refunds that were told as done, however long ago, and that a bank has sent back since.
    private mutating func compareFailedRefunds() async {
        do throws(PaymentError) {
            let failed = try await reconciler.gateway.refunds(
                failedAfter: now.advanced(by: .zero - reconciler.bounds.failedRefunds), failedBefore: now,
                context: context)
            for refund in failed { await compare(refund) }
        } catch {
            unreachable("payments", error.code.rawValue, error.detail)
        }
    }

    private mutating func compare(_ refund: Refund) async {
        guard let reference = refund.reference.flatMap({ BookingReference(ofRefund: $0) }) else { return }
        do throws(StoreError) {
            guard let record = try await store.booking(reference.booking), record.settled else { return }
            let saga = try BookingSnapshot(stored: record).saga
            let attempt = saga.attempts.first { $0.number == reference.attempt }
            guard let attempt, attempt.money == .refunded,
                !seen.contains(refund.payment) || attempt.refund?.id == refund.id,
                mayAsk()
            else { return }
            var current: Payment
            do throws(PaymentError) {
                current = try await reconciler.gateway.status(of: refund.payment, context: context)
            } catch { return unreachable("payments", error.code.rawValue, error.detail) }
            report.payments += 1
            seen.insert(current.id)
            guard let due = attempt.refundDue, current.refunded.minorUnits >= due.minorUnits else {
                current.reference = saga.reference(of: attempt)
                return await compare(current)
            }
            // Another was made in its place; or what somebody else gave back may be this, or have nothing to do with it.
            guard attempt.refund?.id == refund.id else { return }
            report.findings.append(
                ReconciliationReport.Finding(
                    .refundFailed, .reported, booking: saga.id, provider: attempt.offer.provider,
                    reference: refund.reference, payment: current.id, detail: "others of the payment add up to it"))
        } catch {
            unreachable("store", error.code.rawValue, error.detail)
        }
    }

    // MARK: From the store to the providers and the gateway

    private mutating func compareBookings() async {
        do throws(StoreError) {
            let records = try await store.bookings(changedSince: since, limit: reconciler.bounds.bookings)
            report.bookings = records.count
            if records.count >= reconciler.bounds.bookings { tellOfTooMuch("bookings") }
            for record in records {
                let saga: Saga
                do throws(StoreError) {
                    saga = try BookingSnapshot(stored: record).saga
                } catch {
                    unreachable("store", error.code.rawValue, "\(record.id) can't be read: \(error.detail)")
                    continue
                }
                if saga.needsAttention { tell(.needsAttention, saga, "see its timeline") }
                guard record.settled else {
                    if let since = saga.openSince, since.advanced(by: reconciler.bounds.stuckAfter) < now {
                        tell(.stuck, saga, "\(saga.status.rawValue) since \(since)")
                    }
                    continue
                }
                for attempt in saga.attempts { try await ask(attempt, saga, record) }
            }
        } catch {
            unreachable("store", error.code.rawValue, error.detail)
        }
    }

    private mutating func ask(_ attempt: Attempt, _ saga: Saga, _ record: BookingRecord) async throws(StoreError) {
        guard let provider = reconciler.providers.first(where: { $0.id == attempt.offer.provider }) else { return }
        if let order = attempt.order, attempt.ticket == .ticketed || attempt.vanishedAt != nil,
            !seen.contains("\(provider.id) \(order.id)"), mayAsk()
        {
            try await askFor(order, attempt, saga, provider)
        }
        if attempt.vanishedAt != nil, attempt.order == nil, provider.capabilities.findsOrders, mayAsk() {
            try await lookForVanished(attempt, saga, record, provider)
        }
        if [.captured, .refunded].contains(attempt.money) { await askForPayment(of: attempt, saga) }
    }

    /// Unless it was seen already.
    private mutating func askForPayment(of attempt: Attempt, _ saga: Saga) async {
        guard let payment = attempt.payment, seen.insert(payment.id).inserted, mayAsk() else { return }
        let reference = saga.reference(of: attempt)
        do throws(PaymentError) {
            var current = try await reconciler.gateway.status(of: payment.id, context: context)
            report.payments += 1
            current.reference = reference
            await compare(current)
        } catch {
            guard error.code == .notFound else {
                return unreachable("payments", error.code.rawValue, error.detail)
            }
            report.findings.append(
                ReconciliationReport.Finding(
                    .ticketWithoutMoney, .reported, booking: saga.id, provider: attempt.offer.provider,
                    reference: reference, locator: attempt.order?.locator, payment: payment.id,
                    detail: "captured, and not found"))
        }
    }

    private mutating func askFor(
        _ order: ProviderOrder, _ attempt: Attempt, _ saga: Saga, _ provider: any FareProvider
    ) async throws(StoreError) {
        do throws(ProviderError) {
            var current = try await provider.status(of: order, context: context)
            report.orders += 1
            current.reference = saga.reference(of: attempt)
            await compare(current, at: provider)
        } catch {
            if error.code == .orderNotFound {
                guard attempt.ticket == .ticketed else { return }
                tell(.orderMissing, .reported, saga.id, provider.id, order, detail: "ticketed, and not found")
            } else {
                unreachable(provider.id.rawValue, error.code.rawValue, error.detail)
            }
        }
    }

    /// An order that was given up as never made, at a provider that carries no reference: it may have appeared since.
    private mutating func lookForVanished(
        _ attempt: Attempt, _ saga: Saga, _ record: BookingRecord, _ provider: any FareProvider
    ) async throws(StoreError) {
        let result: StepResult
        do throws(ProviderError) {
            result = try await reconciler.caller.find(
                attempt, saga, version: record.version, provider, context)
        } catch { return unreachable(provider.id.rawValue, error.code.rawValue, error.detail) }
        guard case .found(let orders) = result else { return }
        var match = saga
        guard case .one(let order) = match.ours(among: orders, attempt.number - 1) else { return }
        try await apply(record, provider.id, reference: order.reference, locator: order.locator) { saga, now in
            saga.discover(order, attempt: attempt.number, at: now)
        }
    }

    // MARK: What follows

    /// Lets the booking discover what was found; what it then has to do is written down, and is recovery's work.
    ///
    /// - Parameter record: as it was before the peer was asked.
    private mutating func apply(
        _ record: BookingRecord, _ provider: ProviderID?, reference: String?, locator: String? = nil,
        payment: String? = nil, _ discover: (inout Saga, Timestamp) -> Discovery?
    ) async throws(StoreError) {
        // Whoever wrote to it since may have mended what was seen, and what was seen is older than that.
        let version = record.version
        guard let record = try await store.booking(record.id), record.settled, record.version == version else { return }
        var snapshot = try BookingSnapshot(stored: record)
        guard let discovery = discover(&snapshot.saga, now) else { return }
        var finding: ReconciliationReport.Finding
        switch discovery {
        case .report(let kind): finding = ReconciliationReport.Finding(kind, .reported)
        case .repair(let kind):
            finding = ReconciliationReport.Finding(kind, .repairing)
            let next = try snapshot.record(
                version: record.version + 1, settled: false, key: record.key, trip: record.trip)
            // Nobody's: whoever looks next takes it up. Under its own name this process would think that it is at it.
            let lease = Lease(owner: "", until: Timestamp(millisecondsSinceEpoch: 0))
            do throws(StoreError) {
                try await store.save(next, journal: [], lease: lease)
            } catch {
                if error.code == .conflict { return }
                throw error
            }
        }
        finding.booking = record.id
        finding.provider = provider
        finding.reference = reference
        finding.locator = locator
        finding.payment = payment
        finding.detail = "the booking is \(snapshot.saga.status.rawValue)"
        report.findings.append(finding)
    }

    private mutating func mayAsk() -> Bool {
        guard questions < reconciler.bounds.questions else {
            tellOfTooMuch("questions")
            return false
        }
        questions += 1
        return true
    }

    /// A pass that does not see all must not look like one that found nothing.
    private mutating func tellOfTooMuch(_ what: String) {
        unreachable("store", "too_many", "more \(what) than one pass has room for")
    }

    private mutating func tell(_ kind: ReconciliationKind, _ saga: Saga, _ detail: String) {
        report.findings.append(
            ReconciliationReport.Finding(
                kind, .reported, booking: saga.id, provider: saga.ticketing?.offer.provider,
                locator: saga.ticketing?.order?.locator, detail: detail))
    }

    private mutating func tell(
        _ kind: ReconciliationKind, _ action: ReconciliationReport.Finding.Action, _ booking: BookingID?,
        _ provider: ProviderID, _ order: ProviderOrder, detail: String
    ) {
        report.findings.append(
            ReconciliationReport.Finding(
                kind, action, booking: booking, provider: provider, reference: order.reference,
                locator: order.locator, detail: detail))
    }

    private mutating func unreachable(_ peer: String, _ code: String, _ detail: String) {
        let entry = ReconciliationReport.Unreachable(peer: peer, detail: detail.isEmpty ? code : "\(code): \(detail)")
        if !report.unreachable.contains(entry) { report.unreachable.append(entry) }
    }
}
