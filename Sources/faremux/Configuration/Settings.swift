import Configuration
import Foundation
import SystemPackage
import Yams

/// Reads one YAML file, over which the environment may stand, and collects everything that is wrong with it.
///
/// Each error names its key and where it was set; keys that nobody asked for are errors too, as they are usually
/// misspelt.
struct Settings {
    private let reader: ConfigReader
    private let path: String?
    /// What errors call the file.
    private let file: String
    private let environmentPrefix: String?
    private let environment: [String: String]
    private let keysInFile: Set<String>
    private var asked: Set<String> = []
    private(set) var errors: [String] = []

    /// - Parameters:
    ///   - path: nil for no file.
    ///   - environmentPrefix: `faremux` lets `FAREMUX_PORT` stand over `port`; nil for no environment.
    init(file path: String?, environmentPrefix: String?, environment: [String: String]) async throws(ConfigurationError)
    {
        self.path = path
        file = path ?? "the environment"
        self.environmentPrefix = environmentPrefix
        self.environment = environment
        do {
            var providers: [any ConfigProvider] = []
            if let environmentPrefix {
                providers.append(
                    EnvironmentVariablesProvider(environmentVariables: environment)
                        .prefixKeys(with: ConfigKey([environmentPrefix])))
            }
            if let path {
                providers.append(try await FileProvider<YAMLSnapshot>(filePath: FilePath(path)))
                let text = try String(contentsOfFile: path, encoding: .utf8)
                keysInFile = Self.keys(of: try Yams.load(yaml: text))
            } else {
                keysInFile = []
            }
            reader = ConfigReader(providers: providers)
        } catch {
            throw ConfigurationError(["\(path ?? ""): can't be read as YAML: \(error)"])
        }
    }

    mutating func refuse(_ key: String, _ reason: String) { errors.append("\(place(of: key)): \(reason)") }

    mutating func text(_ key: String) -> String? {
        guard isSet(key) else { return nil }
        do {
            return try reader.requiredString(forKey: ConfigKey(key))
        } catch {
            refuse(key, "must be a text")
            return nil
        }
    }

    /// A path or URL. A relative path in the file is meant from the file's folder, and in the environment from the
    /// working directory.
    mutating func place(_ key: String) -> String? {
        guard let place = text(key), let path, environment[variable(for: key)] == nil, !place.isEmpty,
            !place.hasPrefix("/"), !place.contains("://")
        else { return text(key) }
        return URL(filePath: path).deletingLastPathComponent().appending(path: place).path
    }

    mutating func integer(_ key: String, default value: Int, in range: ClosedRange<Int>) -> Int {
        guard isSet(key) else { return value }
        guard let number = try? reader.requiredInt(forKey: ConfigKey(key)), range.contains(number) else {
            refuse(key, "must be a whole number from \(range.lowerBound) to \(range.upperBound)")
            return value
        }
        return number
    }

    /// A whole number of milliseconds.
    mutating func milliseconds(_ key: String, default value: Duration, in range: ClosedRange<Int>) -> Duration {
        let (seconds, attoseconds) = value.components
        let whole = Int(seconds) * 1000 + Int(attoseconds / 1_000_000_000_000_000)
        return .milliseconds(integer(key, default: whole, in: range))
    }

    /// A number from 0 to 1.
    mutating func share(_ key: String, default value: Double) -> Double {
        guard isSet(key) else { return value }
        let key = ConfigKey(key)
        let whole = (try? reader.requiredInt(forKey: key)).map(Double.init)
        guard let number = (try? reader.requiredDouble(forKey: key)) ?? whole, (0...1).contains(number) else {
            refuse(key.components.joined(separator: "."), "must be a number from 0 to 1")
            return value
        }
        return number
    }

    mutating func flag(_ key: String, default value: Bool) -> Bool {
        guard isSet(key) else { return value }
        guard let flag = try? reader.requiredBool(forKey: ConfigKey(key)) else {
            refuse(key, "must be true or false")
            return value
        }
        return flag
    }

    /// Call when every key has been asked for.
    mutating func refuseUnknownKeys() {
        for key in keysInFile.subtracting(asked).sorted() { refuse(key, "is not a known key") }
    }

    private mutating func isSet(_ key: String) -> Bool {
        asked.insert(key)
        return keysInFile.contains(key) || environment[variable(for: key)] != nil
    }

    private func place(of key: String) -> String {
        environment[variable(for: key)] == nil ? "\(file): \(key)" : variable(for: key)
    }

    private func variable(for key: String) -> String {
        guard let environmentPrefix else { return "" }
        return "\(environmentPrefix)_\(key)".uppercased().replacing(".", with: "_")
    }

    /// `timeouts.search_ms`: every leaf of a YAML document.
    private static func keys(of node: Any?, under prefix: String = "") -> Set<String> {
        guard let mapping = node as? [AnyHashable: Any] else { return prefix.isEmpty ? [] : [prefix] }
        return mapping.reduce(into: []) { keys, entry in
            let name = prefix.isEmpty ? "\(entry.key)" : "\(prefix).\(entry.key)"
            keys.formUnion(Self.keys(of: entry.value, under: name))
        }
    }
}

/// Everything that is wrong with the configuration.
struct ConfigurationError: Error, CustomStringConvertible {
    var reasons: [String]

    init(_ reasons: [String]) { self.reasons = reasons }

    var description: String { "the configuration is not valid:\n" + reasons.map { "  \($0)" }.joined(separator: "\n") }
}
