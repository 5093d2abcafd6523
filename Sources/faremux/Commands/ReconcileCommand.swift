import ArgumentParser
import FarePorts
import Foundation
import WireFormats

struct ReconcileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reconcile",
        abstract: "Compares the store, the providers and the gateway. Exits with 1 if something needs a person.")

    @Flag(help: "Print the service's answer as it is.")
    var json = false

    @OptionGroup var server: ServerOptions

    /// A pass asks every provider, and many of its questions wait for a quota.
    private static let patience = Duration.seconds(900)

    func run() async throws {
        let client = try ServerClient(server, environment: ProcessInfo.processInfo.environment)
        let answer = try await client.send(.post, "/admin/reconcile", body: [:], patience: Self.patience)
        if json { print(String(decoding: answer.body.rawBytes, as: UTF8.self)) }
        guard answer.status == 200 else { throw Refusal(json ? "" : Printout.problem(answer.body)) }
        if !json { print(Printout.reconciliation(answer.body)) }
        let findings = answer.body["findings"].map { Array($0.elements) } ?? []
        if findings.contains(where: { $0["action"]?.equals("reported") == true }) { throw ExitCode(1) }
    }
}
