import FareTestSupport

/// Draws from a seed: the same seed, the same draws.
struct Draw {
    private var generator: SeededGenerator

    init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

    mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// True in so many of a hundred cases.
    mutating func chance(_ percent: Int) -> Bool { int(1...100) <= percent }

    /// One of several. There must be one.
    mutating func element<Element>(_ elements: [Element]) -> Element { elements[int(0...(elements.count - 1))] }

    /// One of several, by weight.
    mutating func weighted<Element>(_ choices: [(weight: Int, value: Element)]) -> Element {
        var point = int(1...choices.reduce(0) { $0 + $1.weight })
        for choice in choices {
            point -= choice.weight
            if point <= 0 { return choice.value }
        }
        return choices[choices.count - 1].value
    }
}
