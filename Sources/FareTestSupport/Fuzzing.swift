import Foundation

/// How much is fuzzed, and from where the inputs begin: `FAREMUX_FUZZ_INPUTS` and `FAREMUX_FUZZ_SEED`.
public enum Fuzzing {
    /// Print it with a failure: it brings the inputs back.
    public static let seed = variable("FAREMUX_FUZZ_SEED").flatMap { UInt64($0) } ?? 20_261_121

    /// - Parameter usual: how many inputs a test gets where nothing is said.
    public static func inputs(usual: Int = 3000) -> Int {
        variable("FAREMUX_FUZZ_INPUTS").flatMap { Int($0) } ?? usual
    }

    private static func variable(_ name: String) -> String? { ProcessInfo.processInfo.environment[name] }
}
