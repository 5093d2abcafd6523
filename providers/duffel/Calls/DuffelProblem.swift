import FareDomain
import FarePorts
import WireFormats

/// What an answer other than 2xx says (duffel.com/docs/api/overview/errors). Its body may be a gateway's HTML.
struct DuffelProblem {
    private let status: Int
    /// `validation_error`, `invalid_state_error`, `airline_error`, `api_error`, …; empty where the body has none.
    private let type: String
    private let code: String
    private let title: String
    private let retryAfter: Duration?

    /// - Parameter now: what a date in a header is compared with.
    init(_ response: HTTPResponse, now: Timestamp) {
        status = response.status
        let body = try? JSONDocument(response.body, limits: JSONLimits(bytes: 1_048_576, nodes: 100_000)).root
        let first = body?["errors"]?.elements.first { _ in true }
        type = first?["type"]?.string ?? ""
        code = first?["code"]?.string ?? ""
        title = first?["title"]?.string ?? (body == nil ? "no JSON" : "")
        retryAfter = Self.pause(response, now: now)
    }

    func failure(in operation: ProviderOperation) -> DuffelFailure {
        let (code, outcome) = meaning(in: operation)
        let error = ProviderError(code, outcome: outcome, retryAfter: retryAfter, detail: detail)
        return DuffelFailure(error, code: self.code.isEmpty ? nil : self.code)
    }

    private func meaning(in operation: ProviderOperation) -> (ProviderError.Code, ProviderError.Outcome) {
        // Duffel's promise, whatever the status (it is 502): no order, no payment.
        if code == "order_not_created" { return (.orderNotCreated, .notApplied) }
        switch status {
        case 408: return (.timedOut, .unknown)
        case 429: return (.rateLimited, .notApplied)
        case 500...: return (.serverError, .unknown)
        // "Something went wrong. The order may still have been created": the type counts more than the status.
        case _ where type == "api_error": return (.serverError, .unknown)
        case 401, 403: return (.unauthorized, .notApplied)
        default: return (refusal(in: operation), .notApplied)
        }
    }

    private func refusal(in operation: ProviderOperation) -> ProviderError.Code {
        let isEnding = operation == .release || operation == .cancel
        switch code {
        case "offer_no_longer_available": return .soldOut
        case "offer_expired", "linked_record_not_found": return .offerExpired
        case "price_changed", "payment_amount_does_not_match_order_amount": return .fareChanged
        case "already_cancelled" where isEnding: return .notCancellable
        case "past_payment_required_by_date", "already_cancelled": return .holdExpired
        case "order_cancellation_stale", "order_cancellation_expired": return .quoteExpired
        case "order_not_cancellable": return .notCancellable
        default: break
        }
        if status == 404 { return operation == .reprice || operation == .hold ? .offerExpired : .orderNotFound }
        return isEnding && type == "invalid_state_error" ? .notCancellable : .rejected
    }

    /// Type, code and title are constants of Duffel's; the message may name passengers, and stays out.
    private var detail: String {
        let words = [type, code, title].filter { !$0.isEmpty }.joined(separator: " ")
        let safe = words.unicodeScalars.prefix(160).map { $0.isASCII && $0.value >= 0x20 ? Character($0) : "?" }
        return "HTTP \(status)" + (safe.isEmpty ? "" : ": " + String(safe))
    }

    /// From `Retry-After` (seconds or a date), or else Duffel's `ratelimit-reset` (a date).
    private static func pause(_ response: HTTPResponse, now: Timestamp) -> Duration? {
        guard let text = response.header("retry-after") ?? response.header("ratelimit-reset") else { return nil }
        if let seconds = Int64(text), seconds >= 0 { return .seconds(min(seconds, 86_400)) }
        guard let date = try? HTTPDate.parse(text, now: now) else { return nil }
        return max(.zero, now.duration(to: date))
    }
}
