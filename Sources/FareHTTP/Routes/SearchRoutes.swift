import FareDomain
import FarePorts
import FareSearch
import HTTPTypes
import Hummingbird
import NIOCore
import Resilience
import WireFormats

/// `/search` and `/offers/{id}`.
struct SearchRoutes: Sendable {
    let search: FareSearch
    let clock: any MonotonicClock & WallClock

    func add(to router: Router<EdgeContext>) {
        router.post("/search") { request, context in
            let (root, _) = try await request.jsonObject()
            return try await respond(to: request, body: try read(root), context)
        }
        router.get("/search") { request, context in
            let root = try QueryString.object(of: request)
            return try await respond(to: request, body: try read(root), context)
        }
        router.get("/offers/:id") { _, context in
            let id = OfferID(try context.parameters.require("id"))
            let listed = try search.book.listed(id, at: clock.timestamp)
            return Answer(status: 200, body: OfferBody(offer: listed.offer).json()).response
        }
    }

    private func read(_ root: JSONValue) throws(Problem) -> SearchBody {
        var reader = FieldReader()
        guard let fields = reader.object(root, at: "", allowing: SearchBody.names) else {
            throw Problem(reader.violations)
        }
        let passengers = SearchBody.passengers(fields, &reader)
        guard
            let body = SearchBody(
                fields, passengers: passengers, now: clock.timestamp, reader: &reader)
        else { throw Problem(reader.violations) }
        return body
    }

    private func respond(to request: Request, body: SearchBody, _ context: EdgeContext) async throws -> Response {
        let options = SearchOptions(
            deadline: clock.now.advanced(by: body.deadline), settle: body.settle, order: body.order,
            requestID: context.requestID, traceparent: context.traceparent)
        if request.headers[.accept]?.contains("text/event-stream") == true {
            return stream(body, options)
        }
        let outcome = await search.search(body.query, options: options)
        try check(outcome)
        return Answer(
            status: 200, body: SearchResultBody(outcome: outcome, limit: body.limit).json(reserving: 1 << 16)
        ).response
    }

    /// Nobody answered: 504 if all were too slow, 503 otherwise.
    private func check(_ outcome: SearchOutcome) throws(Problem) {
        guard !outcome.isAnswered else { return }
        let timedOut = !outcome.reports.isEmpty && outcome.reports.allSatisfy { $0.status == .timeout }
        var problem = Problem(
            timedOut ? .deadlineExceeded : .noProviderAvailable, outcome.summary,
            retryAfter: timedOut ? nil : .seconds(5))
        problem.extensions = [JSONNode.Member("providers", outcome.reportsNode)]
        throw problem
    }

    /// One event as each provider answers, then the result.
    private func stream(_ body: SearchBody, _ options: SearchOptions) -> Response {
        let search = search
        return Response(
            status: .ok, headers: [.contentType: "text/event-stream", .cacheControl: "no-store"],
            body: ResponseBody { writer in
                let (reports, continuation) = AsyncStream.makeStream(of: ProviderReport.self)
                let outcome = try await withThrowingTaskGroup(of: SearchOutcome.self) { group in
                    group.addTask {
                        defer { continuation.finish() }
                        return await search.search(body.query, options: options) { continuation.yield($0) }
                    }
                    for await report in reports {
                        try await writer.write(event("provider", ProviderReportBody(report: report).json()))
                    }
                    // The group has exactly one child, so there is a result.
                    return try await group.next()!
                }
                let result = SearchResultBody(outcome: outcome, limit: body.limit).json(reserving: 1 << 16)
                try await writer.write(event("result", result))
                try await writer.finish(nil)
            })
    }
}

extension OfferBook {
    /// An offer that a caller names.
    ///
    /// - Throws: 410 for one that can't be had any more, 404 for one that never was.
    func listed(_ id: OfferID, at now: Timestamp) throws(Problem) -> ListedOffer {
        switch page(id, at: now) {
        case .offer(let listed): return listed
        case .expired: throw Problem(.offerExpired, "search again")
        case .unknown: throw Problem(.notFound, "there is no offer \(id.rawValue.prefix(64))")
        }
    }
}

private func event(_ name: String, _ data: [UInt8]) -> ByteBuffer {
    var buffer = ByteBuffer(string: "event: \(name)\ndata: ")
    buffer.writeBytes(data)
    buffer.writeString("\n\n")
    return buffer
}
