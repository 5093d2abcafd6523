import FarePorts
import Foundation
import Synchronization
import WireFormats

/// What the mocks were asked, and which faults struck, gathered from their controls all the time: both are forgotten by
/// a mock that is killed, and of the requests only the last hundred are kept.
final class Trail: Sendable {
    /// A fault at an operation.
    struct Strike: Hashable, Sendable {
        var fault: String
        var operation: String
    }

    private struct State {
        var calls: [Call] = []
        /// The last window that was seen of each mock.
        var windows: [String: [Call]] = [:]
        /// Mocks that are being read, and how often each began its log again.
        var reading: Set<String> = []
        var beginnings: [String: Int] = [:]
        /// Calls that the windows may have missed.
        var gaps = 0
        var strikes: [Strike: Int] = [:]
        /// Of the rules that a mock has now.
        var current: [String: [Strike: Int]] = [:]
        /// Amadeus' access tokens, and whose they are.
        var tokens: [String: String] = [:]
    }

    private static let remembered = 100
    private let state = Mutex(State())

    var calls: [Call] { state.withLock { $0.calls } }
    var gaps: Int { state.withLock { $0.gaps } }

    /// How often each fault struck each operation.
    var strikes: [Strike: Int] {
        state.withLock { state in
            state.current.values.reduce(state.strikes) { $0.merging($1, uniquingKeysWith: +) }
        }
    }

    /// Reads what a mock has to tell. One that is down tells nothing.
    func read(_ name: String, on stage: Stage) async {
        // One after another: an older window that comes after a newer one would look like new calls.
        while !state.withLock({ $0.reading.insert(name).inserted }) {
            guard (try? await Task.sleep(for: .milliseconds(5))) != nil else { return }
        }
        defer { state.withLock { _ = $0.reading.remove(name) } }
        guard stage.isUp(name) else { return }
        let beginning = state.withLock { $0.beginnings[name] }
        let mock = stage.mock(name)
        if let answer = try? await mock.send(.get, "/__mock/requests", timeout: .seconds(2)), answer.status == 200,
            let json = try? answer.json, let lines = try? json.elements("last")
        {
            note(lines.compactMap { call($0, name) }, of: name, since: beginning)
        }
        if let answer = try? await mock.send(.get, "/__mock/faults", timeout: .seconds(2)), answer.status == 200,
            let json = try? answer.json, let rules = try? json.elements("rules")
        {
            var strikes: [Strike: Int] = [:]
            for rule in rules {
                guard let fault = try? rule.string("fault"), let operation = try? rule.string("operation"),
                    let fired = try? rule.int("fired"), fired > 0
                else { continue }
                strikes[Strike(fault: fault, operation: operation), default: 0] += fired
            }
            state.withLock { $0.current[name] = strikes }
        }
    }

    /// The mock gets other rules, or is killed: its counts begin again.
    func settleStrikes(of name: String) {
        state.withLock { state in
            state.strikes.merge(state.current[name] ?? [:], uniquingKeysWith: +)
            state.current[name] = nil
        }
    }

    /// The mock is killed: its log begins again.
    func forgetWindow(of name: String) {
        settleStrikes(of: name)
        state.withLock { state in
            state.windows[name] = nil
            state.beginnings[name, default: 0] += 1
        }
    }

    /// From now on the tokens of Amadeus that were seen so far are one process'.
    func ownTokens(by sender: String) {
        state.withLock { state in
            for call in state.calls where call.mock == "amadeus" && call.sender.hasPrefix("Bearer ") {
                state.tokens[call.sender, default: sender] = state.tokens[call.sender] ?? sender
            }
        }
    }

    /// The calls, each with the process that sent it where that can be told.
    var attributedCalls: [Call] {
        state.withLock { state in
            state.calls.map { call in
                guard call.sender.hasPrefix("Bearer ") else { return call }
                var call = call
                call.sender = state.tokens[call.sender] ?? ""
                return call
            }
        }
    }

    private func note(_ window: [Call], of name: String, since beginning: Int?) {
        state.withLock { state in
            // Of the mock before its kill.
            guard state.beginnings[name] == beginning else { return }
            let last = state.windows[name] ?? []
            // The new window begins somewhere in the old one, and goes on from its end.
            var overlap = min(last.count, window.count)
            while overlap > 0, !last.suffix(overlap).elementsEqual(window.prefix(overlap)) { overlap -= 1 }
            if overlap == 0, !last.isEmpty, window.count == Self.remembered { state.gaps += 1 }
            state.calls += window.dropFirst(overlap)
            state.windows[name] = window
        }
    }

    private func call(_ line: JSONValue, _ mock: String) -> Call? {
        guard let headers = line.present("headers"), let at = line.present("at")?.string,
            let instant = Instant.date(at)
        else { return nil }
        let credential = headers.present("x-api-key")?.string ?? headers.present("authorization")?.string ?? ""
        let bare = credential.hasPrefix("Bearer process-") ? String(credential.dropFirst(7)) : credential
        return Call(
            mock: mock, operation: line.present("operation")?.string ?? "",
            requestID: headers.present("x-request-id")?.string ?? "", sender: bare, at: instant)
    }
}

/// Times as they are written in ledgers and bodies.
enum Instant {
    static func date(_ text: String) -> Date? {
        let whole = Date.ISO8601FormatStyle(includingFractionalSeconds: false)
        let fractional = Date.ISO8601FormatStyle(includingFractionalSeconds: true)
        return (try? fractional.parse(text)) ?? (try? whole.parse(text))
    }
}
