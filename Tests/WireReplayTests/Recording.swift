import AmadeusProvider
import DuffelProvider
import FareDomain
import FarePorts
import NDCProvider
import Resilience
import Testing

/// A recorded answer, and the adapter that has to read it.
struct Recording: Sendable, CustomTestStringConvertible {
    enum Call: Sendable {
        case search
        /// Of the first offer of another recording, which is read first.
        case reprice(after: String)
    }

    /// Under the directory of recordings.
    let file: String
    var call = Call.search
    /// Makes of the recording what the call's answer looks like, where that differs.
    var envelope: (opening: String, closing: String)?
    let provider: @Sendable (_ baseURL: String, _ transport: any HTTPTransport) -> any FareProvider

    var testDescription: String { file }

    static let all: [Recording] = [
        Recording(file: "duffel/offer_requests_create_with_offers.json", provider: duffel),
        // A page of a list, `{"data":[…]}`, inside what a search answers.
        Recording(file: "duffel/offers_list.json", envelope: (#"{"data":{"offers":"#, "}}"), provider: duffel),
        Recording(
            file: "duffel/offers_show.json", call: .reprice(after: "duffel/offer_requests_create_with_offers.json"),
            provider: duffel),
        Recording(file: "amadeus/FlightOffersSearch_v2.get.200.json", provider: amadeus),
        Recording(file: "amadeus/FlightOffersSearch_v2.post.200.json", provider: amadeus),
        Recording(
            file: "amadeus/FlightOffersPrice_v1.post.200.json",
            call: .reprice(after: "amadeus/FlightOffersSearch_v2.get.200.json"), provider: amadeus),
        Recording(file: "ndc/air_shopping_rs.19.2.BCN-LHR.xml", provider: ndc),
    ]

    @Sendable
    private static func duffel(_ baseURL: String, _ transport: any HTTPTransport) -> any FareProvider {
        DuffelProvider(id: ProviderID("duffel"), baseURL: baseURL, token: "test", transport: transport)
    }

    @Sendable
    private static func amadeus(_ baseURL: String, _ transport: any HTTPTransport) -> any FareProvider {
        AmadeusProvider(
            id: ProviderID("amadeus"), baseURL: baseURL,
            credentials: AmadeusCredentials(clientID: "test", clientSecret: "test"), transport: transport,
            clock: SystemClock())
    }

    @Sendable
    private static func ndc(_ baseURL: String, _ transport: any HTTPTransport) -> any FareProvider {
        NDCProvider(
            id: ProviderID("ndc"), endpoint: baseURL, apiKey: "test", transport: transport, clock: SystemClock())
    }
}
