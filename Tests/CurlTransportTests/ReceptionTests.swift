import FarePorts
import Testing

@testable import CurlTransport

/// Takes what a test makes up in place of libcurl's callbacks.
private final class Receiver {
    var state = Reception()

    init(headLimit: Int = 1000, bodyLimit: Int = 1000) { state.begin(headLimit: headLimit, bodyLimit: bodyLimit) }

    func head(_ lines: [String]) -> Bool {
        lines.allSatisfy { line in Array("\(line)\r\n".utf8).withUnsafeBytes { state.appendHeader($0) } }
    }

    func body(_ count: Int, announced: Int?) -> Bool {
        [UInt8](repeating: 7, count: count).withUnsafeBytes { state.appendBody($0) { announced } }
    }
}

struct ReceptionTests {
    /// Under the announced length, beyond it, and without one.
    @Test(arguments: [100_000, 10, nil] as [Int?])
    func bodyIsHandedOverWithoutACopy(announced: Int?) {
        let reception = Receiver(bodyLimit: 200_000)
        for _ in 0..<10 { #expect(reception.body(10_000, announced: announced)) }
        let received = reception.state.body.withUnsafeBytes { $0.baseAddress }
        let body = reception.state.takeBody()
        #expect(body.count == 100_000)
        #expect(body.withUnsafeBytes { $0.baseAddress } == received)
        #expect(reception.state.body.isEmpty)
    }

    @Test func memoryFollowsTheLimitWhateverIsAnnounced() {
        let reception = Receiver(bodyLimit: 100_000)
        #expect(reception.body(1, announced: .max))
        #expect(reception.state.body.capacity < 200_000)
        for _ in 0..<99 { #expect(reception.body(1000, announced: .max)) }
        #expect(!reception.body(1000, announced: .max))
        #expect(reception.state.refusal == .bodyTooLarge)
        #expect(reception.state.body.capacity < 200_000)
    }

    @Test func headersOfAllAnswersTogetherAreLimited() {
        let reception = Receiver(headLimit: 100)
        #expect(reception.head(["HTTP/1.1 103 Early Hints", "Link: </a>", ""]))
        #expect(reception.head(["HTTP/1.1 103 Early Hints", "Link: </b>", ""]))
        #expect(!reception.head(["HTTP/1.1 200 OK", "X: 1", ""]))
        #expect(reception.state.refusal == .malformedAnswer)
    }

    @Test func handleForgetsTheLastAnswer() {
        let reception = Receiver(headLimit: 30, bodyLimit: 5)
        #expect(reception.head(["HTTP/1.1 200 OK", "A: 1", ""]))
        #expect(reception.body(5, announced: nil))
        #expect(!reception.body(1, announced: nil))
        reception.state.begin(headLimit: 30, bodyLimit: 5)
        #expect(reception.head(["HTTP/1.1 200 OK", "B: 2", ""]))
        #expect(reception.body(5, announced: nil))
        #expect(reception.state.refusal == nil)
        #expect(reception.state.headers() == [HTTPHeader("B", "2")])
    }
}
