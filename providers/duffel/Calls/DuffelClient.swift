import FareDomain
import FarePorts
import Resilience
import WireFormats

/// Sends calls, and tells answers from failures.
struct DuffelClient: Sendable {
    private let baseURL: String
    private let token: String
    private let transport: any HTTPTransport
    let clock: any MonotonicClock & WallClock

    init(baseURL: String, token: String, transport: any HTTPTransport, clock: any MonotonicClock & WallClock) {
        self.baseURL = baseURL.hasSuffix("/") ? String(baseURL.dropLast()) : baseURL
        self.token = token
        self.transport = transport
        self.clock = clock
    }

    /// The `data` of the answer.
    func data(of call: DuffelCall) async throws(ProviderError) -> JSONValue {
        do throws(DuffelFailure) {
            return try await send(call)
        } catch {
            throw error.error
        }
    }

    /// The whole answer: a list, with `meta` beside its `data`.
    func page(of call: DuffelCall) async throws(ProviderError) -> JSONValue {
        do throws(DuffelFailure) {
            return try await document(of: call).root
        } catch {
            throw error.error
        }
    }

    /// As `data(of:)`, for callers that need Duffel's own error code.
    func send(_ call: DuffelCall) async throws(DuffelFailure) -> JSONValue {
        let document = try await document(of: call)
        do throws(WireError) {
            return try document.root.require("data")
        } catch {
            throw DuffelFailure(unreadable(error))
        }
    }

    /// Runs `body` over an answer; what it can't read leaves the call's outcome unknown.
    func reading<Result>(_ body: () throws(WireError) -> Result) throws(ProviderError) -> Result {
        do throws(WireError) {
            return try body()
        } catch {
            throw unreadable(error)
        }
    }

    func cancellation(_ data: JSONValue, of order: ProviderOrder) throws(DuffelFailure) -> Cancellation {
        do throws(WireError) {
            return try Cancellation(data, of: order)
        } catch {
            throw DuffelFailure(unreadable(error))
        }
    }

    private func document(of call: DuffelCall) async throws(DuffelFailure) -> JSONDocument {
        let response: HTTPResponse
        do throws(TransportError) {
            response = try await transport.send(call.request(baseURL: baseURL, token: token))
        } catch {
            throw DuffelFailure(ProviderError(error))
        }
        guard response.isSuccess else {
            throw DuffelProblem(response, now: clock.timestamp).failure(in: call.operation)
        }
        // duffel.com/docs/guides: 202 on an order means that it may still come about, and must not be sent again.
        guard response.status != 202 else {
            throw DuffelFailure(ProviderError(.unreadable, outcome: .unknown, detail: "202: accepted, not done yet"))
        }
        do throws(WireError) {
            return try JSONDocument(response.body)
        } catch {
            throw DuffelFailure(unreadable(error))
        }
    }

    private func unreadable(_ error: WireError) -> ProviderError {
        ProviderError(.unreadable, outcome: .unknown, detail: error.description)
    }
}
