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
        let usual = "faremux.yaml"
        let file = config ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil)
        do {
            let configuration = try await ServiceConfiguration.load(
                file: file, host: host, port: port, environment: environment)
            let providers = try await ProviderConfiguration.load(
                folder: providers, only: configuration.providers, environment: environment)
            try await FaremuxService(configuration, providers: providers).run()
        } catch let error as ConfigurationError {
            throw Refusal(error.description)
        } catch let error as StartError {
            throw Refusal(error.description)
        }
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
        let usual = "faremux.yaml"
        let file = config ?? (FileManager.default.fileExists(atPath: usual) ? usual : nil)
        do {
            let configuration = try await ServiceConfiguration.load(
                file: file, host: nil, port: nil, environment: ProcessInfo.processInfo.environment)
            let store = try await StoreOpening.open(configuration)
            try await store.close()
            print("\(configuration.storePath): up to date")
        } catch let error as ConfigurationError {
            throw Refusal(error.description)
        } catch let error as StartError {
            throw Refusal(error.description)
        }
    }
}
