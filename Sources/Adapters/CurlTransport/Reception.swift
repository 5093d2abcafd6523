import FarePorts

/// What has arrived of an answer, within its limits.
struct Reception {
    /// Status line and headers of the last answer, as they came.
    private(set) var head: [UInt8] = []
    private(set) var body: [UInt8] = []
    /// Why more was refused.
    private(set) var refusal: TransportError.Code?

    private var headLimit = 0
    private var bodyLimit = 0
    private var headBytes = 0
    private var headIsComplete = false

    /// Makes room for another answer. The memory for the head stays: it is bounded by its limit.
    mutating func begin(headLimit: Int, bodyLimit: Int) {
        head.removeAll(keepingCapacity: true)
        body = []
        refusal = nil
        headBytes = 0
        headIsComplete = false
        self.headLimit = headLimit
        self.bodyLimit = bodyLimit
    }

    /// Takes one line, as libcurl hands them over. A status line starts anew: what came before was an interim answer.
    /// Trailers count, and are dropped: nothing may add to the headers behind the body.
    mutating func appendHeader(_ line: UnsafeRawBufferPointer) -> Bool {
        headBytes += line.count
        guard headBytes <= headLimit else {
            refusal = .malformedAnswer
            return false
        }
        if line.starts(with: "HTTP/".utf8) {
            head.removeAll(keepingCapacity: true)
            headIsComplete = false
        }
        guard !headIsComplete else { return true }
        head.append(contentsOf: line)
        headIsComplete = line.first == UInt8(ascii: "\r") || line.first == UInt8(ascii: "\n")
        return true
    }

    /// - Parameter announced: the answer's length where it is known, asked for at the first bytes only.
    mutating func appendBody(_ bytes: UnsafeRawBufferPointer, announced: () -> Int?) -> Bool {
        guard bytes.count <= bodyLimit - body.count else {
            refusal = .bodyTooLarge
            return false
        }
        let needed = body.count + bytes.count + PaddedBytes.padding
        if body.isEmpty {
            let expected = min(announced() ?? 0, bodyLimit)
            body.reserveCapacity(max(needed, expected + PaddedBytes.padding))
        } else if body.capacity < needed {
            body.reserveCapacity(max(needed, min(body.capacity * 2, bodyLimit + PaddedBytes.padding)))
        }
        body.append(contentsOf: bytes)
        return true
    }

    /// Gives the body away, without a copy.
    mutating func takeBody() -> PaddedBytes {
        var taken: [UInt8] = []
        swap(&taken, &body)
        return PaddedBytes(consume taken)
    }

    /// The headers in their order.
    func headers() -> [HTTPHeader] {
        var result: [HTTPHeader] = []
        for line in head.split(separator: UInt8(ascii: "\n")).dropFirst() {
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { continue }
            result.append(HTTPHeader(text(line[..<colon]), text(line[line.index(after: colon)...])))
        }
        return result
    }

    private func text(_ bytes: ArraySlice<UInt8>) -> String {
        var bytes = bytes
        while let last = bytes.last, Reception.isSpace(last) { bytes.removeLast() }
        while let first = bytes.first, Reception.isSpace(first) { bytes.removeFirst() }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r")
    }
}
