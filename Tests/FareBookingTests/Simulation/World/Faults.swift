import FareTestSupport

/// Everything that goes wrong in a world.
enum FaultKind: Int, CaseIterable, Sendable {
    case crashBeforeStore, crashAfterStore, crashBeforeCall, crashAfterCall, crashAnywhere, stop, pause
    case lossBefore, lossAfter, delay, duplicate, late, veryLate, refusal, rateLimit, soldOut, priceRise
    case storeBusy, storeFull, storeFailsBefore, storeFailsAfter, storeSlow, leaseLoss
    case clockForward, clockBack
    case decline, actionRequired, processing, storedFailure, refundPending, refundFails, refundReturns
    case shortHold, hangUp, repeatedKey, sameTrip

    /// How often it strikes where it may, of 10,000.
    var rate: Int {
        switch self {
        case .crashBeforeStore, .crashAfterStore: 60
        case .crashBeforeCall, .crashAfterCall: 150
        case .stop, .crashAnywhere: 3_000
        case .pause: 100
        case .lossBefore, .lossAfter, .delay, .late: 700
        case .duplicate: 700
        case .veryLate: 500
        case .refusal, .rateLimit, .soldOut, .priceRise: 400
        case .storeBusy, .storeFull, .storeFailsBefore, .storeFailsAfter: 150
        case .storeSlow: 100
        case .leaseLoss: 1_500
        case .clockForward, .clockBack: 3_000
        case .decline, .actionRequired: 300
        case .processing, .storedFailure: 500
        case .refundPending, .refundFails, .refundReturns: 2_000
        case .shortHold: 3_000
        case .hangUp, .repeatedKey, .sameTrip: 3_000
        }
    }
}

/// Draws which faults strike in one world: some kinds never, the others at a rate of their own.
///
/// Guarded by confinement to the thread of its world.
final class Faults: @unchecked Sendable {
    private var random: SeededGenerator
    private var rates: [Int]
    /// How often each kind struck, by its raw value.
    private(set) var counts: [Int]
    private var areOver = false

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        counts = Array(repeating: 0, count: FaultKind.allCases.count)
        rates = []
        // One world in sixteen goes well; in the others, half of the kinds strike, and more or less often.
        let isCalm = random.next() % 16 == 0
        let scale = Int(random.next() % 4)
        for kind in FaultKind.allCases {
            let isOn = random.next() % 2 == 0
            rates.append(isCalm || !isOn ? 0 : min((kind.rate << scale) / 2, 9_000))
        }
    }

    var haveMovedClocks: Bool {
        counts[FaultKind.clockForward.rawValue] + counts[FaultKind.clockBack.rawValue] > 0
    }

    /// From now on all goes well.
    func end() { areOver = true }

    func strike(_ kind: FaultKind) -> Bool {
        guard !areOver, rates[kind.rawValue] > 0, Int(random.next() % 10_000) < rates[kind.rawValue] else {
            return false
        }
        counts[kind.rawValue] += 1
        return true
    }

    /// The first of these that strikes.
    func first(_ kinds: [FaultKind]) -> FaultKind? { kinds.first { strike($0) } }

    func number(_ range: ClosedRange<Int>) -> Int {
        range.lowerBound + Int(random.next() % UInt64(range.upperBound - range.lowerBound + 1))
    }

    func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(number(range)) }

    func pick<Element>(_ elements: [Element]) -> Element { elements[number(0...(elements.count - 1))] }

    /// True once in `count` times.
    func oneIn(_ count: UInt64) -> Bool { random.next() % count == 0 }
}
