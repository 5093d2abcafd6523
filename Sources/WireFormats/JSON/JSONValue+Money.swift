public import FareDomain

// Exact money, from a string's text or a number's own digits: providers write amounts as either.
extension JSONValue {
    /// The amount in one member and its ISO 4217 code in another: `offer.money("total_amount", "total_currency")`.
    ///
    /// - Throws: `missing` for none or null; `wrongKind` for neither string nor number; `badValue` for no decimal
    ///   number, for more digits than the currency has, for an amount past Int64 minor units, and for an unknown
    ///   currency.
    public func money(_ amountKey: StaticString, _ currencyKey: StaticString) throws(WireError) -> Money {
        try require(amountKey).money(in: require(currencyKey).requireCurrency())
    }

    /// Nil where the amount is missing or null: an amount without a currency is still an error.
    public func moneyIfPresent(_ amountKey: StaticString, _ currencyKey: StaticString) throws(WireError) -> Money? {
        guard let amount = present(amountKey) else { return nil }
        return try amount.money(in: require(currencyKey).requireCurrency())
    }

    /// This string or number as an amount of `currency`.
    ///
    /// - Throws: `wrongKind`, `badValue`.
    public func money(in currency: Currency) throws(WireError) -> Money {
        guard let text = decimalText else { throw error(.wrongKind, "expected an amount, found \(kind.rawValue)") }
        do throws(MoneyError) {
            return try Money(decimal: text, currency: currency)
        } catch {
            throw self.error(.badValue, "not an amount of \(currency.code)")
        }
    }

    /// This string or number as the nearest amount of `currency`: for providers whose amounts carry the noise of binary
    /// fractions (`134.99000549316406`). Everyone else wants the exact one.
    ///
    /// - Throws: `wrongKind`, `badValue`.
    public func money(in currency: Currency, rounding: Rounding) throws(WireError) -> Money {
        guard let text = decimalText else { throw error(.wrongKind, "expected an amount, found \(kind.rawValue)") }
        do throws(MoneyError) {
            return try Money(ExactDecimal(text), currency: currency, rounding: rounding)
        } catch {
            throw self.error(.badValue, "not an amount of \(currency.code)")
        }
    }

    /// This string as an ISO 4217 code.
    ///
    /// - Throws: `wrongKind`, `badValue` for one that is not in the table.
    public func requireCurrency() throws(WireError) -> Currency {
        guard let currency = Currency(try requireString()) else { throw error(.badValue, "not a currency") }
        return currency
    }
}
