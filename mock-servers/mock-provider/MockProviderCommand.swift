import ArgumentParser
import FareDomain
import Glibc
import MockServers

/// `mock-provider duffel --port 9101`: booking APIs that exist only here.
@main
struct MockProviderCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "mock-provider",
        abstract: "Serves mocks of booking and payment APIs on loopback.",
        discussion: "The controls of each mock are under /__mock/. SIGTERM and SIGINT stop it at once.")

    @Argument(help: "One of \(MockProvider.all.map(\.name).joined(separator: ", ")), or all.")
    var provider: String

    @Option(help: "The port to listen on, 0 for any free one. With all: the port that stands for 9101.")
    var port: Int?

    @Option(help: "Decides flights, fares, seats and which faults fire.")
    var seed: UInt64 = 1

    @Option(help: "A file that keeps what was quoted and sold across restarts. With all: one a mock, .NAME added.")
    var state: String?

    @Option(help: "The currency fares are sold in unless a caller asks for another.")
    var currency = "GBP"

    func validate() throws {
        if provider != "all", !MockProvider.all.contains(where: { $0.name == provider }) {
            throw ValidationError("There is no mock named \(provider).")
        }
        if MockProvider.currency(currency) == nil { throw ValidationError("The mocks do not sell in \(currency).") }
        if let port, !(0...65_535).contains(port) { throw ValidationError("There is no port \(port).") }
    }

    func run() async throws {
        // What was answered is in the state file already, so there is nothing to wind down.
        for number in [SIGTERM, SIGINT] { signal(number) { _ in _exit(0) } }
        signal(SIGPIPE, SIG_IGN)
        let servers = try MockProvider.all.filter { provider == "all" || $0.name == provider }.map { mock in
            (mock.name, try mock.server(port: port(of: mock), settings: try settings(of: mock)))
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, server) in servers {
                group.addTask {
                    try await server.run { port in
                        // Unbuffered: whoever started this waits for the line.
                        let line = Array("\(name) listening on http://127.0.0.1:\(port)\n".utf8)
                        _ = write(STDOUT_FILENO, line, line.count)
                    }
                }
            }
            try await group.waitForAll()
        }
    }

    private func port(of mock: MockProvider) -> Int? {
        guard let port, port != 0, provider == "all" else { return port }
        return port + mock.port - MockProvider.all[0].port
    }

    private func settings(of mock: MockProvider) throws -> MockProvider.Settings {
        guard let currency = MockProvider.currency(currency) else { throw ExitCode.validationFailure }
        return MockProvider.Settings(
            seed: seed, currency: currency,
            statePath: provider == "all" ? state.map { "\($0).\(mock.name)" } : state,
            now: { MockProviderCommand.wallClock() })
    }

    private static func wallClock() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(millisecondsSinceEpoch: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
