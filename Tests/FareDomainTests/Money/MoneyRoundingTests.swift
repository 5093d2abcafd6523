import FareDomain
import FareTestSupport
import Testing

struct MoneyRoundingTests {
    private let dinars = Currency("KWD")!

    @Test(
        arguments: [
            (12_345, 10, 12_340, 12_350), (12_340, 10, 12_340, 12_340), (-12_345, 10, -12_350, -12_340), (7, 1, 7, 7),
            (7, 0, 7, 7), (3, 100, 0, 100), (0, 10, 0, 0), (.max, 10, .max - 7, .max - 7), (.min, 10, .min, .min + 8),
        ] as [(Int64, Int64, Int64, Int64)])
    func roundsToTheNearestMultipleBelowOrAbove(_ units: Int64, _ step: Int64, _ lower: Int64, _ upper: Int64) {
        let money = Money(minorUnits: units, currency: dinars)
        #expect(money.rounded(.down, toMultipleOf: step).minorUnits == lower)
        #expect(money.rounded(.up, toMultipleOf: step).minorUnits == upper)
    }

    @Test func anyAmountAndStepStayWithinOneStep() {
        let seed: UInt64 = 4217
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let step = Int64.random(in: 1 ... .max, using: &dice) >> Int64.random(in: 0...62, using: &dice)
            let units = Int64.random(in: -1_000_000...1_000_000, using: &dice)
            let money = Money(minorUnits: units, currency: dinars)
            let (down, up) = (money.rounded(.down, toMultipleOf: step), money.rounded(.up, toMultipleOf: step))
            #expect(down.minorUnits <= units && units <= up.minorUnits, "seed \(seed)")
            #expect(step <= 1 || down.minorUnits % step == 0 && up.minorUnits % step == 0, "seed \(seed)")
        }
    }
}
