import FareDomain
import FareTestSupport
import Testing

@Suite struct PassengerViolationTests {
    @Test func aFamilyHasNone() {
        #expect(violations(adult(), child(), infant(of: 0)) == [])
    }

    /// Out on 2026-12-10, back on 2026-12-20.
    @Test(
        arguments: [
            (.adult, "2014-12-10", true), (.adult, "2014-12-11", false), (.child, "2014-12-11", true),
            (.child, "2014-12-10", false), (.child, "2024-12-20", true), (.child, "2024-12-21", false),
            (.infant, "2024-12-21", true), (.infant, "2024-12-20", false), (.infant, "2026-11-21", true),
        ] as [(PassengerType, String, Bool)])
    func typesGoByTheAgeOnTheDaysOfTravel(type: PassengerType, bornOn: String, isValid: Bool) {
        var passenger = type == .infant ? infant(of: 0) : adult()
        passenger.type = type
        passenger.bornOn = LocalDate(bornOn)!
        #expect(violations(adult(), passenger) == (isValid ? [] : ["/passengers/1/type"]))
    }

    @Test func exactlyOneTypeFitsEveryBirthday() {
        let seed: UInt64 = 12
        var dice = SeededGenerator(seed: seed)
        for _ in 0..<2000 {
            let first = LocalDate("2026-12-10")!
            let last = first.advanced(byDays: Int.random(in: 0...300, using: &dice))
            let born = first.advanced(byDays: -Int.random(in: 0...40_000, using: &dice))
            let fitting = PassengerType.allCases.filter { type in
                var passenger = adult()
                passenger.type = type
                passenger.bornOn = born
                passenger.adultIndex = type == .infant ? 1 : nil
                let found = Passenger.violations(
                    of: [passenger, adult()], firstTravelDay: first, lastTravelDay: last, today: first)
                return found.isEmpty
            }
            #expect(fitting.count == 1, "seed \(seed): \(born)")
        }
    }

    @Test func nobodyIsBornTomorrowOrTwoCenturiesAgo() {
        #expect(violations(changed { $0.bornOn = LocalDate("2026-11-22")! }) == ["/passengers/0/born_on"])
        #expect(violations(changed { $0.bornOn = LocalDate("1826-11-22")! }) == ["/passengers/0/born_on"])
    }

    @Test func eachInfantHasAnAdultOfItsOwn() {
        #expect(violations(adult(), infant(of: nil)) == ["/passengers/1/adult"])
        #expect(violations(adult(), infant(of: 1)) == ["/passengers/1/adult"])
        #expect(violations(adult(), infant(of: 7)) == ["/passengers/1/adult"])
        #expect(violations(adult(), infant(of: -1)) == ["/passengers/1/adult"])
        #expect(violations(adult(), child(), infant(of: 1)) == ["/passengers/2/adult"])
        #expect(violations(adult(), infant(of: 0), infant(of: 0)) == ["/passengers/2/adult"])
        #expect(violations(adult(), adult(), infant(of: 1), infant(of: 0)) == [])
        #expect(violations(adult(), changed { $0.adultIndex = 0 }) == ["/passengers/1/adult"])
    }

    @Test(
        arguments: [
            ("Ada", true), ("Anne-Marie O'Neil", true), ("李", true), ("Željko", true), ("", false), (" Ada", false),
            ("Ada ", false), ("A/B", false), ("A\nB", false), ("A\u{0}", false), ("A\u{202E}B", false), ("--", false),
            (String(repeating: "a", count: 64), true), (String(repeating: "a", count: 65), false),
        ] as [(String, Bool)])
    func namesArePrintableAndOfSaneLength(name: String, isValid: Bool) {
        #expect(violations(changed { $0.givenName = name }) == (isValid ? [] : ["/passengers/0/given_name"]))
        #expect(violations(changed { $0.familyName = name }) == (isValid ? [] : ["/passengers/0/family_name"]))
    }

    @Test(
        arguments: [
            ("ada@example.com", true), ("a.b+c@mail.example.co.uk", true), ("", false), ("ada", false),
            ("@example.com", false),
            ("ada@", false), ("ada@example", false), ("ada@example..com", false), ("ada@-example.com", false),
            ("a b@example.com", false), ("a@b@example.com", false), ("ada@example.com\r\nBcc: x", false),
            (String(repeating: "a", count: 65) + "@example.com", false),
        ] as [(String, Bool)])
    func emailsHaveTheirShape(email: String, isValid: Bool) {
        #expect(violations(changed { $0.email = email }) == (isValid ? [] : ["/passengers/0/email"]))
    }

    @Test(
        arguments: [
            ("+442080160508", true), ("+6831234", true), ("442080160508", false), ("+042080160508", false),
            ("+44 208", false),
            ("+", false), ("+123456", false), ("+123456789012345", true), ("+1234567890123456", false),
            ("+44208016050a", false),
        ] as [(String, Bool)])
    func phoneNumbersAreE164(phone: String, isValid: Bool) {
        #expect(violations(changed { $0.phoneNumber = phone }) == (isValid ? [] : ["/passengers/0/phone_number"]))
    }

    private func adult() -> Passenger {
        Passenger(
            type: .adult, title: .ms, givenName: "Grace", familyName: "Hopper", bornOn: LocalDate("1986-12-09")!,
            gender: .female, email: "grace@example.com", phoneNumber: "+12025550123")
    }

    private func child() -> Passenger {
        changed {
            $0.type = .child
            $0.bornOn = LocalDate("2019-05-05")!
        }
    }

    private func infant(of adult: Int?) -> Passenger {
        changed {
            $0.type = .infant
            $0.bornOn = LocalDate("2026-02-02")!
            $0.adultIndex = adult
        }
    }

    private func changed(_ change: (inout Passenger) -> Void) -> Passenger {
        var passenger = adult()
        change(&passenger)
        return passenger
    }

    private func violations(_ passengers: Passenger...) -> [String] {
        Passenger.violations(
            of: passengers, firstTravelDay: LocalDate("2026-12-10")!, lastTravelDay: LocalDate("2026-12-20")!,
            today: LocalDate("2026-11-21")!
        ).map(\.pointer)
    }
}
