/// The document as it stands, read back.
struct WrittenMatrix {
    private var lines: [[String]: [String]] = [:]

    init(_ document: String) {
        var step = ""
        for line in document.split(separator: "\n") {
            if line.hasPrefix("## ") { step = String(line.dropFirst(3)) }
            guard line.hasPrefix("| `"), line.hasSuffix(" |"), Cell.Step(rawValue: step) != nil else { continue }
            let columns = line.dropFirst(2).dropLast(2).split(separator: " | ", omittingEmptySubsequences: false)
                .map(String.init)
            guard columns.count == 11 else { continue }
            let providers = columns[1] == "all" ? World.providers : columns[1].split(separator: ", ").map(String.init)
            for provider in providers { lines[[step, columns[0], provider]] = columns }
        }
    }

    /// A row whose machine stood still says itself what never depends on time: the last answer, the booking, the
    /// ledgers, what is wrong. What was told at first, how often it was asked and after what: as it is written.
    func completing(_ row: Row) -> Row {
        guard row.isDisturbed, let columns = lines[[row.cell.step.rawValue, row.fault, row.cell.provider]]
        else { return row }
        var row = row
        (row.story, row.first, row.calls, row.rest) = (columns[2], columns[3], columns[8], columns[9])
        return row
    }
}
