public import FareDomain
public import FarePorts
public import WireFormats

/// Reads the reference rates that the European Central Bank publishes each working day (`eurofxref-daily.xml`).
///
/// Source: https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates/
public enum ECBRates {
    /// - Throws: `WireError` unless the document has a dated list with at least one rate. Currencies that are not in
    ///   ISO 4217's list are passed over.
    public static func parse(_ document: PaddedBytes) throws(WireError) -> ExchangeRates {
        let root = try XMLDocument(document, limits: XMLLimits(bytes: 1 << 20)).root
        let day = try root.require("Cube", "Cube")
        guard let date = LocalDate(try day.requireAttribute("time")) else {
            throw day.error(.badValue, "the time is not a date")
        }
        var rates: [(currency: Currency, rate: String)] = []
        for entry in day.children(named: "Cube") {
            guard let currency = Currency(try entry.requireAttribute("currency")) else { continue }
            rates.append((currency, try entry.requireAttribute("rate")))
        }
        guard !rates.isEmpty else { throw day.error(.missing, "no rates") }
        do {
            return try ExchangeRates(asOf: date, perEuro: rates)
        } catch {
            throw day.error(.badValue, "a rate is not a positive decimal number")
        }
    }
}
