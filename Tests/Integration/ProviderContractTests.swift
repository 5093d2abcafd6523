import AmadeusProvider
import CurlTransport
import DuffelProvider
import FareDomain
import FarePorts
import FareTestSupport
import NDCProvider
import Resilience
import Testing

/// Every provider keeps the provider contract, over HTTP, against its own mock.
@Suite(.serialized) struct ProviderContractTests {
    @Test(arguments: World.providers) func providerKeepsTheContract(name: String) async throws {
        let program = try BuiltProgram("mock-provider", arguments: [name, "--port", "0", "--seed", "3"])
        let base = try await program.line(after: "\(name) listening on ")
        let transport = try CurlTransport()
        let clock = SystemClock()
        let contract = ProviderContract(
            provider: provider(name, base, transport), mock: .http(base, transport: transport, clock: clock),
            clock: clock)
        for check in ProviderContract.checks where applies(check, to: name) {
            await #expect(throws: Never.self, "\(check)") { try await check.run(contract) }
        }
        await transport.shutdown()
        await program.stop()
    }

    /// Amadeus' mock sells nothing that can't be held: without a list of orders, such an offer is not booked.
    private func applies(_ check: ProviderContract.Check, to name: String) -> Bool {
        name != "amadeus" || !"\(check)".contains("can't be held")
    }

    private func provider(_ name: String, _ base: String, _ transport: CurlTransport) -> any FareProvider {
        let id = ProviderID(name)
        let clock = SystemClock()
        return switch name {
        case "duffel": DuffelProvider(id: id, baseURL: base, token: "test", transport: transport)
        case "amadeus":
            AmadeusProvider(
                id: id, baseURL: base, credentials: AmadeusCredentials(clientID: "test", clientSecret: "test"),
                transport: transport, clock: clock)
        default: NDCProvider(id: id, endpoint: base, apiKey: "test", transport: transport, clock: clock)
        }
    }
}
