import Hummingbird
import NIOCore

/// Does to a connection what a fault says. The only place that knows what each fault looks like from outside.
struct FaultDelivery: Sendable {
    let dialect: any Dialect
    let lateWork: LateWork
    /// Bounds everything that would last for ever: a hang, a drip.
    static let longest = Duration.seconds(600)
    private static let dripPause = Duration.milliseconds(20)
    /// A little over 64 MiB.
    private static let oversize = 65 * 1_048_576

    /// The answer to a request that a rule struck.
    ///
    /// What is applied is applied at once; the delay of a fault is between that and its showing.
    func respond(to request: MockRequest, struck rule: FaultRule, on channel: any Channel) async throws -> Response {
        switch rule.fault {
        case .latency: return try await late(rule, Response(dialect.answer(request, fault: nil)))
        case .status: return try await late(rule, Response(dialect.failure(status: rule.status)))
        case .htmlError: return try await late(rule, htmlPage(rule.status))
        case .rateLimit: return try await late(rule, Response(dialect.rateLimited()))
        case .soldOut, .priceChange, .decline, .actionRequired, .expireEarly, .storedError, .storedErrorAfter:
            return try await inDomain(request, rule)
        case .hang:
            await channel.outlast(FaultDelivery.longest)
        case .resetBefore:
            try await Task.sleep(for: rule.latency)
            await channel.abort()
        case .resetAfter:
            _ = dialect.answer(request, fault: nil)
            try await Task.sleep(for: rule.latency)
            await channel.abort()
        case .lateApply:
            let dialect = self.dialect
            lateWork.schedule(after: rule.latency) { _ = dialect.answer(request, fault: nil) }
            await channel.abort()
        case .truncate, .garbage, .drip, .oversize:
            return try await late(rule, broken(dialect.answer(request, fault: nil), rule.fault, on: channel))
        }
        // The connection is gone: nobody reads this.
        return Response(status: .noContent)
    }

    private func late(_ rule: FaultRule, _ response: Response) async throws -> Response {
        try await Task.sleep(for: rule.latency)
        return response
    }

    private func inDomain(_ request: MockRequest, _ rule: FaultRule) async throws -> Response {
        let fault: DomainFault =
            switch rule.fault {
            case .priceChange: .priceMoved(percent: rule.percent)
            case .decline: .declined
            case .actionRequired: .actionRequired
            case .expireEarly: .endsEarly(after: rule.latency)
            case .storedError: .failed(applied: false)
            case .storedErrorAfter: .failed(applied: true)
            default: .soldOut
            }
        // The delay of `expire_early` is the life of the hold, not of the answer.
        if rule.fault != .expireEarly { try await Task.sleep(for: rule.latency) }
        return Response(dialect.answer(request, fault: fault))
    }

    private func htmlPage(_ status: Int) -> Response {
        let text =
            "<html><head><title>\(status)</title></head><body><h1>The service is not available</h1></body></html>"
        return Response(
            MockReply(status: status, headers: [("content-type", "text/html; charset=utf-8")], body: Array(text.utf8)))
    }

    private func broken(_ reply: MockReply, _ fault: FaultKind, on channel: any Channel) -> Response {
        switch fault {
        case .garbage:
            // Neither JSON nor XML nor UTF-8.
            var answer = reply
            answer.status = 200
            answer.body = Array("}{<not> the format &".utf8) + [0xFF, 0xFE, 0x00]
            return Response(answer)
        case .truncate: return truncated(reply, on: channel)
        case .drip: return dripping(reply, on: channel)
        default: return oversized(reply)
        }
    }

    /// The head promises the whole body; half of it comes, then the end of the connection.
    private func truncated(_ reply: MockReply, on channel: any Channel) -> Response {
        var response = Response(reply)
        let half = ByteBuffer(bytes: reply.body.prefix(reply.body.count / 2))
        response.body = ResponseBody(contentLength: reply.body.count) { writer in
            try await writer.write(half)
            // Closing the output waits for what was written; closing all of it would not.
            try? await channel.close(mode: .output).get()
            try? await channel.close().get()
        }
        return response
    }

    private func dripping(_ reply: MockReply, on channel: any Channel) -> Response {
        var response = Response(reply)
        response.body = ResponseBody(contentLength: reply.body.count) { writer in
            let end = ContinuousClock.now.advanced(by: FaultDelivery.longest)
            for byte in reply.body {
                try await writer.write(ByteBuffer(integer: byte))
                try await Task.sleep(for: FaultDelivery.dripPause)
                guard ContinuousClock.now < end else { return await channel.abort() }
            }
            try await writer.finish(nil)
        }
        return response
    }

    /// The right body, and then blanks, which JSON and XML both allow: only its size is wrong.
    private func oversized(_ reply: MockReply) -> Response {
        var response = Response(reply)
        let blanks = ByteBuffer(repeating: UInt8(ascii: " "), count: 65_536)
        response.headers[.contentLength] = nil
        response.body = ResponseBody { writer in
            try await writer.write(ByteBuffer(bytes: reply.body))
            for _ in 0..<(FaultDelivery.oversize / blanks.readableBytes) { try await writer.write(blanks) }
            try await writer.finish(nil)
        }
        return response
    }
}
