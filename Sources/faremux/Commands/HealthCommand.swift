import ArgumentParser
import FarePorts
import Foundation
import WireFormats

struct HealthCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "health", abstract: "Prints the service's health. Exits with 1 if it is failing.")

    @Flag(help: "Print the service's answer as it is.")
    var json = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let client = try ServerClient(server, environment: ProcessInfo.processInfo.environment)
        let answer = try await client.send(.get, "/health")
        print(json ? String(decoding: answer.body.rawBytes, as: UTF8.self) : Printout.health(answer.body))
        if answer.status != 200 { throw ExitCode(1) }
    }
}

struct CircuitsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "circuits", abstract: "Lists the circuit breakers.")

    @OptionGroup var server: ServerOptions

    func run() async throws {
        let client = try ServerClient(server, environment: ProcessInfo.processInfo.environment)
        let answer = try await client.send(.get, "/health")
        print(Printout.circuits(answer.body))
    }
}
