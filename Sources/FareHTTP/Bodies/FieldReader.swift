import FareDomain
import WireFormats

/// Reads the fields of a request's body, and collects everything that is wrong with them, each with its JSON pointer.
struct FieldReader {
    /// Violations that are told, at most: a body has room for far more wrong fields than anybody would read of.
    private static let limit = 100

    private(set) var violations: [Violation] = []

    mutating func refuse(_ pointer: String, _ detail: String) {
        refuse([Violation(pointer: pointer, detail: detail)])
    }

    mutating func refuse(_ others: [Violation]) {
        violations += others.prefix(Self.limit - violations.count)
    }

    /// The members of an object, after telling of those that nobody asked for.
    mutating func object(_ value: JSONValue, at pointer: String, allowing names: Set<String>) -> Fields? {
        guard value.kind == .object else {
            refuse(pointer, "must be an object")
            return nil
        }
        var seen: Set<String> = []
        for (key, _) in value.members {
            let place = pointer + "/" + escaped(key)
            if !names.contains(key) { refuse(place, "unknown field") }
            if !seen.insert(key).inserted { refuse(place, "repeated field") }
        }
        return Fields(value: value, pointer: pointer)
    }

    mutating func string(_ fields: Fields, _ key: StaticString) -> String? {
        guard let value = fields[key] else { return nil }
        guard let text = value.string else {
            refuse(fields.place(key), "must be a string")
            return nil
        }
        return text
    }

    mutating func requiredString(_ fields: Fields, _ key: StaticString) -> String? {
        guard fields[key] != nil else {
            refuse(fields.place(key), "is missing")
            return nil
        }
        return string(fields, key)
    }

    mutating func bool(_ fields: Fields, _ key: StaticString) -> Bool? {
        guard let value = fields[key] else { return nil }
        guard let flag = value.bool else {
            refuse(fields.place(key), "must be true or false")
            return nil
        }
        return flag
    }

    /// A whole number within `range`.
    mutating func integer(_ fields: Fields, _ key: StaticString, in range: ClosedRange<Int>) -> Int? {
        guard let value = fields[key] else { return nil }
        guard value.kind == .number, let number = value.int, range.contains(number) else {
            refuse(fields.place(key), "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return nil
        }
        return number
    }

    /// One of an enumeration's words.
    mutating func word<Word: RawRepresentable & CaseIterable>(
        _ fields: Fields, _ key: StaticString, as type: Word.Type
    ) -> Word? where Word.RawValue == String {
        guard let text = string(fields, key) else { return nil }
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            refuse(fields.place(key), "must be one of: \(words)")
            return nil
        }
        return word
    }

    /// The elements of an array of at most `limit`, each with its pointer.
    mutating func elements(
        _ fields: Fields, _ key: StaticString, limit: Int
    ) -> [(value: JSONValue, pointer: String)]? {
        guard let value = fields[key] else { return nil }
        guard value.kind == .array else {
            refuse(fields.place(key), "must be an array")
            return nil
        }
        guard value.count <= limit else {
            refuse(fields.place(key), "must have \(limit) elements at most")
            return nil
        }
        return value.elements.enumerated().map { ($1, "\(fields.place(key))/\($0)") }
    }

    /// How long the caller waits for its answer.
    mutating func deadline(_ fields: Fields) -> Duration {
        .milliseconds(integer(fields, "deadline_ms", in: 1...120_000) ?? 8000)
    }

    mutating func location(_ fields: Fields, _ key: StaticString) -> LocationCode? {
        guard let text = requiredString(fields, key) else { return nil }
        guard let code = LocationCode(text) else {
            refuse(fields.place(key), "must be an IATA code of three capital letters")
            return nil
        }
        return code
    }

    mutating func date(_ fields: Fields, _ key: StaticString) -> LocalDate? {
        guard let text = requiredString(fields, key) else { return nil }
        guard let date = LocalDate(text) else {
            refuse(fields.place(key), "must be a date as 2026-12-10")
            return nil
        }
        return date
    }

    /// Positive money with exactly its currency's minor digits.
    mutating func money(_ fields: Fields, _ key: StaticString) -> Money? {
        guard let value = fields[key] else { return nil }
        guard let members = object(value, at: fields.place(key), allowing: ["amount", "currency"]) else { return nil }
        let amount = requiredString(members, "amount")
        guard let currency = currency(members, "currency"), let amount else { return nil }
        do {
            let money = try Money(exactly: amount, currency: currency)
            guard money.minorUnits > 0 else {
                refuse(members.place("amount"), "must be above zero")
                return nil
            }
            return money
        } catch {
            refuse(
                members.place("amount"),
                "must be a decimal number with exactly \(currency.exponent) digits after the point")
            return nil
        }
    }

    mutating func currency(_ fields: Fields, _ key: StaticString) -> Currency? {
        guard let code = requiredString(fields, key) else { return nil }
        guard let currency = Currency(code) else {
            refuse(fields.place(key), "must be a currency code of ISO 4217")
            return nil
        }
        return currency
    }

    /// RFC 6901: `~` and `/` in a name are escaped.
    private func escaped(_ key: String) -> String {
        guard key.utf8.contains(where: { $0 == UInt8(ascii: "~") || $0 == UInt8(ascii: "/") }) else { return key }
        return key.reduce(into: "") { text, character in
            switch character {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.append(character)
            }
        }
    }
}

/// An object in a request's body, and where it stands.
struct Fields {
    let value: JSONValue
    let pointer: String

    /// Nil where the member is missing or null.
    subscript(key: StaticString) -> JSONValue? { value.present(key) }

    func place(_ key: StaticString) -> String { "\(pointer)/\(key)" }
}
