public import FareDomain

extension XMLElement {
    /// The element's text as an exact amount, in the currency that an attribute names: `<TotalPrice CurCode="EUR">`.
    ///
    /// - Throws: `missing` without the attribute or the text; `badValue` for an unknown currency, no decimal number,
    ///   more digits than the currency has, or an amount past Int64 minor units.
    public func requireMoney(currencyAttribute name: String = "CurCode") throws(WireError) -> Money {
        let code = try requireAttribute(name)
        guard let currency = Currency(code) else { throw error(.badValue, "not a currency") }
        let text = try requireText()
        do throws(MoneyError) {
            return try Money(decimal: text, currency: currency)
        } catch {
            throw self.error(.badValue, "not an amount of \(currency.code)")
        }
    }
}
