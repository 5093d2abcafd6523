import FareDomain
import FarePorts
import Synchronization
import WireFormats

/// Offers for cells to book, each given away once.
final class Shelf: Sendable {
    struct Offer: Sendable {
        var id: String
        var day: String
        var total: Money
        var isHoldable: Bool
        var isRefundable: Bool
        /// Whether it is the cheapest of its day, and can be held, and the next cheapest too.
        var isFirstOfTwo = false
    }

    private struct State {
        var offers: [Offer] = []
        var day = 20
    }

    private let stage: Stage
    private let state = Mutex(State())

    init(_ stage: Stage) { self.stage = stage }

    /// One that a cell can be played with, and the day that it is for.
    func offer(for cell: Cell) async throws -> Offer {
        while true {
            let found = state.withLock { state in
                state.offers.firstIndex { $0.suits(cell) }.map { state.offers.remove(at: $0) }
            }
            if let found { return found }
            try await fill()
        }
    }

    /// One more day's offers. There are enough of every kind in a few.
    private func fill() async throws {
        let day = state.withLock { state in
            state.day += 1
            return state.day
        }
        guard day < 80, let service = stage.services.first else { throw HarnessError("no offer to play a cell with") }
        let date = Requests.day(ahead: day)
        let answer = try await service.post("/search", Requests.search(day: date))
        // Too busy to sell: another day, then.
        guard answer.status == 200 else { return }
        var offers = try answer.json.elements("offers").map { try Offer($0, day: date) }
        // What the cheapest booking of that day tries first and next.
        if let first = offers.first {
            offers[0].isFirstOfTwo = first.isHoldable && offers.dropFirst().first?.isHoldable == true
        }
        state.withLock { $0.offers += offers }
    }

    /// The service that sold them is gone.
    func clear() { state.withLock { $0.offers = [] } }
}

extension Shelf.Offer {
    /// Whether a cell plays the same with it on any day.
    fileprivate func suits(_ cell: Cell) -> Bool {
        guard cell.isNamed else { return isFirstOfTwo }
        return isHoldable == (cell.step != .order) && (isRefundable || !cell.isCancelling)
    }

    fileprivate init(_ value: JSONValue, day: String) throws {
        self.day = day
        id = try value.string("id")
        total = try value.require("total").money("amount", "currency")
        isHoldable = try value.bool("holdable")
        isRefundable = try value.require("fare").string("refundable") == "yes"
    }
}
