import CurlTransport
import FarePorts
import Foundation
import Synchronization

/// The service and the mocks as processes that can be killed, stopped and started again on their ports and files.
final class Stage: Sendable {
    /// A program that was started.
    private struct Role {
        var program: BuiltProgram
        var port: Int
        /// What its calls are told by.
        var sender: String
        /// False from the moment that we end it.
        var shouldRun = true
        /// A stopped process takes connections and answers none: callers don't turn to it.
        var isHidden = false
    }

    static let mocks = World.providers + ["payments"]
    /// The service's first process, and the one that stands beside it for a while.
    static let services = ["faremux", "rival"]

    let transport: CurlTransport
    let folder: URL
    /// Which providers there are.
    let providers: [String]
    private let seed: UInt64
    private let currency: String
    private let settings: [String: String]
    private let roles = Mutex<[String: Role]>([:])
    private let starts = Mutex(0)
    private let deaths = Mutex<[String]>([])
    private let tally = Mutex(Tally())

    struct Tally: Sendable {
        var kills: [String: Int] = [:]
        var starts = 0
    }

    /// Starts the mocks and the service.
    ///
    /// - Parameters:
    ///   - seed: of the mocks' flights, fares and draws.
    ///   - currency: what Duffel's mock sells in.
    ///   - folder: where everything is kept.
    ///   - providers: who sells.
    ///   - searchTimeout: of each provider.
    ///   - settings: of the service's environment, over the usual ones.
    init(
        seed: UInt64, currency: String = "GBP", folder: URL, providers: [String] = World.providers,
        searchTimeout: Duration = .milliseconds(1500), settings: [String: String] = [:]
    ) async throws {
        self.seed = seed
        self.currency = currency
        self.folder = folder
        self.providers = providers
        self.settings = settings
        transport = try CurlTransport()
        try ServiceFiles.write(into: folder, searchTimeout: searchTimeout)
        do {
            for name in providers + ["payments"] { try await start(name) }
            try await start("faremux")
        } catch {
            await stop()
            throw error
        }
    }

    /// Ends everything. The files stay.
    func stop() async {
        for (name, role) in roles.withLock({ $0 }) {
            kill(role.program.pid, SIGCONT)
            if role.shouldRun { end(name) }
        }
        await transport.shutdown()
    }

    // MARK: Who is there

    func mock(_ name: String) -> Client { client(of: name) }

    /// The processes of the service that callers can turn to.
    var services: [Client] {
        let names = roles.withLock { roles in
            Self.services.filter { roles[$0]?.shouldRun == true && roles[$0]?.isHidden == false }
        }
        return names.map(client)
    }

    func client(of name: String) -> Client {
        Client(base: "http://127.0.0.1:\(roles.withLock { $0[name]?.port ?? 0 })", transport: transport)
    }

    func sender(of name: String) -> String { roles.withLock { $0[name]?.sender ?? "" } }

    func isUp(_ name: String) -> Bool { roles.withLock { $0[name]?.shouldRun == true } }

    var counts: Tally { tally.withLock { $0 } }

    // MARK: What happens to them

    /// SIGKILL.
    func end(_ name: String) {
        noteDeaths()
        let program = roles.withLock { roles in
            roles[name]?.shouldRun = false
            return roles[name]?.program
        }
        guard let program else { return }
        program.crash()
        tally.withLock { $0.kills[name, default: 0] += 1 }
    }

    /// Starts a killed program on its old port and its old files.
    func restart(_ name: String) async throws {
        guard let port = roles.withLock({ $0[name]?.port }) else { return }
        try await start(name, on: port)
    }

    func startRival() async throws { try await start("rival") }

    /// SIGSTOP, or SIGCONT.
    func signal(_ name: String, _ number: Int32) {
        guard let pid = roles.withLock({ $0[name]?.program.pid }) else { return }
        kill(pid, number)
    }

    /// The other process takes over the place of the service.
    func promoteRival() {
        roles.withLock { roles in
            roles["faremux"] = roles["rival"]
            roles["rival"] = nil
        }
    }

    /// Callers turn to others, or to it again.
    func hide(_ name: String) { roles.withLock { $0[name]?.isHidden = true } }
    func show(_ name: String) { roles.withLock { $0[name]?.isHidden = false } }

    func forgetRival() { roles.withLock { $0["rival"] = nil } }

    /// Programs that ended without our doing, with the last words of each.
    func noteDeaths() {
        let dead = roles.withLock { roles in
            let names = roles.filter { $0.value.shouldRun && !$0.value.program.isRunning }.map(\.key)
            for name in names { roles[name]?.shouldRun = false }
            return names.compactMap { name in roles[name].map { (name, $0.program) } }
        }
        for (name, program) in dead {
            let words = "\(name): \(program.standardOutput.suffix(200)) \(program.standardError.suffix(600))"
            deaths.withLock { $0.append(words) }
        }
    }

    var unwantedDeaths: [String] {
        noteDeaths()
        return deaths.withLock { $0 }
    }

    // MARK: Starting

    /// - Parameter port: where it was before. Nil: on one of its own.
    private func start(_ name: String, on old: Int? = nil) async throws {
        let number = starts.withLock { count in
            count += 1
            return count
        }
        let isMock = Self.mocks.contains(name)
        var lastError: (any Error)?
        // The port may be in the kernel's hands for a moment after a kill; the store in a stopped process'.
        for attempt in 0..<20 {
            let port = try old ?? Ports.free()
            let logs = folder.appendingPathComponent("\(name)-\(number).\(attempt)")
            let program = isMock ? try mock(name, port, logs) : try service(port, "process-\(number)", logs)
            do {
                _ = try await program.line(after: "\(name == "rival" ? "faremux" : name) listening on ")
                roles.withLock { $0[name] = Role(program: program, port: port, sender: "process-\(number)") }
                tally.withLock { $0.starts += 1 }
                return
            } catch {
                program.crash()
                lastError = error
                try await Task.sleep(for: .milliseconds(250))
            }
        }
        throw lastError ?? HarnessError("\(name) does not start")
    }

    private func mock(_ name: String, _ port: Int, _ logs: URL) throws -> BuiltProgram {
        let state = folder.appendingPathComponent("\(name).ledger").path
        return try BuiltProgram(
            "mock-provider",
            arguments: [
                name, "--port", "\(port)", "--seed", "\(seed)", "--state", state, "--currency",
                name == "duffel" ? currency : "GBP",
            ], logs: logs)
    }

    private func service(_ port: Int, _ sender: String, _ logs: URL) throws -> BuiltProgram {
        var environment = ServiceFiles.environment(folder: folder, sender: sender)
        environment["FAREMUX_PROVIDERS"] = providers.joined(separator: ",")
        for name in providers {
            environment["FAREMUX_PROVIDER_\(name.uppercased())_URL"] = client(of: name).base
        }
        environment["FAREMUX_PAYMENTS_URL"] = client(of: "payments").base
        environment.merge(settings) { _, new in new }
        return try BuiltProgram(
            "faremux",
            arguments: ["serve", "--port", "\(port)", "--providers", folder.appendingPathComponent("providers").path],
            environment: environment, folder: BuiltProgram.project, logs: logs)
    }
}
