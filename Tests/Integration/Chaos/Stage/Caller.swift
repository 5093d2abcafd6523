import FareDomain
import FarePorts
import Foundation
import Synchronization
import WireFormats

/// Sends the requests of a plan, as callers do: at once, again, hanging up, asking until there is an answer.
final class Caller: Sendable {
    private struct State {
        var asked: [Asked]
        /// Where each errand's last key is: one that came to nothing for a reason that a caller can mend has a
        /// successor.
        var latest: [Int]
        /// What each key of a cancellation was sent to.
        var cancellations: [String: String] = [:]
        var requests = 0
        /// Errands that are not done, and those whose keys have all had their final answers.
        var busy: Int
        var booked: Set<Int> = []
        /// From then on nobody hangs up.
        var isCalm = false
    }

    private let stage: Stage
    private let state: Mutex<State>
    /// Keys that an errand tries after its first.
    private static let successors = 4

    init(_ errands: [Plan.Errand], on stage: Stage) {
        self.stage = stage
        state = Mutex(
            State(
                asked: errands.map { Asked($0, key: $0.key) }, latest: Array(errands.indices), busy: errands.count))
    }

    var all: [Asked] { state.withLock { $0.asked } }
    var isDone: Bool { state.withLock { $0.busy == 0 } }

    func calm() { state.withLock { $0.isCalm = true } }

    /// Does one errand, until every request of it has its final answer or the task is cancelled.
    func run(_ errand: Plan.Errand, at index: Int, since start: ContinuousClock.Instant) async {
        await withDiscardingTaskGroup { group in
            if let cancellation = errand.cancellation {
                group.addTask { await self.cancel(index, cancellation) }
            }
            await book(errand, index, since: start)
            state.withLock { _ = $0.booked.insert(index) }
        }
        state.withLock { $0.busy -= 1 }
    }

    /// The same requests again: their answers must be those that were final.
    func repeatAll() async {
        let (asked, cancellations) = state.withLock { ($0.asked, $0.cancellations) }
        for index in asked.indices where !asked[index].answers.isEmpty {
            _ = await ask(index, patience: .seconds(20))
            for key in Set(asked[index].cancellations.filter(\.isFinal).map(\.key)).sorted() {
                guard let path = cancellations[key] else { continue }
                _ = await cancel(path, key, index)
            }
        }
    }

    // MARK: Booking

    private func book(_ errand: Plan.Errand, _ index: Int, since start: ContinuousClock.Instant) async {
        guard let first = errand.sends.min(), (try? await Task.sleep(until: start + first)) != nil,
            await choose(errand, index)
        else { return }
        await withDiscardingTaskGroup { group in
            for send in errand.sends {
                group.addTask {
                    guard (try? await Task.sleep(until: start + send)) != nil else { return }
                    await self.askUntilFinal(errand, index)
                }
            }
        }
        for number in 0..<Self.successors {
            guard let next = await succeed(errand, index, number) else { return }
            await askUntilFinal(errand, next)
        }
    }

    /// Looks for the offer that is to be booked; nothing to do where the service is to choose.
    ///
    /// - Returns: false if the task was cancelled before one was found.
    private func choose(_ errand: Plan.Errand, _ index: Int) async -> Bool {
        guard case .named(let search, let pick, _) = errand.wish else { return true }
        while !Task.isCancelled {
            let found = try? await send("/search", search.bytes, [], patience: .seconds(20)).json.elements("offers")
            let offers = found?.filter { $0.present("bookable")?.bool == true } ?? []
            if !offers.isEmpty, let id = offers[pick % offers.count].present("id")?.string,
                let total = try? offers[pick % offers.count].require("total").asMoney
            {
                state.withLock { $0.asked[index].want(id, total, errand) }
                return true
            }
            try? await Task.sleep(for: .milliseconds(300))
        }
        return false
    }

    /// A new key for an offer that got dearer, or whose search is forgotten. Nil where there is nothing to mend.
    private func succeed(_ errand: Plan.Errand, _ index: Int, _ number: Int) async -> Int? {
        guard case .named(_, _, let acceptsRise) = errand.wish else { return nil }
        let last = state.withLock { $0.asked[$0.latest[index]] }
        guard let final = last.answers.first(where: \.isFinal), final.status == 410 || final.risen != nil,
            acceptsRise || final.risen == nil
        else { return nil }
        var next = Asked(errand, key: "\(errand.key)-\(number + 2)")
        if let risen = final.risen, let id = last.offerID { next.want(id, risen.total, errand, token: risen.token) }
        let place = state.withLock { state in
            state.asked.append(next)
            state.latest[index] = state.asked.count - 1
            return state.asked.count - 1
        }
        if final.risen == nil, await !choose(errand, place) { return nil }
        return place
    }

