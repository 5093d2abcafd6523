import FareDomain
import FarePorts
import Testing

@testable import AmadeusProvider

@Suite("Amadeus: travellers, names and numbers")
struct TravelerTests {
    private static let family = AmadeusFixture.offer(travelers: [
        AmadeusFixture.traveler("1", "ADULT"), AmadeusFixture.traveler("2", "ADULT"),
        AmadeusFixture.traveler("3", "HELD_INFANT", adult: "1"), AmadeusFixture.traveler("4", "CHILD"),
    ])

    @Test func passengersTakePlacesOfTheirTypeInAnyOrder() throws {
        let passengers = [
            AmadeusFixture.passenger(.child, "Child"), AmadeusFixture.passenger(.adult, "One"),
            AmadeusFixture.passenger(.infant, "Baby", adult: 3), AmadeusFixture.passenger(.adult, "Two"),
        ]
        let travelers = try TravelerSeats.assign(passengers, payload: Self.family)
        // The adult with the infant takes the place that the offer gives an infant to.
        #expect(travelers.map(\.id) == ["4", "2", "3", "1"])
        #expect(travelers.map(\.passenger.givenName) == ["Child", "One", "Baby", "Two"])
    }

    @Test func passengersThatAreNotTheOffersAreRefused() {
        let lists: [[Passenger]] = [
            [],
            [AmadeusFixture.ada],
            [.adult, .adult, .child, .child].map { AmadeusFixture.passenger($0, "X") },
            [
                AmadeusFixture.passenger(.adult, "A"), AmadeusFixture.passenger(.adult, "B"),
                AmadeusFixture.passenger(.child, "C"), AmadeusFixture.passenger(.infant, "D", adult: 2),
            ],
        ]
        for passengers in lists {
            let error = #expect(throws: ProviderError.self) {
                _ = try TravelerSeats.assign(passengers, payload: Self.family)
            }
            #expect(error?.code == .rejected)
            #expect(error?.outcome == .notApplied)
        }
    }

    @Test(arguments: [
        ("Ada", "ADA"), ("de la Cruz", "DE LA CRUZ"), ("Müller-Lüdenscheidt", "MUELLER LUEDENSCHEIDT"),
        ("O'Neill", "ONEILL"), ("José María", "JOSE MARIA"), ("Jose\u{301}", "JOSE"), ("Øyvind Åsen", "OEYVIND AASEN"),
        ("Strauß", "STRAUSS"), ("Þórdís", "THORDIS"), ("Łukasz Żółć", "LUKASZ ZOLC"), ("İpek Işık", "IPEK ISIK"),
        ("Ștefan Țepeș", "STEFAN TEPES"), ("  J.  P. ", "J P"),
    ]) func namesAreWrittenInCapitals(name: String, expected: String) {
        #expect(ReservationText.name(name) == expected)
    }

    @Test(arguments: ["", "  ", "---", "李", "Дмитрий", "Ada1", "A\u{0}"])
    func namesThatWouldLoseLettersAreRefused(name: String) {
        #expect(ReservationText.name(name) == nil)
    }

    @Test(arguments: [
        ("+442080160508", "44", "2080160508"), ("+12125550123", "1", "2125550123"), ("+79161234567", "7", "9161234567"),
        ("+37120000000", "371", "20000000"), ("+35312345678", "353", "12345678"), ("+971501234567", "971", "501234567"),
        ("+5491123456789", "54", "91123456789"), ("+8613800138000", "86", "13800138000"),
    ]) func numbersSplitAfterTheCallingCode(text: String, code: String, number: String) {
        let phone = PhoneNumber(text)
        #expect(phone?.countryCode == code)
        #expect(phone?.number == number)
    }

    @Test(arguments: [
        "", "+", "442080160508", "+0441234567", "+44 2080160508", "+123456", "+1234567890123456", "+44208a160508",
    ])
    func textThatIsNoNumberIsRefused(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test(arguments: [
        ("eJzTd9f3NjIJdzUGAAp%2fAiY=", "eJzTd9f3NjIJdzUGAAp%2fAiY="),
        ("MlpZVkFMfFdBVFNPTnwyMDE1", "MlpZVkFMfFdBVFNPTnwyMDE1"),
        ("../x?y#z", "..%2Fx%3Fy%23z"), ("100%", "100%25"), ("a b\r\n", "a%20b%0D%0A"), ("é", "%C3%A9"),
    ]) func anOrdersIdStaysAsAmadeusWroteIt(id: String, path: String) {
        #expect(OrderPath.segment(id) == path)
    }
}
