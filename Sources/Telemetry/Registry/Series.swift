import CoreMetrics
import Synchronization

/// One line, or one histogram, of a metric. Written without locks.
protocol Series: AnyObject, Sendable {
    var value: MetricFamily.Value { get }
}

/// A number that only rises. What would lower it, or is no number, is ignored.
final class CounterSeries: Series, CounterHandler, FloatingPointCounterHandler {
    /// Whole amounts apart from the others: adding them takes one instruction.
    private let whole = Atomic<UInt64>(0)
    private let fractions = AtomicDouble()

    var value: MetricFamily.Value { .number(Double(whole.load(ordering: .relaxed)) + fractions.value) }

    func increment(by amount: Int64) {
        guard amount > 0 else { return }
        whole.wrappingAdd(UInt64(amount), ordering: .relaxed)
    }

    func increment(by amount: Double) {
        guard amount > 0, amount.isFinite else { return }
        fractions.add(amount)
    }

    func reset() {
        whole.store(0, ordering: .relaxed)
        fractions.set(0)
    }
}

/// A number that goes up and down.
final class GaugeSeries: Series, MeterHandler, RecorderHandler {
    private let current = AtomicDouble()

    var value: MetricFamily.Value { .number(current.value) }

    func set(_ value: Int64) { current.set(Double(value)) }
    func set(_ value: Double) { current.set(value) }
    func increment(by amount: Double) { current.add(amount) }
    func decrement(by amount: Double) { current.add(-amount) }
    func record(_ value: Int64) { set(value) }
    func record(_ value: Double) { set(value) }
}

/// How many values fell between which bounds, and their sum.
///
/// A scrape between the two writes of one value sees it in the count and not yet in the sum.
final class HistogramSeries: Series, TimerHandler, RecorderHandler {
    private final class Bucket: Sendable {
        let count = Atomic<UInt64>(0)
    }

    private let bounds: [Double]
    private let buckets: [Bucket]
    private let sum = AtomicDouble()

    /// - Parameter bounds: rising; a value that equals one belongs below it.
    init(bounds: [Double]) {
        self.bounds = bounds
        buckets = (0...bounds.count).map { _ in Bucket() }
    }

    var value: MetricFamily.Value {
        .distribution(
            MetricFamily.Distribution(
                bounds: bounds, counts: buckets.map { $0.count.load(ordering: .relaxed) }, sum: sum.value))
    }

    /// A time, counted in seconds. A negative one is a clock's fault, and counts as none.
    func recordNanoseconds(_ duration: Int64) { record(Double(max(0, duration)) / 1e9) }

    func record(_ value: Int64) { record(Double(value)) }

    /// What is no finite number is ignored: it would spoil the sum for ever.
    func record(_ value: Double) {
        guard value.isFinite else { return }
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        buckets[index].count.wrappingAdd(1, ordering: .relaxed)
        sum.add(value)
    }
}
