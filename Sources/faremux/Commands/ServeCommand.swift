import ArgumentParser
import Foundation
import SQLiteStore

struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Runs the service until SIGTERM or SIGINT.")

    @Option(help: "The configuration file. Without one, faremux.yaml is read if it is there.")
    var config: String?

    @Option(help: "The folder with one folder a provider.")
    var providers = "providers"

    @Option(help: "The address to listen on.")
    var host: String?

    @Option(help: "The port to listen on; 0 takes a free one and prints it.")
    var port: Int?

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        try await refusing {
            let configuration = try await ServiceConfiguration.load(
                file: config ?? usualFile, host: host, port: port, environment: environment)
            let providers = try await ProviderConfiguration.load(
                folder: providers, only: configuration.providers, environment: environment)
            try await FaremuxService(configuration, providers: providers).run()
        }
    }
}

/// The configuration that is read where none is named; nil where there is none.
private var usualFile: String? {
    let name = "faremux.yaml"
    return FileManager.default.fileExists(atPath: name) ? name : nil
}

/// Runs `start`, and tells what is wrong with the configuration or the machine without usage text.
private func refusing(_ start: () async throws -> Void) async throws {
    do {
        try await start()
    } catch let error as ConfigurationError {
        throw Refusal(error.description)
    } catch let error as StartError {
        throw Refusal(error.description)
    }
}

/// Ends the program with a message and no usage text.
struct Refusal: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate", abstract: "Brings the store's schema up to date, and ends.")

    @Option(help: "The configuration file. Without one, faremux.yaml is read if it is there.")
    var config: String?

    func run() async throws {
        try await refusing {
            let configuration = try await ServiceConfiguration.load(
                file: config ?? usualFile, host: nil, port: nil, environment: ProcessInfo.processInfo.environment)
            let store = try await StoreOpening.open(configuration)
            try await store.close()
            print("\(configuration.storePath): up to date")
        }
    }
}
