import CurlTransport
import FareDomain
import FarePorts
import FareSearch
import Foundation
import Resilience
import WireFormats

/// Gets the exchange rates that the configuration names.
enum RatesLoading {
    static func load(
        _ source: String?, over transport: any HTTPTransport, clock: any MonotonicClock
    ) async throws -> ExchangeRates? {
        guard let source else { return nil }
        do {
            return try ECBRates.parse(try await bytes(of: source, over: transport, clock: clock))
        } catch let error as WireError {
            throw StartError("the exchange rates \(source) can't be read: \(error)")
        } catch let error as TransportError {
            throw StartError("the exchange rates \(source) can't be fetched: \(error.code.rawValue) \(error.detail)")
        }
    }

    private static func bytes(
        of source: String, over transport: any HTTPTransport, clock: any MonotonicClock
    ) async throws -> PaddedBytes {
        guard source.hasPrefix("http://") || source.hasPrefix("https://") else {
            guard let data = FileManager.default.contents(atPath: source) else {
                throw StartError("the exchange rates \(source) can't be opened")
            }
            return PaddedBytes(Array(data))
        }
        let response = try await transport.send(
            HTTPRequest(
                .get, source, operation: .status, effect: .read, deadline: clock.now.advanced(by: .seconds(15))))
        guard response.isSuccess else { throw StartError("the exchange rates \(source) answered \(response.status)") }
        return response.body
    }
}
