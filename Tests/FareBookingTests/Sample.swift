import FareDomain
import FarePorts
import Testing

@testable import FareBooking

/// Values that tests book with.
enum Sample {
    static let start = Timestamp(secondsSinceEpoch: 1_780_315_200)
    static let pounds = Currency("GBP").unsafelyUnwrapped
    static let euros = Currency("EUR").unsafelyUnwrapped
    static let accepted = gbp(20_000)

    static func gbp(_ minorUnits: Int64) -> Money { Money(minorUnits: minorUnits, currency: pounds) }

    static let passenger = Passenger(
        type: .adult, title: .ms, givenName: "Ada", familyName: "Lovelace",
        bornOn: LocalDate(daysSinceEpoch: 6_000), gender: .female, email: "ada@example.com",
        phoneNumber: "+442080160508")

    static func itinerary(_ flightNumber: String = "175") -> Itinerary {
        func time(hour: Int) -> ZonedTime {
            let date = LocalDate(daysSinceEpoch: 20_797)
            return ZonedTime(
                local: LocalDateTime(localSecondsSinceEpoch: Int64(date.daysSinceEpoch) * 86_400 + Int64(hour) * 3600),
                offset: 0)
        }
        let segment = Segment(
            origin: LocationCode("LHR").unsafelyUnwrapped, destination: LocationCode("JFK").unsafelyUnwrapped,
            departsAt: time(hour: 9), arrivesAt: time(hour: 17),
            marketingCarrier: CarrierCode("BA").unsafelyUnwrapped, flightNumber: flightNumber, operatingCarrier: nil,
            cabin: .economy)
        return Itinerary(slices: [Slice(segments: [segment]).unsafelyUnwrapped]).unsafelyUnwrapped
    }

    static func offer(
        _ reference: String = "one", of provider: String = "alpha", _ price: Int64 = 10_000, holdable: Bool = true
    ) -> ProviderOffer {
        ProviderOffer(
            provider: ProviderID(provider), reference: reference, payload: "", itinerary: itinerary(),
            total: gbp(price), holdable: holdable)
    }

    static func candidate(_ offer: ProviderOffer, limit: Money = accepted) -> Candidate {
        Candidate(
            offerID: OfferID("ofr_\(offer.provider)_\(offer.reference)"), offer: offer, comparableTotal: offer.total,
            limit: limit)
    }

    static func order(_ state: ProviderOrder.State, id: String = "ord_1", _ price: Int64 = 10_000) -> ProviderOrder {
        ProviderOrder(
            id: id, locator: "ZQ4T7K", state: state, total: gbp(price), reference: "bkg_1/1",
            passengerNames: [passenger.reservationName])
    }

    static func payment(_ state: Payment.State, _ amount: Int64 = 10_000) -> Payment {
        Payment(
            id: "pay_1", state: state, amount: gbp(amount), captured: gbp(state == .captured ? amount : 0),
            refunded: gbp(0))
    }

    static func refund(_ state: Refund.State, _ amount: Int64 = 10_000) -> Refund {
        Refund(id: "re_1", payment: "pay_1", state: state, amount: gbp(amount))
    }

    static func quote(_ refund: Int64 = 7_500, expiresAt: Timestamp? = nil) -> CancellationQuote {
        CancellationQuote(id: "quote_1", refund: gbp(refund), penalty: gbp(10_000 - refund), expiresAt: expiresAt)
    }

    static func terms(
        deadline: Timestamp = start.advanced(by: .seconds(60)), allowsDuplicate: Bool = true
    ) -> BookingTerms {
        BookingTerms(
            passengers: [passenger], acceptedTotal: accepted, paymentToken: "pm_card_visa", deadline: deadline,
            requestID: "req_1", traceparent: nil, policy: BookingPolicy(), allowsDuplicate: allowsDuplicate)
    }

    static func saga() -> Saga { Saga(id: BookingID("bkg_1"), terms: terms(), createdAt: start) }
}

/// One saga, without I/O: the test says what each step comes to.
struct Bench {
    var saga = Sample.saga()
    var now = Sample.start

    /// With its first attempt open.
    init(holdable: Bool = true) { open(Sample.offer(holdable: holdable)) }

    var attempt: Attempt { saga.attempts[saga.attempts.count - 1] }
    var decision: Decision { saga.decide(at: now) }

    mutating func open(_ offer: ProviderOffer) {
        saga.open(offer, id: Sample.candidate(offer).offerID, limit: Sample.accepted, at: now)
    }

    /// The saga must decide for `step` now, under `number`; it comes to `result`.
    mutating func expect(
        _ step: Step, number: Int = 1, of attempt: Int? = nil, _ result: StepResult,
        _ location: SourceLocation = #_sourceLocation
    ) {
        let index = attempt ?? saga.attempts.count - 1
        let command = Command(attempt: index, step: step, number: number)
        #expect(decision == .perform(command), sourceLocation: location)
        saga.begin(command, at: now)
        saga.finish(command, with: result, at: now)
    }

    /// The saga must wait; time moves on until it need not.
    mutating func expectWait(_ location: SourceLocation = #_sourceLocation) {
        guard case .wait(let until) = decision else {
            Issue.record("decided \(decision)", sourceLocation: location)
            return
        }
        #expect(until > now, sourceLocation: location)
        now = until
    }

    /// The payment is looked at until that is enough. Returns how often it was.
    @discardableResult mutating func look(at payment: Payment) -> Int {
        var looks = 0
        while true {
            switch decision {
            case .wait: expectWait()
            case .perform(let command) where command.step == .lookup:
                expect(.lookup, .payment(payment))
                looks += 1
            default: return looks
            }
        }
    }

    /// As often as the same is sent under the same key.
    mutating func loseThrice(_ step: Step) {
        for _ in 0..<3 {
            if case .wait = decision { expectWait() }
            expect(step, .unknown(.lost))
        }
    }

    mutating func pass(_ duration: Duration) { now = now.advanced(by: duration) }

    mutating func reprice() {
        expect(.reprice, .repriced(attempt.offer, stillCheapest: true))
    }

    mutating func hold() {
        reprice()
        expect(.hold, .order(Sample.order(.held)))
    }

    /// Up to the point where a ticketing call is next.
    mutating func authorize() {
        if attempt.offer.holdable { hold() } else { reprice() }
        expect(.authorize, .payment(Sample.payment(.authorized)))
    }

    /// Up to a ticketing call whose outcome is not known.
    mutating func loseTicket() {
        authorize()
        expect(attempt.offer.holdable ? .confirm : .order, .unknown(.lost))
    }

    /// What is left when there is an authorization and a hold that nobody wants.
    mutating func expectUndoing(release: Bool = true, of attempt: Int? = nil) {
        expect(.void, of: attempt, .payment(Sample.payment(.voided)))
        if release { expect(.release, of: attempt, .released) }
    }
}

extension StepFailure {
    static let lost = StepFailure(.unclear, "reply lost")
    static let notSent = StepFailure(.notSent, "no connection")
    static let refused = StepFailure(.refused, "no")
}
