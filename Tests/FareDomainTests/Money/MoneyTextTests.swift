import FareDomain
import FareTestSupport
import Testing

@Suite struct MoneyTextTests {
    static let pounds = Currency("GBP")!
    static let yen = Currency("JPY")!
    static let dinars = Currency("BHD")!

    @Test(
        arguments: [
            ("-12", -1200), ("0", 0), ("-0", 0), ("126", 12600), ("162.00000000000000000000", 16200), ("0.5", 50),
            (".5", 50), ("5.", 500), ("+1.50", 150), ("007", 700), ("1.5e2", 15000), ("15E-1", 150), ("1500e-3", 150),
            ("0e999", 0), ("92233720368547758.07", 9_223_372_036_854_775_807),
            ("-92233720368547758.08", -9_223_372_036_854_775_808),
        ] as [(String, Int64)])
    func readsDecimalTextExactly(text: String, minorUnits: Int64) throws {
        #expect(try Money(decimal: text, currency: Self.pounds).minorUnits == minorUnits)
        #expect(try Money(decimal: Array(text.utf8), currency: Self.pounds).minorUnits == minorUnits)
        #expect(try Money(decimal: Array(text.utf8).span, currency: Self.pounds).minorUnits == minorUnits)
    }

    @Test(arguments: [
        "", "-", "+", ".", "-.", "1,2", "1 000", " 1", "1 ", "NaN", "inf", "1e", "1e+", "e5", "1.2.3", "--1", "+-1",
        "1-", "0x10", "1e2.5", "١", "1\u{0}",
    ])
    func refusesWhatIsNoDecimalNumber(text: String) {
        #expect(throws: MoneyError.notANumber) { try Money(decimal: text, currency: Self.pounds) }
    }

    @Test func refusesDigitsThatTheCurrencyLacks() throws {
        #expect(throws: MoneyError.tooPrecise(Self.pounds)) { try Money(decimal: "1.234", currency: Self.pounds) }
        #expect(throws: MoneyError.tooPrecise(Self.yen)) { try Money(decimal: "1.5", currency: Self.yen) }
        #expect(throws: MoneyError.tooPrecise(Self.pounds)) { try Money(decimal: "1e-400", currency: Self.pounds) }
        #expect(try Money(decimal: "1.234", currency: Self.dinars).minorUnits == 1234)
        #expect(try Money(decimal: "120", currency: Self.yen).minorUnits == 120)
    }

    @Test(arguments: [
        "92233720368547758.08", "-92233720368547758.09", "1e30", "1e999999999999999999999",
        "99999999999999999999999999999999999999999999",
    ])
    func refusesWhatOverflows(text: String) {
        #expect(throws: MoneyError.overflow) { try Money(decimal: text, currency: Self.pounds) }
    }

    @Test func roundsNoisyAmountsWhenAsked() throws {
        func rounded(_ text: String, _ rounding: Rounding) throws -> Int64 {
            try Money(ExactDecimal(text), currency: Self.pounds, rounding: rounding).minorUnits
        }
        #expect(try rounded("134.99000549316406", .halfEven) == 13499)
        #expect(try rounded("134.99000549316406", .up) == 13500)
        #expect(try rounded("0.125", .halfEven) == 12)
        #expect(try rounded("0.135", .halfEven) == 14)
        #expect(try rounded("-0.125", .halfEven) == -12)
        #expect(try rounded("-0.129", .up) == -12)
        #expect(try rounded("1.25", .halfEven) == 125)
        #expect(try rounded("1e-60", .halfEven) == 0)
        #expect(try rounded("1e-60", .up) == 1)
        #expect(try rounded("-1e-60", .up) == 0)
        #expect(try rounded("99e-41", .up) == 1)
        #expect(try rounded("134.999", .down) == 13499)
        #expect(try rounded("134.99", .down) == 13499)
        #expect(try rounded("-0.121", .down) == -13)
        #expect(try rounded("1e-60", .down) == 0)
        #expect(try rounded("-1e-60", .down) == -1)
    }

    @Test(arguments: [("0.50", 50), ("12.00", 1200), ("-3.05", -305), ("0.00", 0)] as [(String, Int64)])
    func strictFormTakesExactlyTheCurrencysDigits(text: String, minorUnits: Int64) throws {
        #expect(try Money(exactly: text, currency: Self.pounds).minorUnits == minorUnits)
    }

    @Test(arguments: ["1", "1.5", "1.500"])
    func strictFormRefusesOtherNumbersOfDigits(text: String) {
        #expect(throws: MoneyError.wrongNumberOfDigits(Self.pounds)) {
            try Money(exactly: text, currency: Self.pounds)
        }
    }

    @Test(arguments: ["", "-", ".50", "007.00", "00.50", "+1.00", "1.", "1.00e0", "1,00", " 1.00", "1.2.3", "--1.00"])
    func strictFormRefusesOtherSpellings(text: String) {
        #expect(throws: MoneyError.notANumber) { try Money(exactly: text, currency: Self.pounds) }
    }

    @Test func strictFormOfACurrencyWithoutMinorUnitsHasNoPoint() throws {
        #expect(try Money(exactly: "500", currency: Self.yen).minorUnits == 500)
        #expect(throws: MoneyError.wrongNumberOfDigits(Self.yen)) { try Money(exactly: "500.0", currency: Self.yen) }
    }

    @Test func everyAmountSurvivesBeingWrittenAndRead() throws {
        let seed: UInt64 = 4217
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<5000 {
            let currency = [Self.pounds, Self.yen, Self.dinars, Currency("CLF")!].randomElement(using: &dice)!
            let size = Int64.random(in: 0...63, using: &dice)
            let money = Money(minorUnits: Int64.random(in: .min ... .max, using: &dice) >> size, currency: currency)
            #expect(try Money(decimal: money.amount, currency: currency) == money, "seed \(seed)")
            #expect(try Money(exactly: money.amount, currency: currency) == money, "seed \(seed)")
        }
    }

    @Test func decimalsAreEqualByValueAndPrintWithoutExponent() throws {
        #expect(try ExactDecimal("1.50") == ExactDecimal("15e-1"))
        #expect(try ExactDecimal("1200").description == "1200")
        #expect(try ExactDecimal("-0.000012").description == "-0.000012")
        #expect(try ExactDecimal("100200.0030").description == "100200.003")
        #expect(try ExactDecimal("0.00").description == "0")
    }
}
