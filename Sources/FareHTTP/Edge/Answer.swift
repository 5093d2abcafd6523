import FarePorts
import HTTPTypes
import Hummingbird
import NIOCore

/// A whole answer, ready to be sent or stored.
struct Answer: Sendable {
    var status: Int
    var contentType = "application/json"
    var location: String?
    var retryAfter: Duration?
    /// Methods that the path takes, for a 405.
    var allow: [String] = []
    var isReplay = false
    /// Whether there is a booking behind it.
    var tellsOfBooking = false
    var body: [UInt8]

    init(status: Int, contentType: String = "application/json", location: String? = nil, body: [UInt8]) {
        self.status = status
        self.contentType = contentType
        self.location = location
        self.body = body
    }

    /// One that was given before under the same key.
    init(replaying stored: StoredAnswer) {
        self.init(
            status: stored.status, contentType: stored.contentType, location: stored.location, body: stored.body)
        isReplay = true
    }

    var stored: StoredAnswer {
        StoredAnswer(status: status, contentType: contentType, location: location, body: body)
    }

    var response: Response {
        var headers: HTTPFields = [.contentType: contentType]
        if let location { headers[.location] = location }
        // RFC 9110, section 15.5.2: a 401 says what to authenticate with.
        if status == 401 { headers[.wwwAuthenticate] = "Bearer" }
        if !allow.isEmpty { headers[.allow] = allow.joined(separator: ", ") }
        if let retryAfter {
            // Whole seconds, never earlier than meant.
            headers[.retryAfter] = String(max(1, Int((retryAfter + .milliseconds(999)).components.seconds)))
        }
        if isReplay, let name = HTTPField.Name("Idempotent-Replayed") { headers[name] = "true" }
        return Response(
            status: HTTPResponse.Status(code: status), headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}
