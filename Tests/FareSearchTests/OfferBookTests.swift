import FareDomain
import FarePorts
import FareSearch
import Synchronization
import Testing
import WireFormats

/// Names that were seen, from any task.
final class Seen: Sendable {
    private let state = Mutex<[String]>([])

    var names: [String] { state.withLock { $0 } }

    func add(_ name: String) { state.withLock { $0.append(name) } }
}

struct OfferBookTests {
    private let now = Timestamp(secondsSinceEpoch: 1_780_315_200)

    private func listed(_ id: String, expiresAt: Timestamp? = nil) -> ListedOffer {
        let fare = Sample.offer("a", id, 100_00, expiresAt: expiresAt)
        return ListedOffer(
            offer: Offer(id: OfferID(id), fare: fare, comparableTotal: fare.total), query: Sample.query)
    }

    @Test func theOldestGoFirst() {
        let book = OfferBook(capacity: 3)
        for number in 1...10 { book.insert([listed("ofr_\(number)")]) }
        #expect(book.count == 3)
        for number in 8...10 {
            guard case .offer = book.page(OfferID("ofr_\(number)"), at: now) else {
                Issue.record("ofr_\(number) is gone")
                return
            }
        }
    }

    @Test func insertingAgainReplaces() {
        let book = OfferBook(capacity: 2)
        for _ in 0..<5 { book.insert([listed("ofr_1")]) }
        book.insert([listed("ofr_2")])
        #expect(book.count == 2)
    }

    @Test func whatIsEvictedLeavesNothingBehind() {
        let book = OfferBook(capacity: 3)
        for number in 1...100 {
            book.insert([listed("ofr_\(number)")])
            if number % 2 == 0 { book.evict(OfferID("ofr_\(number)")) }
        }
        #expect(book.count < 3)
        for number in 101...103 { book.insert([listed("ofr_\(number)")]) }
        #expect(book.count == 3)
    }

    @Test func anExpiredOfferIsGone() {
        let book = OfferBook(capacity: 3)
        book.insert([listed("ofr_1", expiresAt: now)])
        guard case .expired = book.page(OfferID("ofr_1"), at: now) else {
            Issue.record("it should be expired")
            return
        }
    }

    @Test func aLostIdIsExpiredAndNonsenseUnknown() {
        let book = OfferBook(capacity: 3)
        let lost = IdentifierSource().offer()
        guard case .expired = book.page(lost, at: now) else {
            Issue.record("\(lost) looks like one of ours")
            return
        }
        for nonsense in ["", "ofr_", "ofr_x", "bkg_00000000000000000000000000", lost.rawValue + "0"] {
            guard case .unknown = book.page(OfferID(nonsense), at: now) else {
                Issue.record("\(nonsense) is not one of ours")
                return
            }
        }
    }

    @Test func identifiersDiffer() {
        let source = IdentifierSource()
        #expect(Set((0..<1000).map { _ in source.offer() }).count == 1000)
    }
}

struct ECBRatesTests {
    private func parse(_ text: String) throws(WireError) -> ExchangeRates { try ECBRates.parse(PaddedBytes(text)) }

    private func document(_ cubes: String, time: String = "2026-11-20") -> String {
        """
        <gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" \
        xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref"><gesmes:subject>Reference rates</gesmes:subject>\
        <Cube><Cube time='\(time)'>\(cubes)</Cube></Cube></gesmes:Envelope>
        """
    }

    @Test func readsTheDateAndEachRate() throws {
        let rates = try parse(
            document("<Cube currency='USD' rate='1.1500'/><Cube currency='GBP' rate='0.87500'/>"))
        #expect(rates.asOf.description == "2026-11-20")
        #expect(rates.rate(from: Sample.euros, to: Sample.pounds) == "0.875")
    }

    @Test func passesOverCurrenciesThatAreNone() throws {
        let rates = try parse(document("<Cube currency='XXX' rate='2'/><Cube currency='USD' rate='1.15'/>"))
        #expect(rates.currencies.contains(try #require(Currency("USD"))))
    }

    @Test(arguments: [
        "", "<a/>", "<Cube><Cube time='today'><Cube currency='USD' rate='1'/></Cube></Cube>",
    ])
    func refusesWhatIsNoList(text: String) {
        #expect(throws: WireError.self) { try parse(text) }
    }

    @Test func refusesRatesThatAreNoPositiveNumbers() {
        for rate in ["0", "-1", "one", ""] {
            #expect(throws: WireError.self) { try parse(document("<Cube currency='USD' rate='\(rate)'/>")) }
        }
        #expect(throws: WireError.self) { try parse(document("")) }
    }
}
