import FareDomain
import WireFormats

/// One of Amadeus' errors. Codes and titles are those of the error tables in its OpenAPI files and of its guide to API
/// errors.
struct AmadeusProblem: Error {
    let status: Int
    let code: Int
    let title: String
    var detail: String?
    /// A JSON pointer into the request.
    var pointer: String?

    var reply: MockReply {
        .amadeus(status) { writer in
            writer.object { writer in
                writer.array("errors") { writer in writer.object(write) }
            }
        }
    }

    private func write(to writer: inout JSONWriter) {
        writer.member("status", status)
        writer.member("code", code)
        writer.member("title", title)
        writer.memberIfPresent("detail", detail)
        if let pointer { writer.object("source") { $0.member("pointer", pointer) } }
    }
}

extension MockReply {
    /// A JSON text under Amadeus' own type. Its official client takes no other, nor a character set behind it.
    static func amadeus(_ status: Int, _ write: (inout JSONWriter) -> Void) -> MockReply {
        var reply = MockReply.json(status, write)
        reply.headers = [("content-type", "application/vnd.amadeus+json")]
        return reply
    }
}

extension AmadeusProblem {
    static let noResource = AmadeusProblem(
        status: 404, code: 38196, title: "Resource not found", detail: "The targeted resource doesn't exist")
    static let notFound = AmadeusProblem(
        status: 404, code: 1797, title: "NOT FOUND", detail: "no response found for this query parameter")
    static let changedOffer = AmadeusProblem(
        status: 400, code: 4926, title: "INVALID DATA RECEIVED", detail: "The flight offer is not as it was given",
        pointer: "/data/flightOffers[0]")
    static let noFare = AmadeusProblem(
        status: 400, code: 4926, title: "INVALID DATA RECEIVED", detail: "No fare applicable")
    static let sellFailure = AmadeusProblem(
        status: 400, code: 34651, title: "SEGMENT SELL FAILURE", detail: "Could not sell segment 1",
        pointer: "/data/flightOffers[0]/itineraries[0]/segments[0]")
    static let ticketedAlready = AmadeusProblem(
        status: 400, code: 9112, title: "TICKETING - TKT", detail: "Order is ticketed already")

    static func missing(_ pointer: String) -> AmadeusProblem {
        AmadeusProblem(status: 400, code: 32171, title: "MANDATORY DATA MISSING", pointer: pointer)
    }

    static func invalidFormat(_ pointer: String) -> AmadeusProblem {
        AmadeusProblem(status: 400, code: 477, title: "INVALID FORMAT", pointer: pointer)
    }

    static func invalidData(_ detail: String, _ pointer: String) -> AmadeusProblem {
        AmadeusProblem(status: 400, code: 4926, title: "INVALID DATA RECEIVED", detail: detail, pointer: pointer)
    }

    static func discrepancy(now: String, requested: String) -> AmadeusProblem {
        AmadeusProblem(
            status: 400, code: 37200, title: "PRICE DISCREPANCY",
            detail: "Current grandTotal price (\(now)) is different from request one (\(requested))")
    }

    static func system(_ status: Int) -> AmadeusProblem {
        AmadeusProblem(status: status, code: 141, title: "SYSTEM ERROR HAS OCCURRED")
    }

    /// What Amadeus, or the gateway before it, says with a status.
    init(status: Int) {
        switch status {
        case 401:
            self.init(
                status: 401, code: 38190, title: "Invalid access token",
                detail: "The access token provided in the Authorization header is invalid")
        case 403: self.init(status: 403, code: 38197, title: "Forbidden")
        case 404: self = .notFound
        case 429:
            self.init(
                status: 429, code: 38194, title: "Too many requests",
                detail: "The network rate limit is exceeded, please try again later")
        case 500...: self = .system(status)
        default: self.init(status: status, code: 477, title: "INVALID FORMAT")
        }
    }

    init(_ failure: ShopFailure) {
        guard case .refused(let error) = failure else {
            self = .system(500)
            return
        }
        switch error {
        case .unknownSearch, .unknownOffer, .offerExpired: self = .noFare
        case .soldOut: self = .sellFailure
        case .priceChanged(let now): self = .discrepancy(now: now.amount, requested: "")
        case .wrongTravellers: self = .invalidData("The travelers are not those of the offer", "/data/travelers")
        case .notHoldable: self = .invalidData("Instant ticketing is required", "/data/ticketingAgreement")
        case .alreadyPaid: self = .ticketedAlready
        case .wrongAmount(let expected), .wrongCurrency(let expected):
            self = .discrepancy(now: expected.amount, requested: "")
        case .unknownOrder, .alreadyCancelled, .holdExpired: self = .notFound
        default: self = .system(500)
        }
    }
}
