import FareDomain
import Synchronization
import WireFormats

/// Counts the operations since the last reset, and remembers the last hundred requests.
final class RequestLog: Sendable {
    private struct Line: Sendable {
        let operation: MockOperation?
        let method: String
        let path: String
        let headers: [String: String]
        let at: String
    }

    private struct Counts: Sendable {
        var byOperation: [MockOperation: Int] = [:]
        var last: [Line] = []
    }

    private static let remembered = 100
    /// Guards the counts.
    private let counts = Mutex(Counts())

    /// A call that continues an operation is remembered, not counted again.
    func record(_ request: MockRequest, as classification: Classification, at time: Timestamp) {
        counts.withLock { counts in
            if case .opens(let operation) = classification { counts.byOperation[operation, default: 0] += 1 }
            counts.last.append(
                Line(
                    operation: classification.operation, method: request.method, path: request.path,
                    headers: request.headers, at: time.utcText))
            if counts.last.count > RequestLog.remembered { counts.last.removeFirst() }
        }
    }

    func reset() { counts.withLock { $0 = Counts() } }

    /// The body of `GET /__mock/requests`.
    func reply() -> MockReply {
        let counts = counts.withLock { $0 }
        return .json(200) { writer in
            writer.object { writer in
                for operation in MockOperation.allCases {
                    writer.member(operation.rawValue, counts.byOperation[operation] ?? 0)
                }
                writer.array("last") { writer in
                    for line in counts.last { RequestLog.write(line, to: &writer) }
                }
            }
        }
    }

    private static func write(_ line: Line, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("operation", line.operation?.rawValue)
            writer.member("method", line.method)
            writer.member("path", line.path)
            writer.object("headers") { writer in
                for (name, value) in line.headers.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
            }
            writer.member("at", line.at)
        }
    }
}
