import FareDomain
public import FarePorts
public import Resilience
import WireFormats

extension ProviderContractMock {
    /// A mock that runs as a process, by its controls under `/__mock/`.
    ///
    /// - Parameters:
    ///   - baseURL: `http://127.0.0.1:9101`.
    ///   - transport: reaches the mock.
    public static func http(
        _ baseURL: String, transport: any HTTPTransport, clock: any MonotonicClock
    ) -> ProviderContractMock {
        @Sendable
        func call(_ method: HTTPRequest.Method, _ path: String, body: String? = nil) async throws -> JSONValue? {
            let request = HTTPRequest(
                method, baseURL + path, headers: [HTTPHeader("Content-Type", "application/json")],
                body: body.map { Array($0.utf8) }, operation: .status, effect: .repeatable,
                deadline: clock.now.advanced(by: .seconds(10)))
            let response = try await transport.send(request)
            guard response.isSuccess else { throw ContractViolation("\(path) answers \(response.status)") }
            return response.body.count == 0 ? nil : try? JSONDocument(response.body).root
        }
        return ProviderContractMock(
            orders: {
                let ledger = try await call(.get, "/__mock/ledger")
                return try ledger?.elements("orders").map(order) ?? []
            },
            setFaults: { faults in
                let rules = faults.map(\.json).joined(separator: ",")
                _ = try await call(.put, "/__mock/faults", body: #"{"rules":[\#(rules)]}"#)
            },
            reset: { _ = try await call(.post, "/__mock/reset") })
    }

    private static func order(_ value: JSONValue) throws -> Order {
        let total = try value.require("total")
        guard let currency = Currency(try total.string("currency")) else {
            throw ContractViolation("the ledger has an unknown currency")
        }
        return Order(
            locator: try value.string("locator"), reference: try value.stringIfPresent("reference"),
            passengers: try value.elements("passengers").compactMap(\.string), state: try value.string("state"),
            total: try Money(decimal: try total.string("amount"), currency: currency))
    }
}
