import FareDomain
import FarePorts
import WireFormats

/// Amadeus' self-service flight APIs, as their OpenAPI files and the official Python client know them, and the issuance
/// call of the enterprise ones.
///
/// Which call is which operation, and which refusal stands for what: `Amadeus/README.md`.
struct AmadeusDialect: Dialect {
    let name = "amadeus"
    let shop: Shop
    let tokens: AmadeusTokens
    /// Signs the offers, so that one that was changed is known.
    let seal: AmadeusSeal
    let now: @Sendable () -> Timestamp

    init(settings: MockProvider.Settings) throws {
        shop = try settings.shop("amadeus")
        tokens = AmadeusTokens(shop: shop, now: settings.now)
        seal = AmadeusSeal(seed: settings.seed)
        now = settings.now
    }

    func classify(_ request: MockRequest) -> Classification {
        let route = AmadeusRoute(request)
        // What is refused for its token is no operation: the caller comes again with a new one.
        guard route.isOpen || tokens.refusal(request) == nil else { return .aside }
        switch route {
        case .createToken: return .opens(.token)
        case .search: return .opens(.search)
        case .price: return .opens(.reprice)
        case .createOrder: return .opens(AmadeusOrderRequest.isConfirmed(request.body) ? .confirm : .hold)
        case .issue: return .opens(.confirm)
        case .showOrder: return .opens(.status)
        case .deleteOrder(let id): return .opens((try? shop.order(id: id))?.state == .held ? .release : .cancel)
        case .showToken, .none: return .aside
        }
    }

    func answer(_ request: MockRequest, fault: DomainFault?) -> MockReply {
        do {
            return try perform(request, fault: fault)
        } catch let problem as AmadeusProblem {
            return problem.reply
        } catch let failure as ShopFailure {
            return AmadeusProblem(failure).reply
        } catch is WireError {
            return AmadeusProblem.invalidFormat("/").reply
        } catch {
            return AmadeusProblem.system(500).reply
        }
    }

    private func perform(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        let route = AmadeusRoute(request)
        if !route.isOpen, let refusal = tokens.refusal(request) { throw refusal }
        switch route {
        case .createToken: return try tokens.create(request)
        case .showToken(let token): return tokens.show(token)
        case .search: return try search(request)
        case .price: return try price(request, fault: fault)
        case .createOrder: return try createOrder(request, fault: fault)
        case .issue(let id): return try issue(id, fault: fault)
        case .showOrder(let id): return try showOrder(id)
        case .deleteOrder(let id): return try deleteOrder(id)
        case .none: throw AmadeusProblem.noResource
        }
    }

    func failure(status: Int) -> MockReply { AmadeusProblem(status: status).reply }

    /// Amadeus sends no headers with it.
    func rateLimited() -> MockReply { AmadeusProblem(status: 429).reply }

    func ledger() -> MockReply { shop.ledger() }
    func reset() { shop.reset() }
}

/// What a request asks for, by its method and path.
enum AmadeusRoute: Equatable {
    case createToken
    case showToken(String)
    case search
    case price
    case createOrder
    case issue(String)
    case showOrder(String)
    case deleteOrder(String)
    case none

    init(_ request: MockRequest) {
        let steps = request.steps
        switch (request.method, steps.first ?? "", steps.dropFirst().first ?? "", steps.dropFirst(2).first ?? "") {
        case ("POST", "v1", "security", "oauth2") where steps.count == 4: self = .createToken
        case ("GET", "v1", "security", "oauth2") where steps.count == 5: self = .showToken(steps[4])
        case ("GET", "v2", "shopping", "flight-offers") where steps.count == 3,
            ("POST", "v2", "shopping", "flight-offers") where steps.count == 3:
            self = .search
        case ("POST", "v1", "shopping", "flight-offers") where steps.count == 4 && steps[3] == "pricing": self = .price
        case ("POST", "v1", "booking", "flight-orders") where steps.count == 3: self = .createOrder
        case ("POST", "v1", "booking", "flight-orders") where steps.count == 5 && steps[4] == "issuance":
            self = .issue(steps[3])
        case ("GET", "v1", "booking", "flight-orders") where steps.count == 4: self = .showOrder(steps[3])
        case ("DELETE", "v1", "booking", "flight-orders") where steps.count == 4: self = .deleteOrder(steps[3])
        default: self = .none
        }
    }

    /// Whether it needs no token.
    var isOpen: Bool {
        switch self {
        case .createToken, .showToken: true
        default: false
        }
    }
}
