import FareDomain
import FarePorts
import Resilience

/// What happens when, in virtual time: sleepers that wake, packets that arrive, processes that die.
///
/// Guarded by confinement to the thread of its world.
final class Agenda: @unchecked Sendable {
    private struct Entry {
        var instant: MonotonicInstant
        var number: Int
        var action: () -> Void
    }

    private(set) var now = MonotonicInstant(nanoseconds: 1_000_000_000_000)
    /// A binary heap: the earliest first, and of those of one instant the one that was noted first.
    private var heap: [Entry] = []
    private var noted = 0

    /// True civil time: no process's clock, of which each may be set by somebody.
    var timestamp: Timestamp {
        Timestamp(secondsSinceEpoch: 1_780_315_200).advanced(by: elapsed)
    }

    var elapsed: Duration { .nanoseconds(now.nanoseconds - 1_000_000_000_000) }

    var next: MonotonicInstant? { heap.first?.instant }

    func note(at instant: MonotonicInstant, _ action: @escaping () -> Void) {
        noted += 1
        heap.append(Entry(instant: max(instant, now), number: noted, action: action))
        var child = heap.count - 1
        while child > 0, isBefore(child, (child - 1) / 2) {
            heap.swapAt(child, (child - 1) / 2)
            child = (child - 1) / 2
        }
    }

    func note(after delay: Duration, _ action: @escaping () -> Void) {
        note(at: now.advanced(by: delay), action)
    }

    /// Moves time to the next entry, and does what it says.
    func step() {
        guard let first = heap.first else { return }
        now = first.instant
        heap[0] = heap[heap.count - 1]
        heap.removeLast()
        sink()
        first.action()
    }

    private func sink() {
        var parent = 0
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && isBefore(child, least) {
                least = child
            }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }

    private func isBefore(_ left: Int, _ right: Int) -> Bool {
        (heap[left].instant, heap[left].number) < (heap[right].instant, heap[right].number)
    }
}

/// The true time, by which providers and the gateway go.
struct TrueClock: MonotonicClock, WallClock {
    let agenda: Agenda

    var now: MonotonicInstant { agenda.now }
    var timestamp: Timestamp { agenda.timestamp }

    func sleep(until instant: MonotonicInstant) async throws(CancellationError) {
        let slot = Slot<Bool>()
        agenda.note(at: instant) { slot.fill(true) }
        guard await slot.value(orOnCancel: false) else { throw CancellationError() }
    }
}

/// One value that somebody waits for. The first that is filled in counts.
///
/// Guarded by confinement to the thread of its world.
final class Slot<Value: Sendable>: @unchecked Sendable {
    private var filled: Value?
    private var waiting: UnsafeContinuation<Value, Never>?

    func fill(_ value: Value) {
        guard filled == nil else { return }
        filled = value
        waiting?.resume(returning: value)
        waiting = nil
    }

    /// The value, or this one if the task is cancelled first.
    func value(orOnCancel other: Value) async -> Value {
        await withTaskCancellationHandler {
            if let filled { return filled }
            return await withUnsafeContinuation { waiting = $0 }
        } onCancel: {
            fill(other)
        }
    }
}
