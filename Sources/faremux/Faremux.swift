import ArgumentParser

@main
struct Faremux: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "faremux",
        abstract: "Finds the cheapest flight across several booking APIs and books it once.",
        version: faremuxVersion,
        subcommands: [
            ServeCommand.self, SearchCommand.self, BookCommand.self, HealthCommand.self, CircuitsCommand.self,
            MigrateCommand.self, ReconcileCommand.self,
        ])
}

let faremuxVersion = "0.1.0"
