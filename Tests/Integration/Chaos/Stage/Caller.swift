import FarePorts
import Foundation
import Synchronization
import WireFormats

/// Sends the requests of a plan, as callers do: at once, again, hanging up, asking until there is an answer.
final class Caller: Sendable {
    private let stage: Stage
    private let asked: Mutex<[Asked]>
    private let count = Mutex(0)
    /// From then on nobody hangs up.
    private let isCalm = Mutex(false)

    init(_ errands: [Plan.Errand], on stage: Stage) {
        self.stage = stage
        asked = Mutex(
            errands.map {
                Asked(
                    key: $0.key, passengers: $0.passengers, party: $0.party, accepted: $0.accepted,
                    allowsDuplicate: $0.allowsDuplicate)
            })
    }

    var all: [Asked] { asked.withLock { $0 } }

    func calm() { isCalm.withLock { $0 = true } }

    /// Does one errand, until every request of it has its final answer or the task is cancelled.
    func run(_ errand: Plan.Errand, at index: Int, since start: ContinuousClock.Instant) async {
        await withDiscardingTaskGroup { group in
            for send in errand.sends {
                group.addTask {
                    guard (try? await Task.sleep(until: start + send)) != nil else { return }
                    await self.askUntilFinal(errand, index)
                }
            }
            if let cancellation = errand.cancellation {
                group.addTask { await self.cancel(errand, index, cancellation) }
            }
        }
    }

    /// The same request again: its answer must be the one that was final.
    func repeatAll(_ errands: [Plan.Errand]) async {
        for (index, errand) in errands.enumerated() { _ = await ask(errand, index, patience: .seconds(20)) }
    }

    private func askUntilFinal(_ errand: Plan.Errand, _ index: Int) async {
        var pause = 150
        while !Task.isCancelled {
            let patience = isCalm.withLock { $0 } ? nil : errand.patience
            let reply = await ask(errand, index, patience: patience ?? .seconds(20))
            if reply.isFinal { return }
            guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { return }
            pause = min(pause * 2, 1200)
        }
    }

    private func ask(_ errand: Plan.Errand, _ index: Int, patience: Duration) async -> Reply {
        let reply = await post("/cheapest-booking", errand.body, key: errand.key, patience: patience)
        asked.withLock { $0[index].answers.append(reply) }
        return reply
    }

    // MARK: Cancelling

    private func cancel(
        _ errand: Plan.Errand, _ index: Int, _ cancellation: (after: Duration, callers: Int)
    ) async {
        while !Task.isCancelled {
            let answers = asked.withLock { $0[index].answers }
            if let final = answers.first(where: \.isFinal) {
                guard final.status == 201, let id = final.bookingID else { return }
                try? await Task.sleep(for: cancellation.after)
                return await withDiscardingTaskGroup { group in
                    for caller in 0..<cancellation.callers {
                        group.addTask { await self.cancelUntilFinal(id, "\(errand.key)-cancel-\(caller)", index) }
                    }
                }
            }
            guard (try? await Task.sleep(for: .milliseconds(100))) != nil else { return }
        }
    }

    private func cancelUntilFinal(_ id: String, _ key: String, _ index: Int) async {
        var pause = 200
        while !Task.isCancelled {
            let reply = await post("/bookings/\(id)/cancel", [:], key: key, patience: .seconds(20))
            asked.withLock { $0[index].cancellations.append(reply) }
            if reply.isFinal { return }
            guard (try? await Task.sleep(for: .milliseconds(pause))) != nil else { return }
            pause = min(pause * 2, 1200)
        }
    }

    // MARK: Sending

    private func post(_ path: String, _ body: JSONNode, key: String, patience: Duration) async -> Reply {
        let number = count.withLock { count in
            count += 1
            return count
        }
        let requestID = "\(key)-\(number)"
        let sentAt = Date()
        let services = stage.services
        guard !services.isEmpty else { return Reply(sentAt: sentAt, at: Date(), status: 0, requestID: requestID) }
        do {
            let answer = try await services[number % services.count].send(
                .post, path, body: body.bytes,
                headers: [
                    HTTPHeader("Content-Type", "application/json"), HTTPHeader("Idempotency-Key", key),
                    HTTPHeader("X-Request-Id", requestID),
                ], timeout: patience)
            return Reply(answer, sentAt: sentAt, requestID: requestID)
        } catch {
            return Reply(sentAt: sentAt, at: Date(), status: 0, requestID: requestID)
        }
    }
}
