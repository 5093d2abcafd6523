/// Numbers that depend on a seed and some names, and on nothing else: not on the process, the platform or the order of
/// calls. The same world can so be told again after a restart, and by another process.
struct SeededHash: Sendable, Hashable {
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = SeededHash.scramble(seed)
    }

    /// A number for `names`, uniform over all 64 bits (FNV-1a over their UTF-8, then SplitMix64's finaliser).
    func value(_ names: String...) -> UInt64 { value(names) }

    /// As the variadic one.
    func value(_ names: [String]) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325 ^ seed
        for name in names {
            for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
            // Between two names, so that "AB", "C" differs from "A", "BC".
            hash = (hash ^ 0xFF) &* 0x100_0000_01B3
        }
        return SeededHash.scramble(hash)
    }

    /// A number for `names` in `range`.
    func number(in range: ClosedRange<Int>, _ names: String...) -> Int {
        range.lowerBound + Int(value(names) % UInt64(range.count))
    }

    /// True for `permille` in a thousand names.
    func chance(_ permille: Int, _ names: String...) -> Bool {
        value(names) % 1000 < UInt64(max(0, permille))
    }

    private static func scramble(_ number: UInt64) -> UInt64 {
        var mixed = number &+ 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
