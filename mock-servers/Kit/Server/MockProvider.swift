public import FareDomain

/// The mocks there are: their names, their ports, and how each is made. A new mock is one line in `all`.
public struct MockProvider: Sendable {
    /// What a mock is made with.
    public struct Settings: Sendable {
        public var seed: UInt64
        /// What fares are sold in unless a caller asks for another currency.
        public var currency: Currency
        /// Where its state is kept; nil to keep none.
        public var statePath: String?
        public var now: @Sendable () -> Timestamp

        public init(seed: UInt64, currency: Currency, statePath: String?, now: @escaping @Sendable () -> Timestamp) {
            self.seed = seed
            self.currency = currency
            self.statePath = statePath
            self.now = now
        }

        /// The till of a seller in the world of the seed.
        ///
        /// - Parameters:
        ///   - seller: the mock's name.
        ///   - offersLive: how long a quoted offer can be bought.
        func shop(_ seller: String, offersLive: Duration = .seconds(1800)) throws -> Shop {
            let catalogue = Catalogue(seller: seller, world: FlightWorld(seed: seed), currency: currency)
            return try Shop(
                catalogue: catalogue, seed: seed, offersLive: offersLive, statePath: statePath, now: now)
        }
    }

    /// As the command line names it.
    public let name: String
    /// Where it listens unless told otherwise.
    public let port: Int
    let make: @Sendable (Settings) throws -> any Dialect

    /// All of them, by port.
    public static let all: [MockProvider] = [
        MockProvider(name: "duffel", port: 9101) { try DuffelDialect(settings: $0) },
        MockProvider(name: "amadeus", port: 9102) { try AmadeusDialect(settings: $0) },
        MockProvider(name: "ndc", port: 9103) { try NDCDialect(settings: $0) },
        MockProvider(name: "payments", port: 9110) { try PaymentsDialect(settings: $0) },
    ]

    /// Its server.
    ///
    /// - Parameter port: nil for its own; 0 for any free one.
    /// - Throws: where the state file can't be used.
    public func server(port: Int?, settings: Settings) throws -> MockServer {
        MockServer(dialect: try make(settings), port: port ?? self.port, seed: settings.seed, now: settings.now)
    }

    /// A currency that the mocks can sell in.
    ///
    /// - Returns: nil for a code without a rate.
    public static func currency(_ code: String) -> Currency? { ExchangeTable.currency(code) }
}
