import FareDomain

/// The fixed rates at which the mocks turn their fares, which are made in pounds, into other currencies.
enum ExchangeTable {
    /// Units of a currency for ten thousand pounds.
    private static let forTenThousandPounds: [String: Int64] = [
        "GBP": 10_000, "EUR": 11_700, "USD": 12_900, "CHF": 11_200, "SEK": 132_000, "NOK": 137_000, "DKK": 87_300,
        "PLN": 49_800, "CZK": 292_000, "HUF": 4_600_000, "TRY": 540_000, "AED": 47_400, "INR": 1_130_000,
        "SGD": 16_900, "AUD": 19_600, "NZD": 22_000, "CAD": 17_900, "JPY": 1_960_000, "KRW": 18_200_000,
        "HKD": 100_500, "CNY": 92_300, "ZAR": 231_000, "BRL": 71_500, "MXN": 243_000, "BHD": 4_860, "KWD": 3_960,
    ]

    /// The currency of a code, if the mocks sell in it.
    static func currency(_ code: String) -> Currency? {
        forTenThousandPounds[code] == nil ? nil : Currency(code)
    }

    /// `pence` in `currency`, rounded half up to its minor unit. Pounds for a currency that isn't in the table.
    static func money(pence: Int64, in currency: Currency) -> Money {
        guard let rate = forTenThousandPounds[currency.code] else {
            return Money(minorUnits: pence, currency: currency)
        }
        let scale = (0..<currency.exponent).reduce(Int64(1)) { power, _ in power * 10 }
        // pence / 100 pounds × rate / 10,000 × scale minor units
        return Money(minorUnits: (pence * rate * scale + 500_000) / 1_000_000, currency: currency)
    }
}