    private func askUntilFinal(_ errand: Plan.Errand, _ place: Int) async {
        var pause = 150
        while !Task.isCancelled {
            let patience = state.withLock { $0.isCalm } ? nil : errand.patience
            let reply = await ask(place, patience: patience ?? .seconds(20))
            if reply.isFinal { return }
            guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { return }
            pause = min(pause * 2, 1200)
        }
    }

    private func ask(_ place: Int, patience: Duration) async -> Reply {
        let asked = state.withLock { $0.asked[place] }
        let reply = await post(asked.path, asked.body, key: asked.key, patience: patience)
        state.withLock { $0.asked[place].answers.append(reply) }
        return reply
    }

    // MARK: Cancelling

    private func cancel(_ index: Int, _ cancellation: Plan.Cancelling) async {
        while !Task.isCancelled {
            let (place, asked, isLast) = state.withLock { state in
                (state.latest[index], state.asked[state.latest[index]], state.booked.contains(index))
            }
            if let id = asked.answers.first(where: { $0.status == 201 })?.bookingID {
                try? await Task.sleep(for: cancellation.after)
                return await withDiscardingTaskGroup { group in
                    for (caller, quotes) in cancellation.quotes.enumerated() {
                        let path = "/bookings/\(id)", key = "\(asked.key)-cancel-\(caller)"
                        group.addTask {
                            if quotes {
                                await self.quoteAndConfirm(path, key, place)
                            } else {
                                _ = await self.cancelUntilFinal("\(path)/cancel", key, place)
                            }
                        }
                    }
                }
            }
            if isLast { return }
            try? await Task.sleep(for: .milliseconds(100))
        }
    }

    /// A quote that ran out, or was overtaken by another, is asked for anew.
    private func quoteAndConfirm(_ path: String, _ key: String, _ place: Int) async {
        for number in 0..<Self.successors {
            let quote = await cancelUntilFinal("\(path)/cancellations", "\(key)-quote-\(number)", place)
            guard quote?.status == 201, let id = quote?.cancellationID else { return }
            let confirm = "\(path)/cancellations/\(id)/confirm"
            let reply = await cancelUntilFinal(confirm, "\(key)-confirm-\(number)", place)
            guard reply?.code == "quote-expired" else { return }
        }
    }

    private func cancelUntilFinal(_ path: String, _ key: String, _ place: Int) async -> Reply? {
        var pause = 200
        while !Task.isCancelled {
            let reply = await cancel(path, key, place)
            // A refund that will never arrive is not waited for.
            let isEndless = reply.status == 202 && state.withLock { $0.asked[place].refundsFail }
            if reply.isFinal || isEndless { return reply }
            guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { return nil }
            pause = min(pause * 2, 1200)
        }
        return nil
    }

    private func cancel(_ path: String, _ key: String, _ place: Int) async -> Reply {
        let reply = await post(path, Array("{}".utf8), key: key, patience: .seconds(20))
        state.withLock { state in
            state.cancellations[key] = path
            state.asked[place].cancellations.append(reply)
        }
        return reply
    }

    // MARK: Sending

    private func post(_ path: String, _ body: [UInt8], key: String, patience: Duration) async -> Reply {
        let requestID = "\(key)-\(nextNumber())"
        let sentAt = Date()
        let headers = [HTTPHeader("Idempotency-Key", key), HTTPHeader("X-Request-Id", requestID)]
        guard let answer = try? await send(path, body, headers, patience: patience) else {
            var reply = Reply(sentAt: sentAt, at: Date(), status: 0)
            reply.key = key
            reply.requestID = requestID
            return reply
        }
        return Reply(answer, sentAt: sentAt, key: key, requestID: requestID)
    }

    private func send(
        _ path: String, _ body: [UInt8], _ headers: [HTTPHeader], patience: Duration
    ) async throws -> Client.Answer {
        let services = stage.services
        guard !services.isEmpty else { throw HarnessError("nobody to ask") }
        return try await services[nextNumber() % services.count].send(
            .post, path, body: body, headers: [HTTPHeader("Content-Type", "application/json")] + headers,
            timeout: patience)
    }

    private func nextNumber() -> Int {
        state.withLock { state in
            state.requests += 1
            return state.requests
        }
    }
}

extension Asked {
    init(_ errand: Plan.Errand, key: String) {
        self.init(
            key: key, passengers: errand.passengers.map(\.name), party: errand.party,
            allowsDuplicate: errand.allowsDuplicate, refundsFail: errand.refundsFail)
        guard case .cheapest(let body, let accepted) = errand.wish else {
            path = "/bookings"
            return
        }
        self.body = body.bytes
        self.accepted = accepted
    }

    /// From now on it is for an offer, at a total.
    fileprivate mutating func want(_ offer: String, _ total: Money, _ errand: Plan.Errand, token: String? = nil) {
        offerID = offer
        accepted = total
        body =
            Requests.booking(
                offer: offer, token: token, payment: errand.card, passengers: errand.passengers.map(\.node),
                more: [JSONNode.Member("deadline_ms", .int(errand.deadline.milliseconds))]
            ).bytes
    }
}
