import FareDomain
import FarePorts
import Resilience

/// One provider's part in a search.
struct ProviderAnswer: Sendable {
    var report: ProviderReport
    /// Nil if it failed.
    var answer: SearchAnswer?
}

extension FareSearch {
    private enum Event: Sendable {
        case answered(ProviderAnswer)
        case timer
    }

    /// One child a provider. Ends when all have answered, at the deadline, or `settle` after the first answer.
    func fanOut(
        _ query: SearchQuery, options: SearchOptions, onReport: (ProviderReport) -> Void
    ) async -> [ProviderID: ProviderAnswer] {
        guard !providers.isEmpty else { return [:] }
        let started = clock.now
        let context = CallContext(
            deadline: options.deadline, requestID: options.requestID, traceparent: options.traceparent)
        return await withTaskGroup(of: Event.self) { group in
            for provider in providers {
                group.addTask { .answered(await self.ask(provider, query, context, since: started)) }
            }
            addTimer(to: &group, at: options.deadline)
            var answers: [ProviderID: ProviderAnswer] = [:]
            var isSettling = false
            for await event in group {
                guard case .answered(let answer) = event else {
                    group.cancelAll()  // The children end at once; each still tells how far it came.
                    continue
                }
                answers[answer.report.provider] = answer
                onReport(answer.report)
                if answers.count == providers.count { group.cancelAll() }
                if let settle = options.settle, answer.report.answered, !isSettling {
                    isSettling = true
                    addTimer(to: &group, at: clock.now.advanced(by: settle))
                }
            }
            return answers
        }
    }

    private func addTimer(to group: inout TaskGroup<Event>, at instant: MonotonicInstant) {
        let clock = clock
        group.addTask {
            try? await clock.sleep(until: instant)
            return .timer
        }
    }

    private func ask(
        _ provider: any FareProvider, _ query: SearchQuery, _ context: CallContext, since started: MonotonicInstant
    ) async -> ProviderAnswer {
        do throws(ProviderError) {
            let answer = try await provider.search(query, context: context)
            return ProviderAnswer(
                report: ProviderReport(
                    provider: provider.id, status: answer.offers.isEmpty ? .empty : .ok, offers: answer.offers.count,
                    latency: started.duration(to: clock.now), detail: answer.remarks),
                answer: answer)
        } catch {
            return ProviderAnswer(
                report: ProviderReport(
                    provider: provider.id, status: ProviderReport.Status(error),
                    latency: started.duration(to: clock.now),
                    detail: error.detail.isEmpty ? error.code.rawValue : error.detail),
                answer: nil)
        }
    }
}

extension ProviderReport.Status {
    init(_ error: ProviderError) {
        self =
            switch error.code {
            case .timedOut, .cancelled: .timeout
            case .circuitOpen: .circuitOpen
            case .rateLimited, .overloaded: .rateLimited
            default: .error
            }
    }
}

extension SearchAnswer {
    /// What was left out or not believed, for people. Nil if nothing was.
    var remarks: String? {
        var words = dropped.sorted { $0.key < $1.key }.map { "\($0.value) dropped: \($0.key)" }
        if durationMismatches > 0 { words.append("\(durationMismatches) stated durations differ from their times") }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }
}
