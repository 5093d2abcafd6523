import FareDomain
import FarePorts
import WireFormats

/// What Amadeus says went wrong: the first of `errors`, or the flat shape that its gateway and token service use.
struct AmadeusFailure {
    var code: Int64?
    var title = ""
    var detail = ""

    /// An answer without a word of Amadeus' own: a gateway's page.
    init() {}

    /// Nil where `root` is no error.
    init?(_ root: JSONValue) {
        let issue: JSONValue
        if let first = root["errors"]?.elements.first(where: { _ in true }) {
            issue = first
        } else if root["error"] != nil || root["fault"] != nil {
            // `{"error":"invalid_client","error_description":…,"code":38187,"title":…}`
            issue = root
        } else {
            return nil
        }
        code = issue["code"].flatMap { $0.int64 ?? $0.string.flatMap { Int64($0) } }
        title = issue["title"]?.string ?? issue["error"]?.string ?? ""
        detail = issue["detail"]?.string ?? ""
    }

    /// The code and the title, cut to what is safe in a log. The detail may name passengers, and stays out.
    var summary: String {
        let plain = title.unicodeScalars.prefix(80).map { (0x20..<0x7F).contains($0.value) ? Character($0) : "?" }
        return [code.map(String.init), plain.isEmpty ? nil : String(plain)].compactMap(\.self).joined(separator: " ")
    }
}

extension ProviderError {
    /// The detail that `isTicketedAlready` knows a refusal by.
    private static let ticketedAlready = "ticketed already"

    /// Whether Amadeus refused an issuance because the ticket exists.
    var isTicketedAlready: Bool { detail.hasSuffix(ProviderError.ticketedAlready) }

    /// What a refusal means.
    ///
    /// - Parameter status: of HTTP; the copy of it in the body is a number, a string or wrong.
    init(_ failure: AmadeusFailure, status: Int, of call: AmadeusCall) {
        let code = Code(failure, status: status)
        let inDoubt = code == .serverError || code == .timedOut || code == .unreadable
        var detail = failure.summary.isEmpty ? "HTTP \(status)" : failure.summary
        if failure.saysTicketedAlready { detail += ": " + ProviderError.ticketedAlready }
        self.init(
            code, outcome: inDoubt ? call.outcomeInDoubt : .notApplied,
            newTotal: code == .fareChanged ? failure.currentTotal(in: call.currency) : nil, detail: detail)
    }
}

extension ProviderError.Code {
    /// Codes are those of the error tables in Amadeus' OpenAPI files, and of its guide to API errors (38187 to 38196).
    fileprivate init(_ failure: AmadeusFailure, status: Int) {
        if let known = ProviderError.Code(amadeus: failure, status: status) {
            self = known
            return
        }
        switch status {
        case 200..<400: self = .unreadable
        case 401, 403: self = .unauthorized
        case 404: self = .rejected
        case 408: self = .timedOut
        case 429: self = .rateLimited
        case 500...: self = .serverError
        default: self = .rejected
        }
    }

    /// Amadeus' own word, where it is more than the status says.
    private init?(amadeus failure: AmadeusFailure, status: Int) {
        switch failure.code {
        case 141, 38189: self = .serverError
        // A 5xx is in doubt, whatever else its body says.
        case _ where status >= 500: self = .serverError
        case 34651, 34107: self = .soldOut
        case 4926 where failure.detail.lowercased() == "no fare applicable": self = .soldOut
        case 37200: self = .fareChanged
        case 36870: self = .orderNotCreated
        case 38194, 38195: self = .rateLimited
        case 1797: self = .orderNotFound
        default: return nil
        }
    }
}

extension AmadeusFailure {
    /// 9112 is the family of ticketing errors; which of them it is, only the text tells.
    fileprivate var saysTicketedAlready: Bool {
        code == 9112 && detail.lowercased().contains("already")
    }

    /// The price of now: `Current grandTotal price (2780.28) is different from request one (2779.58)`.
    fileprivate func currentTotal(in currency: Currency?) -> Money? {
        guard let currency, let open = detail.firstIndex(of: "("), let close = detail[open...].firstIndex(of: ")")
        else { return nil }
        return Money.amadeus(detail[detail.index(after: open)..<close], currency)
    }
}
