import CurlTransport
import FarePorts
import Foundation
import Synchronization
import WireFormats

/// The service and every mock that it calls, as processes; gone when the test is.
final class World: Sendable {
    static let providers = ["duffel", "amadeus", "ndc"]

    let transport: CurlTransport
    private let serviceClient: Mutex<Client>
    private let folder: URL
    private let mocks: Mutex<[String: (program: BuiltProgram, base: String)]>
    private let serviceProgram: Mutex<BuiltProgram>
    private let serviceArguments: [String]
    private let serviceEnvironment: [String: String]

    /// Starts everything, does `body`, and stops everything.
    static func run(
        seed: Int = 1, environment: [String: String] = [:], currencies: [String: String] = [:],
        _ body: @Sendable (World) async throws -> Void
    ) async throws {
        let world = try await World(seed: seed, environment: environment, currencies: currencies)
        do {
            try await body(world)
        } catch {
            await world.stop()
            throw error
        }
        await world.stop()
    }

    private init(seed: Int, environment: [String: String], currencies: [String: String]) async throws {
        transport = try CurlTransport()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("faremux-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var started: [String: (program: BuiltProgram, base: String)] = [:]
        var settings = environment
        for name in Self.providers + ["payments"] {
            var arguments = [name, "--seed", "\(seed)"]
            if let currency = currencies[name] { arguments += ["--currency", currency] }
            let (program, base) = try await Self.startMock(name, arguments)
            started[name] = (program, base)
            let variable = name == "payments" ? "FAREMUX_PAYMENTS_URL" : "FAREMUX_PROVIDER_\(name.uppercased())_URL"
            settings[variable] = base + (name == "ndc" ? Self.ndcPath : "")
        }
        mocks = Mutex(started)
        settings["FAREMUX_STORE"] = settings["FAREMUX_STORE"] ?? "sqlite:///\(folder.path)/faremux.db"
        serviceEnvironment = settings
        let sellers = folder.appendingPathComponent("providers")
        try Self.writeProviders(into: sellers)
        serviceArguments = ["serve", "--port", "0", "--providers", sellers.path]
        let program = try BuiltProgram(
            "faremux", arguments: serviceArguments, environment: settings, folder: BuiltProgram.project)
        serviceProgram = Mutex(program)
        serviceClient = Mutex(
            Client(base: try await program.line(after: "faremux listening on "), transport: transport))
    }

    /// The providers as they are shipped, but for two time-outs, which a busy machine would run into.
    private static func writeProviders(into folder: URL) throws {
        for name in providers {
            let shipped = BuiltProgram.project.appendingPathComponent("providers/\(name)/provider.yaml")
            var text = try String(contentsOf: shipped, encoding: .utf8)
            for (usual, patient) in [
                ("connect_ms: 500,", "connect_ms: 5000,"), ("search_ms: 5000,", "search_ms: 15000,"),
            ] {
                guard text.contains(usual) else { throw HarnessError("\(shipped.path): no \(usual)") }
                text.replace(usual, with: patient)
            }
            let own = folder.appendingPathComponent(name)
            try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
            try text.write(to: own.appendingPathComponent("provider.yaml"), atomically: true, encoding: .utf8)
        }
    }

    /// - Parameter old: the port that it was on before, and comes back to. Nil: one that stays its own when it is
    ///   killed.
    private static func startMock(
        _ name: String, _ arguments: [String], on old: String? = nil
    ) async throws -> (BuiltProgram, base: String) {
        var last: (any Error)?
        // The port may be in the kernel's hands for a moment after a kill; a free one, in another process' by now.
        for _ in 0..<20 {
            let port = try old ?? "\(Ports.free())"
            let program = try BuiltProgram("mock-provider", arguments: arguments + ["--port", port])
            do {
                return (program, try await program.line(after: "\(name) listening on "))
            } catch {
                program.crash()
                last = error
                try await Task.sleep(for: .milliseconds(250))
            }
        }
        throw last ?? HarnessError("\(name) does not start")
    }

    /// Where the NDC mock takes its messages, under its address.
    static let ndcPath = ""

    func stop() async {
        await program.stop()
        for (program, _) in mocks.withLock({ $0 }).values { await program.stop() }
        await transport.shutdown()
        try? FileManager.default.removeItem(at: folder)
    }

    var service: Client { serviceClient.withLock { $0 } }

    /// SIGKILL to the service.
    func killService() { program.crash() }

    /// Starts the service again on the same store, on another port.
    func restartService() async throws {
        let program = try startServiceAlone()
        serviceProgram.withLock { $0 = program }
        let base = try await program.line(after: "faremux listening on ")
        serviceClient.withLock { $0 = Client(base: base, transport: transport) }
    }

    /// Starts the service as `restartService` does, where it is not expected to come up.
    func startServiceAlone() throws -> BuiltProgram {
        try BuiltProgram(
            "faremux", arguments: serviceArguments, environment: serviceEnvironment, folder: BuiltProgram.project)
    }

    var program: BuiltProgram { serviceProgram.withLock { $0 } }

    /// A mock's controls and wire format.
    func mock(_ name: String) -> Client {
        Client(base: mocks.withLock { $0[name]?.base } ?? "", transport: transport)
    }

    /// SIGKILL to a mock.
    func kill(_ name: String) { mocks.withLock { $0[name]?.program }?.crash() }

    /// Starts a killed mock again on its old port.
    func restart(_ name: String) async throws {
        guard let base = mocks.withLock({ $0[name]?.base }), let port = base.split(separator: ":").last else { return }
        let (program, _) = try await Self.startMock(name, [name, "--seed", "1"], on: String(port))
        mocks.withLock { $0[name] = (program, base) }
    }

    /// Sets a mock's fault rules.
    func fault(_ name: String, _ rules: JSONNode...) async throws {
        let answer = try await mock(name).send(
            .put, "/__mock/faults", body: (["rules": .array(rules)] as JSONNode).bytes,
            headers: [HTTPHeader("Content-Type", "application/json")])
        guard answer.status == 200 || answer.status == 204 else { throw HarnessError("faults refused: \(answer.text)") }
    }

    /// The orders of every provider that is up, each with its provider's name.
    func orders() async throws -> [(provider: String, order: JSONValue)] {
        var orders: [(String, JSONValue)] = []
        for name in Self.providers where mocks.withLock({ $0[name]?.program.isRunning }) == true {
            let ledger = try await mock(name).get("/__mock/ledger").json
            orders += try ledger.elements("orders").map { (name, $0) }
        }
        return orders
    }

    func payments() async throws -> [JSONValue] {
        Array(try await mock("payments").get("/__mock/ledger").json.elements("payments"))
    }
}
