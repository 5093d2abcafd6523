import FarePorts

extension HTTPRequest {
    /// Why this may not be sent at all: what could reach another place, or say another thing, than it seems to.
    var refusal: TransportError? {
        let url = url.utf8
        if !url.allSatisfy({ (0x21...0x7E).contains($0) }) { return .bad("the URL has a character that it can't have") }
        guard let host else { return .bad("not an http or https URL") }
        if host.isEmpty { return .bad("the URL has no host") }
        for header in headers {
            if header.name.isEmpty || !header.name.utf8.allSatisfy(isTokenByte) { return .bad("a header's name") }
            if !header.value.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) {
                return .bad("the value of \(header.name)")
            }
            if framing.contains(header.name.lowercased()) { return .bad("\(header.name) follows from the body") }
        }
        return nil
    }

    /// The host and port that the URL names; nil unless it is `http` or `https`. Leaves out credentials.
    var host: Substring? {
        guard let scheme = url.firstRange(of: "://") else { return nil }
        guard ["http", "https"].contains(url[..<scheme.lowerBound].lowercased()) else { return nil }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { !"/?#\\".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return authority }
        return authority[authority.index(after: at)...]
    }
}

/// What decides where a message ends is libcurl's to write.
private let framing: Set<String> = ["content-length", "transfer-encoding", "expect"]

/// RFC 9110, section 5.6.2.
private func isTokenByte(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"):
        true
    default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
    }
}

extension TransportError {
    fileprivate static func bad(_ detail: String) -> TransportError {
        TransportError(.badRequest, maybeSent: false, detail: detail)
    }
}
