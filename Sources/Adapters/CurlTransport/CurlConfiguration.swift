/// The limits of a `CurlTransport`. A request may carry its own timeouts and body limit; the rest holds for all.
public struct CurlConfiguration: Sendable {
    /// Calls that may be unfinished at once, waiting for the loop or under way; one more is refused as `overloaded`.
    public var maximumInFlight = 1024
    /// How long name lookup, TCP and TLS together may take.
    public var connectTimeout: Duration = .seconds(2)
    /// How long a whole transfer may take.
    public var timeout: Duration = .seconds(15)
    /// The most bytes of a body: as announced by Content-Length, and decompressed.
    public var bodyLimit = 32 * 1024 * 1024
    /// The most bytes of an answer's headers together, with those of interim answers and trailers.
    public var headerLimit = 64 * 1024
    /// Connections kept open for the next request.
    public var maximumIdleConnections = 128
    /// A connection that was idle for longer is not used again.
    public var idleConnectionAge: Duration = .seconds(60)
    /// A connection older than this is not used again, so that a change of address is noticed.
    public var connectionLifetime: Duration = .seconds(600)
    /// How long a connection is idle before TCP probes it, and how long between probes.
    public var keepAliveInterval: Duration = .seconds(15)
    /// How long the peer may leave sent bytes unacknowledged before the connection counts as lost. Without it, many
    /// requests in a row would share one dead HTTP/2 connection.
    public var unacknowledgedLimit: Duration = .seconds(10)
    /// Easy handles kept for the next transfers.
    public var maximumIdleHandles = 64
    /// A PEM file of trusted certificate authorities in place of the system's.
    public var certificateAuthorities: String?
    /// What `User-Agent` says, unless a request says otherwise.
    public var userAgent = "faremux"

    public init() {}
}
