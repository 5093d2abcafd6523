import FareDomain
import FarePorts
import FareTestSupport
import Testing

@testable import StripePayments

struct StripeUnitsTests {
    @Test(
        arguments: [
            ("GBP", 12_345, 12_345), ("USD", 1, 1), ("JPY", 500, 500), ("KRW", 50_000, 50_000), ("HUF", 1045, 1045),
            ("ISK", 5, 500), ("UGX", 5, 500), ("MGA", 500, 5), ("BHD", 5120, 5120), ("KWD", 10, 10), ("TND", 0, 0),
        ] as [(String, Int64, Int64)])
    func amountsAreInStripesUnits(_ code: String, _ minorUnits: Int64, _ units: Int64) throws {
        let money = Money.of(minorUnits, code)
        #expect(try StripeUnits.units(of: money) == units)
        #expect(StripeUnits.money(units, in: money.currency) == money)
    }

    @Test(
        arguments: [
            ("BHD", 5124), ("JOD", 1), ("OMR", 9), ("MGA", 505), ("CLF", 10_000), ("ISK", .max), ("UGX", .max),
        ] as [(String, Int64)])
    func whatStripeCannotTakeExactlyIsNotSent(_ code: String, _ minorUnits: Int64) async {
        let bench = Bench()
        let error = await Bench.error { () throws(PaymentError) in try await bench.authorize(.of(minorUnits, code)) }
        #expect(error?.code == .rejected)
        #expect(error?.outcome == .notApplied)
        #expect(bench.transport.requests.isEmpty)
    }

    /// `BHD 5.124` is charged as 5.120 and given back as 5.130.
    @Test(
        arguments: [
            ("BHD", 5124, 5120, 5130), ("KWD", 1, 0, 10), ("MGA", 505, 500, 600), ("GBP", 505, 505, 505),
            ("JPY", 5, 5, 5), ("ISK", 5, 5, 5), ("TND", 5120, 5120, 5120),
        ] as [(String, Int64, Int64, Int64)])
    func roundedToTheStepItCanBeSent(_ code: String, _ minorUnits: Int64, _ lower: Int64, _ upper: Int64) throws {
        let money = Money.of(minorUnits, code)
        let step = Bench().gateway.step(of: money.currency)
        let (down, up) = (money.rounded(.down, toMultipleOf: step), money.rounded(.up, toMultipleOf: step))
        #expect(down.minorUnits == lower && up.minorUnits == upper)
        for amount in [down, up] {
            #expect(StripeUnits.money(try StripeUnits.units(of: amount), in: amount.currency) == amount)
        }
    }

    @Test
    func anAmountThatCannotBeIsNil() throws {
        #expect(StripeUnits.money(150, in: try #require(Currency("ISK"))) == nil)
        #expect(StripeUnits.money(.max, in: try #require(Currency("MGA"))) == nil)
    }

    @Test
    func aCurrencyGoesOutInLowerCaseAndComesBackWhole() async throws {
        let bench = Bench(.answer(200, body: Fixture.intent("requires_capture", amount: 500, currency: "isk")))
        let payment = try await bench.authorize(.of(5, "ISK"))
        #expect(payment.amount == .of(5, "ISK"))
        #expect(bench.requests[0].contains("amount=500&currency=isk&"))
    }
}
