import WireFormats

/// An answer before it has headers. A plain record: it is what is kept under an idempotency key.
struct StripeAnswer: Codable, Sendable, Hashable {
    var status: Int
    var body: String

    init(_ status: Int, _ write: (inout JSONWriter) -> Void) {
        var writer = JSONWriter()
        write(&writer)
        self.status = status
        body = writer.text
    }
}

/// One of Stripe's errors. Types and codes are those of its documentation (docs.stripe.com/api/errors, /error-codes).
struct StripeRefusal: Error {
    var status: Int
    var type: String
    var code: String?
    var declineCode: String?
    var message: String
    var parameter: String?
    /// As it is, shown with the error.
    var intent: StripeIntent?
    /// Whether Stripe began to execute the request: only then its answer is kept under the idempotency key.
    var executed = false

    var answer: StripeAnswer {
        StripeAnswer(status) { writer in
            writer.object { writer in
                writer.object("error") { writer in
                    if let intent, let charge = intent.charge, type == "card_error" {
                        writer.member("charge", charge.id)
                    }
                    writer.memberIfPresent("code", code)
                    writer.memberIfPresent("decline_code", declineCode)
                    writer.memberIfPresent("doc_url", code.map { "https://docs.stripe.com/error-codes/\($0)" })
                    writer.member("message", message)
                    writer.memberIfPresent("param", parameter)
                    if let intent {
                        writer.key("payment_intent")
                        intent.write(expanding: [], to: &writer)
                    }
                    writer.member("type", type)
                }
            }
        }
    }

    static let noKey = StripeRefusal(
        status: 401, type: "invalid_request_error", message: "You did not provide an API key.")
    static let keyReused = StripeRefusal(
        status: 400, type: "idempotency_error",
        message: "Keys for idempotent requests can only be used with the same parameters they were first used with.")
    static let keyInUse = StripeRefusal(
        status: 409, type: "idempotency_error", code: "idempotency_key_in_use",
        message: "There is currently another in-progress request using this Idempotent Key.")

    /// A parameter that is missing or wrong: nothing was executed.
    static func invalid(_ parameter: String?, _ message: String, code: String? = nil) -> StripeRefusal {
        StripeRefusal(
            status: 400, type: "invalid_request_error", code: code, message: message, parameter: parameter)
    }

    static func missing(_ parameter: String) -> StripeRefusal {
        invalid(parameter, "Missing required param: \(parameter).", code: "parameter_missing")
    }

    /// - Parameter status: 404 for what the path names, 400 for what a parameter names.
    static func unknown(_ what: String, _ id: String, parameter: String, status: Int) -> StripeRefusal {
        StripeRefusal(
            status: status, type: "invalid_request_error", code: "resource_missing",
            message: "No such \(what): '\(id)'",
            parameter: parameter, executed: true)
    }

    /// The payment is in no state for it.
    static func state(_ intent: StripeIntent, _ action: String) -> StripeRefusal {
        StripeRefusal(
            status: 400, type: "invalid_request_error", code: "payment_intent_unexpected_state",
            message: "You cannot \(action) this PaymentIntent because it has a status of \(intent.status.rawValue).",
            intent: intent, executed: true)
    }

    static func amount(_ parameter: String, _ message: String, code: String?) -> StripeRefusal {
        StripeRefusal(
            status: 400, type: "invalid_request_error", code: code, message: message, parameter: parameter,
            executed: true)
    }

    static func declined(_ intent: StripeIntent, _ error: StripeIntent.LastError) -> StripeRefusal {
        StripeRefusal(
            status: 402, type: "card_error", code: error.code, declineCode: error.declineCode, message: error.message,
            intent: intent, executed: true)
    }

    static func noSuchURL(_ path: String) -> StripeRefusal {
        StripeRefusal(
            status: 404, type: "invalid_request_error", message: "Unrecognized request URL (\(path)).")
    }
}

extension StripeRefusal {
    /// What Stripe says with a status.
    init(status: Int) {
        let (type, code): (String, String?) =
            switch status {
            case 429: ("invalid_request_error", "rate_limit")
            case 409: ("idempotency_error", "idempotency_key_in_use")
            case 402: ("card_error", "processing_error")
            case 404: ("invalid_request_error", "resource_missing")
            case 400..<500: ("invalid_request_error", nil)
            default: ("api_error", nil)
            }
        self.init(status: status, type: type, code: code, message: "The request failed with status \(status).")
    }
}
