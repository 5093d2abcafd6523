import FareDomain
import FareTestSupport
import Foundation
import WireFormats

/// All that happens in one world, drawn from its seed. Instants are measured from the start.
struct Plan: Sendable {
    /// One key: who asks for what, and how often.
    struct Errand: Sendable {
        /// What is asked for.
        enum Wish: Sendable {
            /// `POST /cheapest-booking`, with the most that may be charged.
            case cheapest(JSONNode, accepted: Money)
            /// `POST /search`, then `POST /bookings` for one of the cheapest offers. Whether a fare that rose is
            /// accepted.
            case named(search: JSONNode, pick: Int, acceptsRise: Bool)
        }

        var key: String
        var party: String
        var wish: Wish
        /// As the ledgers write them, and as a request has them.
        var passengers: [(name: String, node: JSONNode)]
        var card: String
        var allowsDuplicate: Bool
        var deadline: Duration
        /// When each of the requests under this key is sent. At the same instant: at once.
        var sends: [Duration]
        /// After which a caller hangs up; nil for one that waits.
        var patience: Duration?
        /// Nil for never.
        var cancellation: Cancelling?

        /// Whether every refund to the card comes back.
        var refundsFail: Bool { card == "pm_card_refundFail" }
    }

    /// How a ticket is given back, by several callers at once.
    struct Cancelling: Sendable {
        /// How long after it was had.
        var after: Duration
        /// For each caller, whether it has a quote made first.
        var quotes: [Bool]
    }

    /// Which rules a mock has from an instant on.
    struct Spell: Sendable {
        var at: Duration
        var mock: String
        var rules: [FaultSpec]
    }

    /// What happens to a process.
    struct Blow: Sendable {
        enum Kind: Sendable, Hashable {
            /// SIGKILL, and a new start.
            case kill(String)
            /// SIGSTOP for longer than a lease, with another process on the same store.
            case pause
        }

        var at: Duration
        var kind: Kind
        /// Until the new start, or until SIGCONT.
        var lasts: Duration
        /// Of a pause: who stays. False: the paused one.
        var otherStays = false
    }

    let seed: UInt64
    var errands: [Errand] = []
    var spells: [Spell] = []
    var blows: [Blow] = []
    /// Until then things go wrong.
    var stormLasts = Duration.zero
    /// What Duffel's mock sells in.
    var currency = "GBP"

    var hasPause: Bool { blows.contains { $0.kind == .pause } }

    /// The longest that a mock lets a request wait before it applies it late.
    var latestApplication: Duration {
        spells.flatMap(\.rules).filter { $0.fault == "late_apply" }.map(\.latency).max() ?? .zero
    }
}

/// A fault rule, as `PUT /__mock/faults` takes it.
struct FaultSpec: Sendable, Hashable {
    var operation: String
    var fault: String
    var probability = 1.0
    var latency = Duration.zero
    var status = 503
    var percent = 10
    var times: Int?

    var node: JSONNode {
        var node: JSONNode = [
            "operation": .string(operation), "fault": .string(fault),
            "probability": .raw(Array(String(probability).utf8)), "latency_ms": .int(latency.milliseconds),
            "status": .int(status), "percent": .int(percent),
        ]
        if let times { node.append("times", .int(times)) }
        return node
    }

    /// `hold late_apply 40 % 900 ms`.
    var text: String {
        var text = "\(operation) \(fault) \(Int(probability * 100)) %"
        if latency > .zero { text += " \(latency.milliseconds) ms" }
        if fault == "status" || fault == "html_error" { text += " \(status)" }
        if fault == "price_change" { text += " by \(percent) %" }
        return text
    }
}

extension Duration {
    var milliseconds: Int { Int(components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000) }

    static func + (left: Duration, right: Int) -> Duration { left + .milliseconds(right) }
}

extension Plan: CustomStringConvertible {
    /// As it is printed where it failed.
    var description: String {
        var lines = ["seed \(seed): \(stormLasts.milliseconds) ms of faults, Duffel sells in \(currency)"]
        lines += errands.map { "  \($0.key): \($0)" }
        lines += spells.map { spell in
            "  \(spell.at.milliseconds) ms \(spell.mock): \(spell.rules.map(\.text).joined(separator: ", "))"
        }
        lines += blows.map { "  \($0.at.milliseconds) ms \($0.kind) for \($0.lasts.milliseconds) ms" }
        return lines.joined(separator: "\n")
    }
}

extension Plan.Errand: CustomStringConvertible {
    var description: String {
        let what =
            switch wish {
            case .cheapest(_, let accepted): "the cheapest for \(accepted)"
            case .named(_, let pick, let accepts): "offer \(pick)" + (accepts ? ", dearer too" : "")
            }
        var text = "\(party), \(passengers.count), \(what) with \(card), sent at \(sends.map(\.milliseconds)) ms"
        if allowsDuplicate { text += ", duplicates allowed" }
        if let patience { text += ", hangs up after \(patience.milliseconds) ms" }
        if let cancellation {
            let how = cancellation.quotes.map { $0 ? "quoted" : "at once" }.joined(separator: ", ")
            text += ", cancelled \(cancellation.after.milliseconds) ms later: \(how)"
        }
        return text
    }
}
