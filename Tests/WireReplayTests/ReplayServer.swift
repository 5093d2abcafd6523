import FareTestSupport
import Synchronization

/// Answers every request with the same recording, and any request for an access token with a token.
final class ReplayServer: Sendable {
    private static let token = #"{"access_token":"test","token_type":"Bearer","expires_in":1799,"state":"approved"}"#

    private final class Shelf: Sendable {
        let current = Mutex<(type: String, body: [UInt8])>(("text/plain", []))
    }

    private let shelf = Shelf()
    private let server: FaultServer

    init() throws {
        let shelf = shelf
        server = try FaultServer { connection in
            while let request = connection.readRequest() {
                var (type, body) = shelf.current.withLock { $0 }
                if request.path.contains("oauth2/token") {
                    (type, body) = ("application/json", Array(ReplayServer.token.utf8))
                }
                guard connection.answer(200, headers: ["Content-Type: \(type)"], body: body) else { return }
            }
        }
    }

    var baseURL: String { String(server.url().dropLast()) }

    /// What is answered from now on.
    func serve(_ body: [UInt8], type: String) {
        shelf.current.withLock { $0 = (type, body) }
    }

    func stop() { server.stop() }
}
