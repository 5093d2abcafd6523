import AmadeusProvider
import DuffelProvider
import FarePorts
import GuardedTransport
import NDCProvider
import Resilience

/// The wire formats that are spoken here. A new provider is one more line in each of these.
enum Dialect: String, CaseIterable {
    case duffel, amadeus, ndc

    /// How a dialect lets its callers in.
    enum Authentication {
        case token, clientCredentials, apiKey
    }

    var authentication: Authentication {
        switch self {
        case .duffel: .token
        case .amadeus: .clientCredentials
        case .ndc: .apiKey
        }
    }

    func provider(
        _ configuration: ProviderConfiguration, transport: any HTTPTransport, clock: any MonotonicClock & WallClock
    ) -> any FareProvider {
        switch self {
        case .duffel:
            DuffelProvider(
                id: configuration.id, baseURL: configuration.baseURL, token: configuration.credentials.token,
                transport: transport, clock: clock, searchTimeout: configuration.guarding.timeouts.search)
        case .amadeus:
            AmadeusProvider(
                id: configuration.id, baseURL: configuration.baseURL,
                credentials: AmadeusCredentials(
                    clientID: configuration.credentials.clientID,
                    clientSecret: configuration.credentials.clientSecret),
                transport: transport, clock: clock)
        case .ndc:
            NDCProvider(
                id: configuration.id, endpoint: configuration.baseURL, apiKey: configuration.credentials.apiKey,
                transport: transport, clock: clock)
        }
    }
}
