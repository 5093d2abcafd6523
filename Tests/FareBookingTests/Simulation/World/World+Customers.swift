import FareDomain
import FarePorts
import FareTestSupport
import Resilience

@testable import FareBooking

/// Who comes when, and what happens to replicas by itself.
extension World {
    private static let passengers = ["Lovelace", "Hopper", "Noether", "Curie", "Meitner"].map { name in
        var passenger = Sample.passenger
        passenger.familyName = name
        return passenger
    }
    private static let itineraries = (0..<5).map { Sample.itinerary("\(100 + $0)") }

    /// Customers, some of whom book the same trip.
    func customers() -> [Customer] {
        var trip = 0
        return (0..<setup.number(1...4)).map { number in
            if number > 0, !faults.strike(.sameTrip) { trip += 1 }
            return Customer(
                number: number, key: IdempotencyKey(caller: "shop", key: "order-\(number)"),
                passenger: Self.passengers[trip % Self.passengers.count],
                candidates: candidates(for: number, Self.itineraries[trip % Self.itineraries.count]),
                patience: setup.milliseconds(1_500...60_000), allowsDuplicate: setup.oneIn(2),
                cancellations: setup.oneIn(2) ? setup.number(1...3) : 0)
        }
    }

    private func candidates(for customer: Int, _ itinerary: Itinerary) -> [Candidate] {
        let candidates = (0..<setup.number(1...5)).map { index in
            let provider = setup.pick(providers)
            // Who can't be asked for an order is booked at only where it can be held.
            let holdable = !provider.capabilities.findsOrders || setup.oneIn(2)
            let kept: Int64 = setup.oneIn(2) ? Int64(setup.number(0...9_000)) : 0
            var offer = ProviderOffer(
                provider: provider.id, reference: "\(customer).\(index)", payload: "", itinerary: itinerary,
                total: Sample.gbp(Int64(setup.number(10_000...20_000))), holdable: holdable)
            offer.terms.refundable = setup.oneIn(8) ? .no : .yes
            offer.terms.refundPenalty = Sample.gbp(kept)
            provider.offer(offer)
            return Sample.candidate(offer)
        }
        return candidates.sorted { $0.comparableTotal.minorUnits < $1.comparableTotal.minorUnits }
    }

    /// The first request, and more under the same key.
    func schedule(_ customer: Customer) {
        var start = setup.milliseconds(0...10_000)
        request(customer, at: start)
        for _ in 0..<3 where faults.strike(.repeatedKey) {
            start += setup.milliseconds(0...40_000)
            request(customer, at: start)
        }
    }

    private func request(_ customer: Customer, at delay: Duration) {
        comingRequests += 1
        agenda.note(after: delay) { [self] in
            let process = replicas[setup.number(0...(replicas.count - 1))]
            log("customer \(customer.number) asks \(process.name)")
            answer(by: process) { await customer.ask($0) }
        }
    }

    /// A customer's ticket is known: it may be cancelled, by several at once.
    func ticketed(_ booking: BookingID, of customer: Customer) {
        guard cancelled.insert(booking).inserted else { return }
        let start = setup.milliseconds(0...60_000)
        for _ in 0..<customer.cancellations {
            comingRequests += 1
            let asksFirst = setup.oneIn(2)
            agenda.note(after: start + setup.milliseconds(0...3_000)) { [self] in
                let process = replicas[setup.number(0...(replicas.count - 1))]
                log("customer \(customer.number) cancels \(booking) at \(process.name)")
                answer(by: process) { await customer.cancel(booking, $0, asksFirst: asksFirst) }
            }
        }
    }

    private func answer(by process: ServiceProcess, _ work: @escaping @Sendable (ServiceProcess) async -> Void) {
        guard !process.isDead else { return comingRequests -= 1 }
        let task = process.spawn { process in
            if (try? await process.goOn()) != nil { await work(process) }
            process.world.comingRequests -= 1
        }
        guard faults.strike(.hangUp) else { return }
        agenda.note(after: faults.milliseconds(0...10_000)) { task.cancel() }
    }

    /// What is not tied to any call: death, orderly ends and set clocks.
    func scheduleFaults(until end: Duration) {
        let end = Int(end.milliseconds)
        for replica in replicas.indices {
            for _ in 0..<3 where faults.strike(.crashAnywhere) {
                agenda.note(after: faults.milliseconds(0...end)) { [self] in crash(replicas[replica], .crashAnywhere) }
            }
            for _ in 0..<2 where faults.strike(.stop) {
                agenda.note(after: faults.milliseconds(0...end)) { [self] in restart(replica) }
            }
            for (kind, sign) in [(FaultKind.clockForward, 1), (.clockBack, -1)] where faults.strike(kind) {
                let jump = faults.milliseconds(1_000...50_000) * sign
                // Not when they have been set right already.
                agenda.note(after: faults.milliseconds(0...end - 1)) { [self] in
                    log("the clock of replica \(replica + 1) jumps by \(jump)")
                    civilOffsets[replica] += jump
                    replicas[replica].civilOffset = civilOffsets[replica]
                }
            }
        }
    }

    /// As an orderly stop and a new start.
    private func restart(_ replica: Int) {
        let process = replicas[replica]
        guard !process.isDead else { return }
        log("\(process.name) is told to end")
        process.end()
        agenda.note(after: faults.milliseconds(1_000...10_000)) { [self] in
            guard !process.isDead else { return }
            log("\(process.name) has ended")
            process.die()
            start(replica)
        }
    }
}
