/// Every kind of problem that this service tells of, by the code that callers go by.
public enum ProblemCode: String, CaseIterable, Sendable {
    case malformedRequest = "malformed-request"
    case idempotencyKeyMissing = "idempotency-key-missing"
    case unauthorized
    case forbidden
    case notFound = "not-found"
    case methodNotAllowed = "method-not-allowed"
    case noOffers = "no-offers"
    case paymentDeclined = "payment-declined"
    case paymentActionRequired = "payment-action-required"
    case requestInProgress = "request-in-progress"
    case fareChanged = "fare-changed"
    case soldOut = "sold-out"
    case duplicateBooking = "duplicate-booking"
    case notCancellable = "not-cancellable"
    case quoteExpired = "quote-expired"
    case offerExpired = "offer-expired"
    case holdExpired = "hold-expired"
    case bodyTooLarge = "body-too-large"
    case unsupportedMediaType = "unsupported-media-type"
    case validationFailed = "validation-failed"
    case idempotencyKeyReused = "idempotency-key-reused"
    case internalError = "internal-error"
    case allCandidatesFailed = "all-candidates-failed"
    case noProviderAvailable = "no-provider-available"
    case overloaded
    case storeUnavailable = "store-unavailable"
    case deadlineExceeded = "deadline-exceeded"

    public var status: Int {
        switch self {
        case .malformedRequest, .idempotencyKeyMissing: 400
        case .unauthorized: 401
        case .paymentDeclined, .paymentActionRequired: 402
        case .forbidden: 403
        case .notFound, .noOffers: 404
        case .methodNotAllowed: 405
        case .requestInProgress, .fareChanged, .soldOut, .duplicateBooking, .notCancellable, .quoteExpired: 409
        case .offerExpired, .holdExpired: 410
        case .bodyTooLarge: 413
        case .unsupportedMediaType: 415
        case .validationFailed, .idempotencyKeyReused: 422
        case .internalError: 500
        case .allCandidatesFailed: 502
        case .noProviderAvailable, .overloaded, .storeUnavailable: 503
        case .deadlineExceeded: 504
        }
    }

    public var title: String {
        switch self {
        case .malformedRequest: "The request is not a JSON object"
        case .idempotencyKeyMissing: "The Idempotency-Key header is missing"
        case .unauthorized: "No valid API key"
        case .forbidden: "The API key does not allow this"
        case .notFound: "There is no such resource"
        case .methodNotAllowed: "The resource does not take this method"
        case .noOffers: "No offer fits"
        case .paymentDeclined: "The payment was declined"
        case .paymentActionRequired: "The payment needs its holder to act"
        case .requestInProgress: "A request with this key is still running"
        case .fareChanged: "The fare is above what was accepted"
        case .soldOut: "The offers are sold out"
        case .duplicateBooking: "The same trip is booked already"
        case .notCancellable: "The booking can't be cancelled"
        case .quoteExpired: "The quote has expired"
        case .offerExpired: "The offer has expired"
        case .holdExpired: "The hold has expired"
        case .bodyTooLarge: "The request body is too large"
        case .unsupportedMediaType: "The request body must be application/json"
        case .validationFailed: "Some fields are not valid"
        case .idempotencyKeyReused: "The key was used with another request"
        case .internalError: "Something failed inside the service"
        case .allCandidatesFailed: "Every candidate failed"
        case .noProviderAvailable: "No provider is available"
        case .overloaded: "The service is at its limit"
        case .storeUnavailable: "The store can't be used"
        case .deadlineExceeded: "The deadline passed"
        }
    }

    /// Whether the same request may do better later.
    public var isRetryable: Bool {
        switch self {
        case .requestInProgress, .noProviderAvailable, .overloaded, .storeUnavailable, .deadlineExceeded: true
        default: false
        }
    }

    /// What the code means and what to do about it: a page for people.
    public var explanation: String {
        switch self {
        case .malformedRequest:
            "The body could not be read as one JSON object in UTF-8. Check quotes, commas and the encoding."
        case .idempotencyKeyMissing:
            """
            Booking has side effects, so it needs an Idempotency-Key header: any text of 1 to 255 visible characters that \
            is new for each booking. Repeat a request under the same key to get its answer again, never a second booking.
            """
        case .unauthorized: "Send one of the configured keys as `Authorization: Bearer <key>`."
        case .forbidden: "The key is known, and its scopes don't include this call. Ask the operator for the scope."
        case .notFound: "Nothing is known under this path or id."
        case .methodNotAllowed: "The path exists, and takes the methods that the `Allow` header names."
        case .noOffers:
            "Every provider answered, and no offer fits the filters and the accepted total. Widen them, or ask for another day."
        case .paymentDeclined: "The card was refused. What was held is given back, and nothing was captured."
        case .paymentActionRequired:
            "The card's bank wants its holder to act (3-D Secure). What was held is given back, and nothing was captured."
        case .requestInProgress: "Another request with the same Idempotency-Key is being worked on. Try again shortly."
        case .fareChanged:
            """
            The fare is above what was accepted, and nothing was booked or captured. Where there is one offer to speak of, \
            `old` is what was accepted, `new` the live total and `difference` what it is more. A booking of that offer with \
            `accept_token` accepts the new total, under a new Idempotency-Key and within minutes.
            """
        case .soldOut: "The offers that fitted are gone. Nothing was booked or captured. Search again."
        case .duplicateBooking:
            """
            The same passengers were booked on the same flights under another Idempotency-Key minutes ago: `duplicate_of` \
            names that booking. If a second one is meant, send `"allow_duplicate": true` under a new key.
            """
        case .notCancellable:
            "The booking holds no ticket that its airline would take back; `detail` says why. Nothing was changed."
        case .quoteExpired:
            "What cancelling would give back was quoted until a while ago. Nothing was changed. Ask for a new quote."
        case .holdExpired: "The hold ran out before it was booked. Nothing was captured. Search again."
        case .offerExpired: "The offer can't be had any more. Search again."
        case .bodyTooLarge: "A request body may have 1 MiB at most."
        case .unsupportedMediaType: "Send the body as `Content-Type: application/json`."
        case .validationFailed: "`errors` names each field that is not valid, by a JSON pointer, and why."
        case .idempotencyKeyReused: "The same key came with another request before. Use a new key for a new request."
        case .internalError:
            "A fault of this service. `outcome` tells whether something may have been done; repeat under the same key to learn."
        case .allCandidatesFailed:
            """
            Candidates were tried and none could be booked; `receipt` tells which and why. What they left is undone. The same \
            key gets this answer again; a new one may do better.
            """
        case .noProviderAvailable: "No provider could be asked just now. Try again after `Retry-After`."
        case .overloaded: "As many bookings as are allowed at once are being worked on. Try again after `Retry-After`."
        case .storeUnavailable:
            "What is stored can't be read or written just now, and nothing is begun without. Try again after `Retry-After`."
        case .deadlineExceeded:
            "The deadline passed before anything was begun. Nothing was booked. Try again, or allow more time."
        }
    }
}
