import FareDomain
import FareTestSupport
import Foundation
import WireFormats

extension Plan {
    /// Draws a world.
    init(seed: UInt64) {
        self.seed = seed
        var draw = Draw(seed: seed)
        let pauses = draw.chance(20)
        stormLasts = .milliseconds(pauses ? 22_000 : draw.int(6000...11_000))
        if draw.chance(25) { currency = "EUR" }
        addBlows(pauses: pauses, &draw)
        for index in 0..<draw.int(14...26) { addErrands(index, &draw) }
        addSpells(&draw)
    }

    // MARK: Callers

    private static let routes = [
        ("LHR", "JFK"), ("MAD", "BCN"), ("CDG", "FCO"), ("LON", "NYC"), ("AMS", "VIE"), ("FRA", "IST"), ("ZRH", "CPH"),
        ("LIS", "GVA"),
    ]

    /// One key, or two that ask for the same trip.
    private mutating func addErrands(_ index: Int, _ draw: inout Draw) {
        let party = Self.familyName(seed, index)
        let (origin, destination) = draw.element(Self.routes)
        let day = Requests.day(ahead: draw.int(20...60))
        let people = (0..<(draw.chance(25) ? 2 : 1)).map { Self.passenger($0, party) }
        let at = arrival(&draw)
        let twins = draw.chance(15) ? 2 : 1
        let isNamed = twins == 1 && draw.chance(35)
        for twin in 0..<twins {
            let card = draw.weighted([
                (68, "pm_card_visa"), (8, "pm_card_visa_chargeDeclined"), (8, "pm_card_authenticationRequired"),
                (10, "pm_card_pendingRefund"), (6, "pm_card_refundFail"),
            ])
            let total = draw.weighted([
                (78, "9000.00"), (14, "\(draw.int(60...400)).\(draw.int(10...99))"), (8, "1.00"),
            ])
            let allows = twins > 1 && draw.chance(70)
            let deadline = draw.int(3000...9000)
            var more = [JSONNode.Member("deadline_ms", .int(deadline))]
            if allows { more.append(JSONNode.Member("allow_duplicate", true)) }
            let wish: Errand.Wish =
                isNamed
                ? .named(
                    search: Self.search(origin, destination, day, people.count), pick: draw.int(0...5),
                    acceptsRise: draw.chance(70))
                : .cheapest(
                    Requests.booking(
                        origin, destination, day: day, maxTotal: total, token: card,
                        passengers: people.map(\.node), more: more), accepted: Self.pounds(total))
            let patience = draw.chance(15) ? Duration.milliseconds(draw.int(200...1500)) : nil
            let isBack = card == "pm_card_pendingRefund" || card == "pm_card_refundFail"
            errands.append(
                Errand(
                    key: "chaos-\(seed)-\(index)\(twins > 1 ? ["a", "b"][twin] : "")", party: party, wish: wish,
                    passengers: people, card: card, allowsDuplicate: allows, deadline: .milliseconds(deadline),
                    sends: Self.sends(from: at, until: stormLasts, &draw), patience: patience,
                    cancellation: draw.chance(isBack ? 70 : 35) ? Self.cancelling(&draw) : nil))
        }
    }

    private static func cancelling(_ draw: inout Draw) -> Cancelling {
        let callers = draw.int(1...3)
        return Cancelling(
            after: .milliseconds(draw.int(0...3000)), quotes: (0..<callers).map { _ in draw.chance(50) })
    }

    private static func search(_ origin: String, _ destination: String, _ day: String, _ people: Int) -> JSONNode {
        [
            "origin": .string(origin), "destination": .string(destination), "departure_date": .string(day),
            "passengers": .array(Array(repeating: ["type": "adult"], count: people)), "currency": "GBP",
        ]
    }

    /// Mostly so that a booking is in the middle of something when a process is struck.
    private func arrival(_ draw: inout Draw) -> Duration {
        let last = stormLasts.milliseconds - 1500
        guard !blows.isEmpty, draw.chance(60) else { return .milliseconds(draw.int(0...last)) }
        let blow = draw.element(blows).at.milliseconds
        return .milliseconds(min(max(0, blow - draw.int(50...1800)), last))
    }

    /// Once; or several at once; or several, some time apart.
    private static func sends(from at: Duration, until end: Duration, _ draw: inout Draw) -> [Duration] {
        switch draw.int(0...9) {
        case 0, 1: return Array(repeating: at, count: draw.int(2...4))
        case 2, 3: return (0..<draw.int(2...4)).map { at + $0 * draw.int(100...900) }
        default: return [at]
        }
    }

    private static func passenger(_ index: Int, _ party: String) -> (name: String, node: JSONNode) {
        let given = ["Ada", "Ben"][index]
        let node: JSONNode = [
            "type": "adult", "title": index == 0 ? "ms" : "mr", "given_name": .string(given),
            "family_name": .string(party), "born_on": "1985-12-10", "gender": index == 0 ? "f" : "m",
            "email": "traveller@example.com", "phone_number": "+442080160508",
        ]
        return ("\(party)/\(given)".uppercased(), node)
    }

    /// Letters only, and never the same for two parties of a campaign.
    static func familyName(_ seed: UInt64, _ index: Int) -> String {
        var rest = seed &* 64 &+ UInt64(index)
        var letters = ""
        repeat {
            letters.append(Character(UnicodeScalar(UInt8(0x61 + rest % 26))))
            rest /= 26
        } while rest > 0
        return "X" + letters + "x"
    }

