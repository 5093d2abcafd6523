/// Ways to misbehave.
extension FaultServer {
    /// Answers each request with what `respond` makes of it, and keeps the connection open.
    public static func answering(
        status: Int = 200, headers: [String] = [],
        body: @escaping @Sendable (FaultServerConnection.Request) -> [UInt8] = { _ in [] }
    ) -> Script {
        { connection in
            while let request = connection.readRequest() {
                guard connection.answer(status, headers: headers, body: body(request)) else { return }
            }
        }
    }

    /// Takes one request, sends `bytes` as they are, and closes.
    public static func sending(_ bytes: String) -> Script {
        { connection in
            guard connection.readRequest() != nil else { return }
            connection.write(bytes)
        }
    }

    /// Takes one request, sends `bytes`, and then nothing more while the connection stays open.
    public static func stalling(after bytes: String = "") -> Script {
        { connection in
            guard connection.readRequest() != nil else { return }
            connection.write(bytes)
            connection.waitForClose()
        }
    }

    /// Takes one request, sends `bytes`, and resets the connection.
    public static func resetting(after bytes: String = "") -> Script {
        { connection in
            guard connection.readRequest() != nil else { return }
            connection.write(bytes)
            connection.resetOnClose()
        }
    }

    /// Sends a right answer's bytes one at a time, with pauses.
    public static func dripping(_ body: String, pauseMilliseconds: Int32) -> Script {
        { connection in
            guard connection.readRequest() != nil else { return }
            let whole = "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)"
            for byte in whole.utf8 {
                guard connection.write([byte]), connection.pause(milliseconds: pauseMilliseconds) else { return }
            }
        }
    }

    /// Sends `byteCount` zeros, with or without saying beforehand how many.
    public static func flooding(byteCount: Int, announced: Bool) -> Script {
        { connection in
            guard connection.readRequest() != nil else { return }
            connection.write("HTTP/1.1 200 OK\r\n" + (announced ? "Content-Length: \(byteCount)\r\n" : "") + "\r\n")
            let chunk = [UInt8](repeating: 0, count: 65_536)
            for _ in 0..<(byteCount / chunk.count) {
                guard connection.write(chunk) else { return }
            }
        }
    }
}
