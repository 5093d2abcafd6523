import FarePorts
import WireFormats

/// What an answer other than 2xx says (docs.stripe.com/api/errors, docs.stripe.com/error-codes). Its body may be a
/// gateway's HTML.
struct StripeProblem {
    private let status: Int
    /// `card_error`, `invalid_request_error`, `idempotency_error`, `api_error`; empty where the body has none.
    private let type: String
    private let code: String
    private let declineCode: String
    private let parameter: String
    private let payment: Payment?
    private let retryAfter: Duration?
    /// It was answered before, under the same key (docs.stripe.com/error-low-level).
    private let isReplayed: Bool

    init(_ response: HTTPResponse) {
        status = response.status
        let body = try? JSONDocument(response.body, limits: JSONLimits(bytes: 1_048_576, nodes: 100_000)).root
        let error = body?["error"]
        type = error?["type"]?.string ?? ""
        code = error?["code"]?.string ?? ""
        declineCode = error?["decline_code"]?.string ?? ""
        parameter = error?["param"]?.string ?? ""
        let intent = error?.present("payment_intent").flatMap { try? PaymentIntent($0) }
        isReplayed = response.header("idempotent-replayed") == "true"
        payment = intent.flatMap { $0.knowsRefunds ? $0.payment : nil }
        retryAfter = response.header("retry-after").flatMap { Int64($0) }
            .flatMap { $0 >= 0 ? .seconds(min($0, 86_400)) : nil }
    }

    var error: PaymentError {
        let (code, outcome) = meaning
        return PaymentError(
            code, outcome: outcome, payment: payment, isStored: isReplayed || isOfAnotherRequest,
            retryAfter: retryAfter, detail: detail)
    }

    /// The key came with other parameters before: what they did is not known from this.
    private var isOfAnotherRequest: Bool { status == 400 && type == "idempotency_error" }

    private var meaning: (PaymentError.Code, ProviderError.Outcome) {
        switch status {
        case 408: return (.timedOut, .unknown)
        // Another request under the same key, which may be this one's first attempt, is still at work.
        case 409: return (.unavailable, .unknown)
        case 429: return (.rateLimited, .notApplied)
        case 500...: return (.serverError, .unknown)
        case _ where isOfAnotherRequest: return (.rejected, .unknown)
        case _ where type == "api_error": return (.serverError, .unknown)
        case 401, 403: return (.unauthorized, .notApplied)
        case 402: return (.declined, .notApplied)
        case 400..<500: return (refusal, .notApplied)
        // A redirect, or a status that HTTP doesn't have: nothing that Stripe says.
        default: return (.unreadable, .unknown)
        }
    }

    private var refusal: PaymentError.Code {
        switch code {
        case "payment_intent_unexpected_state", "charge_already_captured", "charge_already_refunded",
            "charge_expired_for_capture", "capture_charge_authorization_expired", "charge_disputed":
            return .wrongState
        case "resource_missing":
            // A token that is unknown is a card that nobody can pay with.
            if parameter == "payment_method" { return .declined }
            // Of a payment by its path or in a refund.
            let isPayment = status == 404 || parameter == "intent" || parameter == "payment_intent"
            return isPayment ? .notFound : .rejected
        default:
            if type == "card_error" { return .declined }
            return status == 404 ? .notFound : .rejected
        }
    }

    /// Stripe's own words alone: its messages may name cards and tokens.
    private var detail: String {
        let words = [code.isEmpty ? type : code, declineCode].filter { !$0.isEmpty }.joined(separator: " ")
        return words.isEmpty ? "HTTP \(status)" : Self.safe(words)
    }

    /// A word of Stripe's, for logs: nothing but letters, digits and `_`, and not for ever.
    static func safe(_ words: String) -> String {
        let safe = words.unicodeScalars.prefix(120).map { scalar in
            scalar.isASCII
                && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                    || scalar == "_" || scalar == " ")
                ? Character(scalar) : "?"
        }
        return String(safe)
    }
}
