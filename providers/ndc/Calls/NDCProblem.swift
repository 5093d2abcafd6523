import FareDomain
import FarePorts
import WireFormats

/// What an answer without a response says: an `Error` under HTTP 200, or another status, whose body may be a gateway's
/// HTML.
struct NDCProblem {
    private let status: Int
    /// Of IATA's code list PADIS 9321, or the airline's own; empty where there is none.
    private let code: String
    private let retryAfter: Duration?

    /// - Parameter now: what a date in a header is compared with.
    init(_ response: HTTPResponse, now: Timestamp) {
        status = response.status
        let document = try? XMLDocument(response.body, limits: XMLLimits(bytes: 1_048_576, elements: 20_000))
        code = document.flatMap { NDCProblem.firstCode(in: $0.root) } ?? ""
        retryAfter = NDCProblem.pause(response, now: now)
    }

    /// Nil where the document has no `Error`.
    init?(_ root: XMLElement) {
        guard let code = NDCProblem.firstCode(in: root) else { return nil }
        status = 200
        self.code = code
        retryAfter = nil
    }

    func failure(of call: NDCCall) -> NDCFailure {
        let (code, outcome) = meaning(for: call.message)
        let error = ProviderError(code, outcome: outcome, retryAfter: retryAfter, detail: detail)
        let isNoAnswerOfItsOwn = [.rateLimited, .unauthorized].contains(code) || outcome == .unknown
        return NDCFailure(error, isRefusal: !isNoAnswerOfItsOwn)
    }

    private func meaning(for message: NDCMessage) -> (ProviderError.Code, ProviderError.Outcome) {
        switch status {
        case 408: return (.timedOut, .unknown)
        case 429: return (.rateLimited, .notApplied)
        case 500...: return (.serverError, .unknown)
        case 401, 403: return (.unauthorized, .notApplied)
        default: break
        }
        switch code.uppercased() {
        // 118 and 911: unable to process, system error; 304: temporarily unavailable. A system that failed halfway says
        // that too. Under a 4xx the gateway has turned the message away.
        case "118", "304", "911": return (.serverError, status == 200 ? .unknown : .notApplied)
        // 129: no such PNR; 913: no such item.
        case "129", "913": return (message.isAboutOffer ? .offerExpired : .orderNotFound, .notApplied)
        case "ORDER_CANCELLED" where message == .orderReshop || message == .orderCancel:
            return (.notCancellable, .notApplied)
        default: return (NDCProblem.refusals[code.uppercased()] ?? .rejected, .notApplied)
        }
    }

    /// 490 (fare not available), and words that the list has no number for.
    private static let refusals: [String: ProviderError.Code] = [
        "490": .soldOut, "PRICE_CHANGED": .fareChanged, "OFFER_EXPIRED": .offerExpired,
        "TIME_LIMIT_PASSED": .holdExpired, "ORDER_CANCELLED": .holdExpired, "NOT_CANCELLABLE": .notCancellable,
        // The quote is stale: another one may say less.
        "REFUND_CHANGED": .quoteExpired,
    ]

    /// Codes only: descriptions are free text, which may name passengers.
    private var detail: String {
        let safe = code.unicodeScalars.prefix(40).map { $0.isASCII && $0.value > 0x20 ? Character($0) : "?" }
        return "HTTP \(status)" + (safe.isEmpty ? "" : ": error " + String(safe))
    }

    private static func firstCode(in root: XMLElement) -> String? {
        let error = root.name == "Error" ? root : root.first("Error") ?? root.first("Errors", "Error")
        return error.map { $0.text("Code") ?? "without a code" }
    }

    private static func pause(_ response: HTTPResponse, now: Timestamp) -> Duration? {
        guard let text = response.header("retry-after") else { return nil }
        if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
        guard let date = try? HTTPDate.parse(text, now: now) else { return nil }
        return max(.zero, now.duration(to: date))
    }
}