    private static func pounds(_ amount: String) -> Money {
        let digits = amount.filter { $0 != "." }
        // ISO 4217 has the pound, and the digits are the plan's own.
        guard let pounds = Currency("GBP"), let units = Int64(digits) else {
            preconditionFailure("not pounds: \(amount)")
        }
        return Money(minorUnits: units, currency: pounds)
    }

    // MARK: Trouble

    /// Each mock's faults change every second or two, with calm in between.
    private mutating func addSpells(_ draw: inout Draw) {
        for mock in World.providers + ["payments"] {
            // Slow answers make the moments longer in which a blow finds something under way.
            let slow = FaultSpec(slowing: mock, &draw)
            var at = Duration.milliseconds(draw.int(0...1200))
            while at < stormLasts {
                let count = draw.weighted([(15, 0), (25, 1), (30, 2), (20, 3), (10, 4)])
                var rules = (0..<count).map { _ in FaultSpec(for: mock, &draw) }
                if let slow { rules.append(slow) }
                spells.append(Spell(at: at, mock: mock, rules: rules))
                at += .milliseconds(draw.int(600...2600))
            }
        }
        spells.sort { $0.at < $1.at }
    }

    private mutating func addBlows(pauses: Bool, _ draw: inout Draw) {
        let storm = stormLasts.milliseconds
        if pauses {
            let start = draw.int(800...4000)
            blows.append(
                Blow(
                    at: .milliseconds(start), kind: .pause, lasts: .milliseconds(draw.int(11_500...14_000)),
                    otherStays: draw.chance(50)))
        } else {
            var at = draw.int(300...3500)
            for _ in 0..<draw.weighted([(20, 0), (30, 1), (30, 2), (20, 3)]) where at < storm {
                blows.append(blow("faremux", at, &draw))
                at += draw.int(1500...4000)
            }
        }
        for _ in 0..<draw.weighted([(35, 0), (35, 1), (20, 2), (10, 3)]) {
            blows.append(blow(draw.element(World.providers + ["payments"]), draw.int(200...storm), &draw))
        }
        blows.sort { $0.at < $1.at }
    }

    private func blow(_ program: String, _ at: Int, _ draw: inout Draw) -> Blow {
        Blow(at: .milliseconds(at), kind: .kill(program), lasts: .milliseconds(draw.int(50...1500)))
    }
}

extension FaultSpec {
    static let providerOperations = ["token", "search", "reprice", "hold", "confirm", "release", "status", "cancel"]
    static let paymentOperations = ["authorize", "capture", "void", "refund", "status"]
    /// Every fault of the contract.
    static let faults = [
        "latency", "status", "html_error", "rate_limit", "hang", "reset_before", "reset_after", "late_apply",
        "truncate",
        "garbage", "drip", "oversize", "sold_out", "price_change", "decline", "action_required", "expire_early",
    ]

    /// How late something may be applied.
    ///
    /// What makes something new may come long after "not found" was taken for proof: it is found later, and undone.
    /// What undoes something must not: a release that comes after a second look would end what was meanwhile wanted,
    /// and a refund would be a second one. No protocol without a server that orders its requests can do better.
    private static func latest(_ operation: String) -> Int {
        let quarantine = ServiceFiles.quarantine * 1000
        return ["release", "cancel", "refund"].contains(operation) ? quarantine * 3 / 4 : quarantine * 3
    }

    /// Half of the answers to something that matters come late; nil for a mock that is quick.
    init?(slowing mock: String, _ draw: inout Draw) {
        let operations = mock == "payments" ? ["authorize", "capture"] : ["hold", "confirm"]
        guard draw.chance(60) else { return nil }
        self.init(
            operation: draw.element(operations), fault: "latency", probability: 0.5,
            latency: .milliseconds(draw.int(100...900)))
    }

    /// A fault that makes sense at a mock.
    init(for mock: String, _ draw: inout Draw) {
        let isPayments = mock == "payments"
        let common = Array(Self.faults.prefix(12))
        // Losing the reply is what this is about: it is drawn more often than the rest.
        let lossy = ["reset_after", "late_apply", "hang", "reset_after", "late_apply", "reset_before"]
        let own = isPayments ? ["decline", "action_required"] : ["sold_out", "price_change", "expire_early"]
        let fault = draw.element(draw.chance(40) ? lossy : draw.chance(25) ? own : common)
        var operations = isPayments ? Self.paymentOperations : Self.providerOperations
        switch fault {
        case "sold_out": operations = ["reprice", "hold", "confirm"]
        case "price_change": operations = ["reprice", "hold"]
        case "expire_early": operations = ["hold"]
        case "decline", "action_required": operations = ["authorize"]
        case "late_apply": operations.removeAll { ["token", "search", "reprice", "status"].contains($0) }
        // Searches are many and large, and nothing is at stake in them.
        default: if !isPayments { operations += ["hold", "confirm", "confirm", "release"] }
        }
        operation = draw.element(operations)
        self.fault = fault
        probability = Double(draw.weighted([(40, 100), (30, 50), (30, 25)])) / 100
        // A 4xx is a definite "no", which the mock keeps; 404 and 401 would be lies about an order or a key.
        status = draw.element([500, 502, 503, 504, 500, 503, 408, 400, 422])
        percent = draw.int(-30...60)
        switch fault {
        case "latency": latency = .milliseconds(draw.int(50...2500))
        case "late_apply": latency = .milliseconds(draw.int(50...Self.latest(operation)))
        case "expire_early": latency = .milliseconds(draw.int(100...2000))
        default: latency = draw.chance(20) ? .milliseconds(draw.int(10...400)) : .zero
        }
    }
}
