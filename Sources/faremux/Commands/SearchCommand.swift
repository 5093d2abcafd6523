import ArgumentParser
import FarePorts
import Foundation
import WireFormats

struct SearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search", abstract: "Lists offers, cheapest first.")

    @OptionGroup var query: QueryOptions

    @OptionGroup var party: PartyOptions

    @Option(help: "Offers to list, at most.")
    var limit = 20

    @Flag(help: "Print the service's answer as it is.")
    var json = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var body = query.body
        let passengers = party.counts.flatMap { type, count in
            Array(repeating: ["type": .string(type)] as JSONNode, count: max(count ?? (type == "adult" ? 1 : 0), 0))
        }
        body.append("passengers", .array(passengers))
        body.append("limit", .int(limit))
        let client = try ServerClient(server, environment: ProcessInfo.processInfo.environment)
        let answer = try await client.send(.post, "/search", body: body)
        if json { print(String(decoding: answer.body.rawBytes, as: UTF8.self)) }
        guard answer.status == 200 else { throw Refusal(json ? "" : Printout.problem(answer.body)) }
        if !json { print(Printout.search(answer.body)) }
    }
}
