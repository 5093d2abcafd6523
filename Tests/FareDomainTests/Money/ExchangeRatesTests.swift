import FareDomain
import FareTestSupport
import Testing

@Suite struct ExchangeRatesTests {
    static let euro = Currency("EUR")!
    static let dollar = Currency("USD")!
    static let pound = Currency("GBP")!
    static let yen = Currency("JPY")!
    static let dinar = Currency("BHD")!

    let rates: ExchangeRates

    init() throws {
        rates = try ExchangeRates(
            asOf: LocalDate("2026-11-20")!,
            perEuro: [
                (Self.dollar, "1.0823"), (Self.pound, "0.83345"), (Self.yen, "163.27"), (Self.dinar, "0.4080"),
            ])
    }

    @Test func convertsExactlyAndRoundsOnce() throws {
        let hundredEuro = Money(minorUnits: 100_00, currency: Self.euro)
        #expect(try rates.convert(hundredEuro, to: Self.dollar, rounding: .halfEven).amount == "108.23")
        #expect(try rates.convert(hundredEuro, to: Self.yen, rounding: .halfEven).amount == "16327")
        #expect(try rates.convert(hundredEuro, to: Self.dinar, rounding: .halfEven).amount == "40.800")
        // 100 / 0.83345 = 119.983…
        let hundredPounds = Money(minorUnits: 100_00, currency: Self.pound)
        #expect(try rates.convert(hundredPounds, to: Self.euro, rounding: .halfEven).amount == "119.98")
        #expect(try rates.convert(hundredPounds, to: Self.euro, rounding: .up).amount == "119.99")
        // 12,345 / 163.27 × 0.83345 = 63.0179…
        let yen = Money(minorUnits: 12345, currency: Self.yen)
        #expect(try rates.convert(yen, to: Self.pound, rounding: .halfEven).amount == "63.02")
        #expect(try rates.convert(yen, to: Self.pound, rounding: .up).amount == "63.02")
    }

    @Test func halfEvenGoesToTheEvenNeighbourAndUpNeverBelow() throws {
        let rates = try ExchangeRates(asOf: LocalDate("2026-11-20")!, perEuro: [(Self.dollar, "1.5")])
        func dollars(_ cents: Int64, _ rounding: Rounding) throws -> Int64 {
            try rates.convert(Money(minorUnits: cents, currency: Self.euro), to: Self.dollar, rounding: rounding)
                .minorUnits
        }
        #expect(try dollars(1, .halfEven) == 2)
        #expect(try dollars(3, .halfEven) == 4)
        #expect(try dollars(-1, .halfEven) == -2)
        #expect(try dollars(-3, .up) == -4)
        #expect(try dollars(3, .up) == 5)
        #expect(try dollars(2, .up) == 3)
    }

    @Test func theSameCurrencyIsLeftAloneEvenWithoutARate() throws {
        let francs = Money(minorUnits: 77, currency: Currency("CHF")!)
        #expect(try rates.convert(francs, to: francs.currency, rounding: .up) == francs)
        #expect(rates.rate(from: francs.currency, to: francs.currency) == "1")
    }

    @Test func aMissingRateIsSaid() throws {
        let franc = Currency("CHF")!
        #expect(throws: MoneyError.noRate(franc, Self.pound)) {
            try rates.convert(Money(minorUnits: 1, currency: franc), to: Self.pound, rounding: .up)
        }
        #expect(rates.rate(from: Self.pound, to: franc) == nil)
    }

    @Test func ratesForReceiptsAreDecimalText() {
        #expect(rates.rate(from: Self.euro, to: Self.dollar) == "1.0823")
        #expect(rates.rate(from: Self.euro, to: Self.dinar) == "0.408")
        #expect(rates.rate(from: Self.dollar, to: Self.euro) == "0.9239582371")
        #expect(rates.rate(from: Self.yen, to: Self.pound) == "0.005104734489")
    }

    @Test func amountsPastInt64Overflow() {
        let much = Money(minorUnits: .max, currency: Self.euro)
        #expect(throws: MoneyError.overflow) { try rates.convert(much, to: Self.yen, rounding: .up) == much }
    }

    @Test(arguments: ["0", "-1", "", "n/a"])
    func aRateMustBeAboveZero(text: String) {
        #expect(throws: MoneyError.notANumber) {
            try ExchangeRates(asOf: LocalDate("2026-11-20")!, perEuro: [(Self.dollar, text)])
        }
    }

    @Test func roundingUpIsTheLeastAmountThatIsNotBelowTheExactOne() throws {
        let seed: UInt64 = 31
        var dice = SeededGenerator(seed: seed)
        let table: [(Currency, Int128)] = [(Self.dollar, 10823), (Self.pound, 8335), (Self.dinar, 4080)]
        let rates = try ExchangeRates(
            asOf: LocalDate("2026-11-20")!,
            perEuro: table.map { ($0.0, try ExactDecimal("\($0.1)e-4").description) })
        for _ in 0..<2000 {
            let (source, sourceRate) = table.randomElement(using: &dice)!
            let (target, targetRate) = table.randomElement(using: &dice)!
            let money = Money(minorUnits: Int64.random(in: 0...1_000_000_000, using: &dice), currency: source)
            let up = try rates.convert(money, to: target, rounding: .up).minorUnits
            let even = try rates.convert(money, to: target, rounding: .halfEven).minorUnits
            // Cross-multiplied: up/10^te · sourceRate >= minor/10^se · targetRate > (up - 1)/…
            func power(_ count: Int) -> Int128 { (0..<count).reduce(1) { product, _ in product * 10 } }
            let exact = Int128(money.minorUnits) * targetRate * power(target.exponent)
            let unit = sourceRate * power(source.exponent)
            #expect(Int128(up) * unit >= exact && Int128(up - 1) * unit < exact, "seed \(seed): \(money)")
            #expect(2 * (Int128(even) * unit - exact).magnitude <= unit.magnitude, "seed \(seed): \(money)")
        }
    }
}
