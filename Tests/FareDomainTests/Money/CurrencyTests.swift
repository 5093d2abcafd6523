import FareDomain
import Testing

@Suite struct CurrencyTests {
    @Test(
        arguments: [
            ("GBP", 2), ("USD", 2), ("EUR", 2), ("HUF", 2), ("JPY", 0), ("KRW", 0), ("VND", 0), ("CLP", 0), ("ISK", 0),
            ("BHD", 3), ("KWD", 3), ("OMR", 3), ("JOD", 3), ("TND", 3), ("IQD", 3), ("LYD", 3), ("CLF", 4), ("UYW", 4),
        ] as [(String, Int)])
    func minorUnitsAreThoseOfISO4217(code: String, exponent: Int) {
        #expect(Currency(code)?.exponent == exponent)
    }

    @Test(arguments: ["XAU", "XXX", "XTS", "XDR", "gbp", "GB", "", "DEM", "ZZZ"])
    func whatIsNoMoneyIsNoCurrency(code: String) {
        #expect(Currency(code) == nil)
    }
}
