import FareDomain
import FareTestSupport
import Foundation
import WireFormats

/// All that happens in one world, drawn from its seed. Instants are measured from the start.
struct Plan: Sendable {
    /// One key: who asks for what, and how often.
    struct Errand: Sendable {
        var key: String
        var party: String
        var body: JSONNode
        var passengers: [String]
        var accepted: Money
        var allowsDuplicate: Bool
        /// When each of the requests under this key is sent. At the same instant: at once.
        var sends: [Duration]
        /// After which a caller hangs up; nil for one that waits.
        var patience: Duration?
        /// How long after the ticket it is cancelled, and by how many callers at once; nil for never.
        var cancellation: (after: Duration, callers: Int)?
        var summary: String
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

    /// The longest that a mock lets a request wait before it applies it late.
    static let latestApplication = Duration.milliseconds(4000)
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
        lines += errands.map { "  \($0.key): \($0.summary)" }
        lines += spells.map { spell in
            "  \(spell.at.milliseconds) ms \(spell.mock): \(spell.rules.map(\.text).joined(separator: ", "))"
        }
        lines += blows.map { "  \($0.at.milliseconds) ms \($0.kind) for \($0.lasts.milliseconds) ms" }
        return lines.joined(separator: "\n")
    }
}
