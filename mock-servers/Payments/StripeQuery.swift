/// Stripe's search language (docs.stripe.com/search#search-query-language), as far as the mock has it:
/// `metadata['order']:'6735' AND status:'succeeded'`.
struct StripeQuery {
    private struct Clause {
        /// `status`, `currency`, or `metadata` with a key.
        let field: String
        let key: String?
        let value: String
    }

    private var clauses: [Clause] = []

    /// - Throws: for anything else, as Stripe does.
    init(_ text: String) throws(StripeRefusal) {
        var rest = text[...]
        while true {
            guard let clause = StripeQuery.clause(&rest) else {
                throw StripeRefusal.invalid("query", "We were unable to parse your search query.")
            }
            clauses.append(clause)
            if rest.isEmpty { return }
            guard rest.hasPrefix(" AND ") else {
                throw StripeRefusal.invalid("query", "We were unable to parse your search query.")
            }
            rest = rest.dropFirst(5)
        }
    }

    func matches(_ intent: StripeIntent) -> Bool {
        clauses.allSatisfy { clause in
            switch clause.field {
            case "status": intent.status.rawValue == clause.value
            case "currency": intent.currency == clause.value.lowercased()
            default: intent.metadata[clause.key ?? ""] == clause.value
            }
        }
    }

    private static func clause(_ rest: inout Substring) -> Clause? {
        let field = String(rest.prefix { $0.isLetter })
        rest = rest.dropFirst(field.count)
        var key: String?
        if field == "metadata" {
            guard take("[", &rest), let name = quoted(&rest), take("]", &rest) else { return nil }
            key = name
        } else if field != "status", field != "currency" {
            return nil
        }
        guard take(":", &rest), let value = quoted(&rest) else { return nil }
        return Clause(field: field, key: key, value: value)
    }

    private static func take(_ sign: Character, _ rest: inout Substring) -> Bool {
        guard rest.first == sign else { return false }
        rest = rest.dropFirst()
        return true
    }

    /// A text in single or double quotes, in which `\` keeps the next character from meaning anything.
    private static func quoted(_ rest: inout Substring) -> String? {
        guard let quote = rest.popFirst(), quote == "'" || quote == "\"" else { return nil }
        var text = ""
        while let character = rest.popFirst() {
            if character == quote { return text }
            if character == "\\" {
                guard let next = rest.popFirst() else { return nil }
                text.append(next)
            } else {
                text.append(character)
            }
        }
        return nil
    }
}
