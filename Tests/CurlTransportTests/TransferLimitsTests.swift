import FarePorts
import Resilience
import Testing

@testable import CurlTransport

private let noon = MonotonicInstant(nanoseconds: 1_000_000_000_000)

struct TransferLimitsTests {
    private struct Limits: Equatable {
        var total: Int
        var connect: Int
        var meaning: TransportError.Code

        init(_ total: Int, _ connect: Int, _ meaning: TransportError.Code) {
            self.total = total
            self.connect = connect
            self.meaning = meaning
        }
    }

    private static func limits(
        _ effect: Effect = .read, deadline: Duration = .seconds(60), notAfter: MonotonicInstant = .distantFuture,
        timeout: Duration? = nil, connect: Duration? = nil
    ) throws(TransportError) -> Limits {
        let request = HTTPRequest.test(
            "http://host/", effect: effect, deadline: noon.advanced(by: deadline), notAfter: notAfter,
            timeout: timeout, connectTimeout: connect)
        var configuration = CurlConfiguration()
        configuration.timeout = .seconds(10)
        configuration.connectTimeout = .seconds(1)
        let limits = try TransferLimits(request, configuration, at: noon)
        return Limits(limits.totalMilliseconds, limits.connectMilliseconds, limits.connectMeaning)
    }

    @Test func shortestLimitHolds() throws {
        #expect(try TransferLimitsTests.limits() == Limits(10_000, 1000, .couldNotConnect))
        #expect(try TransferLimitsTests.limits(deadline: .microseconds(4999)) == Limits(4, 4, .timedOut))
        #expect(
            try TransferLimitsTests.limits(timeout: .seconds(20), connect: .seconds(3))
                == Limits(20_000, 3000, .couldNotConnect))
        #expect(
            try TransferLimitsTests.limits(timeout: .seconds(2), connect: .seconds(3)) == Limits(2000, 2000, .timedOut))
        #expect(
            try TransferLimitsTests.limits(deadline: .seconds(Int64.max / 2), timeout: .seconds(Int64.max / 2)).total
                > 0)
    }

    @Test(arguments: [Effect.once, .repeatable, .idempotent(key: "k")])
    func whatChangesSomethingConnectsNoLongerThanItMayBeSent(_ effect: Effect) throws {
        let soon = noon.advanced(by: .milliseconds(70))
        #expect(try TransferLimitsTests.limits(effect, notAfter: soon) == Limits(10_000, 70, .tooLate))
        // Zero would mean libcurl's own five minutes.
        #expect(try TransferLimitsTests.limits(effect, notAfter: noon) == Limits(10_000, 1, .tooLate))
        #expect(try TransferLimitsTests.limits(.read, notAfter: noon) == Limits(10_000, 1000, .couldNotConnect))
    }

    @Test func noTimeLeftIsAnError() {
        #expect(throws: TransportError(.timedOut, maybeSent: false, detail: "before it could be sent")) {
            try TransferLimitsTests.limits(deadline: .microseconds(999))
        }
        #expect(throws: TransportError(.tooLate, maybeSent: false, detail: "before it could be sent")) {
            try TransferLimitsTests.limits(.once, notAfter: noon.advanced(by: .nanoseconds(-1)))
        }
    }
}
