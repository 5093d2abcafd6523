import FareDomain
import FarePorts
import WireFormats

/// How long a peer asks us to stay away.
enum PeerPause {
    /// The longer of `Retry-After` (RFC 9110, section 10.2.3) and, with a 429, `ratelimit-reset`: seconds, or an
    /// HTTP-date, as Duffel sends it. Nil where neither is there, or readable.
    static func requested(by response: HTTPResponse, now: Timestamp) -> Duration? {
        let retryAfter = response.header("Retry-After").flatMap { duration($0, now: now) }
        guard response.status == 429 else { return retryAfter }
        let reset = response.header("ratelimit-reset").flatMap { duration($0, now: now) }
        return [retryAfter, reset].compactMap(\.self).max()
    }

    static func duration(_ text: String, now: Timestamp) -> Duration? {
        let text = text.drop { $0 == " " }
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            // More digits than fit say "not soon" all the same.
            return .seconds(min(Int64(text) ?? .max, 86_400 * 365))
        }
        guard let date = try? HTTPDate.parse(text, now: now) else { return nil }
        return max(.zero, now.duration(to: date))
    }
}
