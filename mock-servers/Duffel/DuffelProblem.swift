import FareDomain
import WireFormats

/// One of Duffel's errors. Types and codes are those of its documentation (duffel.com/docs/api/overview/errors and the
/// error tables of each endpoint).
struct DuffelProblem: Error {
    let status: Int
    let type: String
    let code: String
    let title: String
    let message: String
    /// Where in the request: `/passengers/0/born_on`.
    var pointer: String?

    var reply: MockReply {
        .json(status) { writer in
            writer.object { writer in
                writer.object("meta") { writer in
                    writer.member("status", status)
                    writer.member("request_id", RandomText.letters(20))
                }
                writer.array("errors") { writer in
                    writer.object { writer in
                        writer.member("type", type)
                        writer.member("code", code)
                        writer.member("title", title)
                        writer.member("message", message)
                        writer.member("documentation_url", "https://duffel.com/docs/api/overview/errors")
                        if let pointer {
                            writer.object("source") { writer in
                                writer.member("field", pointer.split(separator: "/").last ?? "")
                                writer.member("pointer", pointer)
                            }
                        }
                    }
                }
            }
        }
    }
}

extension DuffelProblem {
    static let noAuthorization = DuffelProblem(
        status: 401, type: "authentication_error", code: "missing_authorization_header",
        title: "Missing authorization header", message: "Set the 'Authorization' header to an API token.")
    static let noVersion = DuffelProblem(
        status: 400, type: "invalid_request_error", code: "missing_version_header", title: "Missing version header",
        message: "Set the 'Duffel-Version' header to an API version.")
    static let notFound = DuffelProblem(
        status: 404, type: "invalid_request_error", code: "not_found", title: "Resource not found",
        message: "There is nothing here.")
    static let internalError = DuffelProblem(status: 500)
    static let rateLimited = DuffelProblem(
        status: 429, type: "rate_limit_error", code: "rate_limit_exceeded", title: "Rate limit exceeded",
        message: "Too many requests. Try again after the time in the 'ratelimit-reset' header.")

    static func malformed(_ error: WireError) -> DuffelProblem {
        if error.code == .missing || error.code == .wrongKind || error.code == .badValue {
            let pointer = error.path.hasPrefix("$") ? error.path.dropFirst() : error.path[...]
            return invalid("invalid", "/" + pointer.split { ".[]".contains($0) }.joined(separator: "/"), "is not valid")
        }
        return DuffelProblem(
            status: 400, type: "invalid_request_error", code: "malformed_json", title: "Malformed JSON",
            message: "The body is not a JSON object.")
    }

    /// A validation error of one field.
    static func invalid(_ code: String, _ pointer: String, _ what: String) -> DuffelProblem {
        let field = pointer.split(separator: "/").last ?? ""
        return DuffelProblem(
            status: 422, type: "validation_error", code: "validation_\(code)",
            title: code == "required" ? "Required field" : "Invalid field", message: "Field '\(field)' \(what)",
            pointer: pointer)
    }

    /// A refusal for the state that something is in.
    static func state(_ code: String, _ title: String, _ message: String, pointer: String? = nil) -> DuffelProblem {
        DuffelProblem(
            status: 422, type: "invalid_state_error", code: code, title: title, message: message, pointer: pointer)
    }

    /// What Duffel, or the gateway before it, says with a status.
    init(status: Int) {
        let (type, code) =
            switch status {
            case 401: ("authentication_error", "expired_access_token")
            case 403: ("authentication_error", "insufficient_permissions")
            case 404: ("invalid_request_error", "not_found")
            case 422: ("validation_error", "validation_invalid")
            case 429: ("rate_limit_error", "rate_limit_exceeded")
            case 502: ("api_error", "bad_gateway")
            case 503: ("api_error", "service_unavailable")
            case 504: ("api_error", "gateway_timeout")
            case 500...: ("api_error", "internal_server_error")
            default: ("invalid_request_error", "bad_request")
            }
        self.init(
            status: status, type: type, code: code, title: "Request failed",
            message: "The request failed with status \(status).")
    }

    init(_ failure: ShopFailure) {
        guard case .refused(let error) = failure else {
            self = .internalError
            return
        }
        self = DuffelProblem.refusal(error)
    }

    private static func refusal(_ error: ShopError) -> DuffelProblem {
        switch error {
        case .unknownSearch, .unknownOffer, .unknownOrder: notFound
        case .offerExpired:
            state("offer_expired", "Offer expired", "Search again: this offer has expired.")
        case .soldOut:
            state(
                "offer_no_longer_available", "Offer no longer available", "The airline has no seats left at this fare.")
        case .priceChanged(let now):
            state(
                "price_changed", "Price changed", "The price of this offer is now \(now.amount) \(now.currency.code).")
        case .wrongTravellers:
            invalid("invalid", "/passengers", "must have the passengers of the offer")
        case .notHoldable:
            state("invalid_order_create_type", "Invalid order create type", "This offer has to be paid at once.")
        case .alreadyPaid:
            state("already_paid", "Order already paid", "The order was paid before.")
        case .alreadyCancelled:
            state("already_cancelled", "Order already cancelled", "The order was cancelled before.")
        case .holdExpired:
            state("past_payment_required_by_date", "Past payment required by date", "The time to pay has passed.")
        case .wrongAmount:
            invalid("payment_amount_does_not_match_order_amount", "/payment/amount", "is not the order's total")
                .coded("payment_amount_does_not_match_order_amount")
        case .wrongCurrency:
            invalid(
                "payment_currency_does_not_match_order_currency", "/payment/currency", "is not the order's currency"
            )
            .coded("payment_currency_does_not_match_order_currency")
        }
    }

    private func coded(_ code: String) -> DuffelProblem {
        DuffelProblem(
            status: status, type: type, code: code, title: title, message: message, pointer: pointer)
    }
}
