import ArgumentParser
import FarePorts
import Foundation
import WireFormats

struct BookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "book", abstract: "Books the cheapest offer that fits.")

    @OptionGroup var query: QueryOptions

    @OptionGroup var party: PartyOptions

    @Option(help: "A JSON file with an array of passengers.")
    var passengers: String

    @Option(help: "The payment token, as the gateway's client library made it.")
    var payment: String

    @Option(help: "The most that may be charged, all passengers together: 600.00GBP.")
    var maxTotal: String

    @Option(help: "The idempotency key. Without one, a new one is made.")
    var key: String?

    @Flag(help: "Say what would be booked, and book nothing.")
    var dryRun = false

    @Flag(help: "Print the service's answer as it is.")
    var json = false

    @OptionGroup var server: ServerOptions

    func run() async throws {
        var body = query.body
        body.append("passengers", .raw(Array(try passengersInFile().rawBytes)))
        body.append("max_total", try total())
        body.append("payment", ["token": .string(payment)])
        if dryRun { body.append("dry_run", true) }
        let client = try ServerClient(server, environment: ProcessInfo.processInfo.environment)
        let key = key ?? UUID().uuidString
        let unknown = "The outcome is not known: repeat with --key \(key)"
        let answer: (status: Int, body: JSONValue)
        do {
            answer = try await client.send(.post, "/cheapest-booking", body: body, idempotencyKey: key)
        } catch let refusal as Refusal where !dryRun {
            // The service may have got it all the same, and under another key it would book again.
            throw Refusal("\(refusal)\n\(unknown)")
        }
        if json { print(String(decoding: answer.body.rawBytes, as: UTF8.self)) }
        guard answer.status < 300 else {
            let problem = json ? "" : Printout.problem(answer.body)
            throw Refusal(answer.body["outcome"]?.equals("unknown") == true ? "\(problem)\n\(unknown)" : problem)
        }
        if !json { print(dryRun ? Printout.preview(answer.body) : Printout.booking(answer.body)) }
        // Beside the answer, which may be read by a program.
        if answer.status == 202 { FileHandle.standardError.write(Data("\(unknown)\n".utf8)) }
    }

    private func passengersInFile() throws -> JSONValue {
        guard let data = FileManager.default.contents(atPath: passengers) else {
            throw Refusal("\(passengers) can't be opened")
        }
        do {
            let root = try JSONDocument(PaddedBytes(Array(data))).root
            guard root.kind == .array else { throw Refusal("\(passengers) must have an array of passengers") }
            // Who they are is in the file; what is said beside it must not be something else.
            let types = root.elements.map { $0["type"]?.string ?? "" }
            for (type, count) in party.counts {
                let named = types.count { $0 == type }
                if let count, count != named {
                    throw Refusal("\(passengers) has \(named) of type \(type), and not \(count)")
                }
            }
            return root
        } catch let error as WireError {
            throw Refusal("\(passengers) is not JSON: \(error)")
        }
    }

    private func total() throws -> JSONNode {
        let amount = maxTotal.prefix { $0.isNumber || $0 == "." }
        let currency = maxTotal.dropFirst(amount.count)
        guard !amount.isEmpty, currency.count == 3 else { throw Refusal("--max-total must be as 600.00GBP") }
        return ["amount": .string(String(amount)), "currency": .string(String(currency))]
    }
}
