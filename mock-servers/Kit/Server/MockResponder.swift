import FareDomain
import HTTPTypes
import Hummingbird
import NIOCore
import WireFormats

/// Takes every request of one mock: the controls, then the fault rules, then the dialect.
struct MockResponder: HTTPResponder {
    typealias Context = MockContext

    let dialect: any Dialect
    let engine: FaultEngine
    let lateWork: LateWork
    let log = RequestLog()
    let now: @Sendable () -> Timestamp

    private static let bodyLimit = 16 * 1_048_576

    func respond(to request: Request, context: MockContext) async throws -> Response {
        guard let call = try await read(request) else {
            return Response(MockReply(status: 400, body: Array("unreadable request\n".utf8)))
        }
        if call.path.hasPrefix("/__mock/") { return Response(control(call)) }
        let classification = dialect.classify(call)
        log.record(call, as: classification, at: now())
        guard case .opens(let operation) = classification, let rule = engine.decide(operation) else {
            return Response(dialect.answer(call, fault: nil))
        }
        return try await FaultDelivery(dialect: dialect, lateWork: lateWork)
            .respond(to: call, struck: rule, on: context.channel)
    }

    /// Nil for a query that isn't one.
    private func read(_ request: Request) async throws -> MockRequest? {
        let body = try await request.body.collect(upTo: MockResponder.bodyLimit)
        guard let query = try? FormEncoding.decode(Array((request.uri.query ?? "").utf8)) else { return nil }
        var headers: [String: String] = [:]
        for field in request.headers { headers[field.name.canonicalName] = field.value }
        if let authority = request.head.authority { headers["host"] = authority }
        return MockRequest(
            method: request.method.rawValue, path: request.uri.path, query: query, headers: headers,
            body: Array(body.readableBytesView))
    }

    private func control(_ call: MockRequest) -> MockReply {
        switch (call.method, call.path) {
        case ("GET", "/__mock/ledger"): return dialect.ledger()
        case ("GET", "/__mock/requests"): return log.reply()
        case ("GET", "/__mock/faults"): return rules()
        case ("DELETE", "/__mock/faults"):
            engine.replace(with: [])
            return rules()
        case ("PUT", "/__mock/faults"): return replaceRules(call.body)
        case ("POST", "/__mock/reset"):
            engine.replace(with: [])
            log.reset()
            lateWork.reset()
            dialect.reset()
            return .json(200) { writer in writer.object { $0.member("reset", true) } }
        case (_, "/__mock/ledger"), (_, "/__mock/requests"), (_, "/__mock/faults"), (_, "/__mock/reset"):
            return problem(405, "no such method on \(call.path)")
        default: return problem(404, "no such control: \(call.path)")
        }
    }

    private func replaceRules(_ body: [UInt8]) -> MockReply {
        do {
            engine.replace(with: try FaultRule.rules(from: body))
            return rules()
        } catch {
            return problem(422, "\(error.path): \(error.detail.isEmpty ? error.code.rawValue : error.detail)")
        }
    }

    private func rules() -> MockReply {
        .json(200) { writer in
            writer.object { writer in
                writer.array("rules") { writer in
                    for (rule, fired) in engine.rules { rule.write(fired: fired, to: &writer) }
                }
            }
        }
    }

    private func problem(_ status: Int, _ text: String) -> MockReply {
        .json(status) { writer in writer.object { $0.member("error", text) } }
    }
}

extension Response {
    init(_ reply: MockReply) {
        var fields = HTTPFields()
        for (name, value) in reply.headers {
            // Names are the dialects' own and valid; one that isn't would be a header nobody can send.
            if let name = HTTPField.Name(name) { fields.append(HTTPField(name: name, value: value)) }
        }
        self.init(
            status: HTTPResponse.Status(code: reply.status), headers: fields,
            body: reply.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: reply.body)))
    }
}
