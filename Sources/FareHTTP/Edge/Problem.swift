import FareBooking
import FareDomain
import HTTPTypes
import Hummingbird
import WireFormats

/// An answer that says what went wrong, as `application/problem+json` (RFC 9457).
struct Problem: Error {
    /// What became of the request's effect.
    enum Outcome: String {
        /// Certainly nothing.
        case none
        /// Not known yet.
        case unknown
        case committed
    }

    var code: ProblemCode
    var detail: String
    var outcome = Outcome.none
    var violations: [Violation] = []
    /// When to try again.
    var retryAfter: Duration?
    /// The methods that the path takes, where the request came with another.
    var allow: [String] = []
    /// Members beside the standard ones.
    var extensions: [JSONNode.Member] = []

    init(_ code: ProblemCode, _ detail: String, outcome: Outcome = .none, retryAfter: Duration? = nil) {
        self.code = code
        self.detail = detail
        self.outcome = outcome
        self.retryAfter = retryAfter
    }

    /// The member that names the booking that a problem is about.
    static let bookingMember = "booking_id"

    /// Fields that are not valid.
    init(_ violations: [Violation]) {
        self.init(.validationFailed, violations.first.map { "\($0.pointer): \($0.detail)" } ?? "")
        self.violations = violations
    }

    func answer(requestID: String) -> Answer {
        var body: JSONNode = [
            "type": "/problems/\(code.rawValue)", "title": .string(code.title), "status": .int(code.status),
            "detail": .string(detail), "code": .string(code.rawValue), "request_id": .string(requestID),
            "retryable": .bool(code.isRetryable), "outcome": .string(outcome.rawValue),
            "errors": .array(violations.map { ["pointer": .string($0.pointer), "detail": .string($0.detail)] }),
        ]
        for member in extensions { body.append(member.name, member.value) }
        var answer = Answer(status: code.status, contentType: "application/problem+json", body: body.bytes)
        answer.retryAfter = retryAfter
        answer.allow = allow
        answer.tellsOfBooking = extensions.contains { $0.name == Self.bookingMember }
        return answer
    }
}
