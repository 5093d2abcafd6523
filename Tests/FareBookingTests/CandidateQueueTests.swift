import FareDomain
import Testing

@testable import FareBooking

/// Which candidate comes next, and the bounds.
struct CandidateQueueTests {
    private static func candidates(_ count: Int, of provider: String, from price: Int64 = 10_000) -> [Candidate] {
        (0..<count).map { Sample.candidate(Sample.offer("\($0)", of: provider, price + Int64($0))) }
    }

    @Test func noProviderIsTriedMoreThanThreeTimes() {
        var queue = CandidateQueue(
            Self.candidates(5, of: "alpha") + Self.candidates(1, of: "beta", from: 11_000), policy: BookingPolicy())
        let providers = (0..<9).compactMap { _ in queue.next()?.offer.provider.rawValue }
        #expect(providers == ["alpha", "alpha", "alpha", "beta"])
    }

    @Test func noMoreThanTenAreTriedInAll() {
        let all = (0..<9).flatMap { Self.candidates(3, of: "provider \($0)") }
        var queue = CandidateQueue(all, policy: BookingPolicy())
        #expect((0..<30).compactMap { _ in queue.next() }.count == 10)
    }

    @Test func whatCameBackWaitsBehindWhatIsCheaper() throws {
        var queue = CandidateQueue(Self.candidates(3, of: "alpha"), policy: BookingPolicy())
        let next = queue.next()
        let first = try #require(next)
        #expect(queue.isCheapest(Sample.gbp(10_001)))
        #expect(!queue.isCheapest(Sample.gbp(10_002)))
        var risen = first.offer
        risen.total = Sample.gbp(10_001)
        let tookBack = queue.takeBack(first, at: risen.total, offer: risen)
        #expect(tookBack)
        let order = [queue.next()?.offer.reference, queue.next()?.offer.reference]
        #expect(order == ["1", "0"])
        let again = queue.takeBack(first, at: risen.total, offer: risen)
        #expect(!again)
    }

    /// However all fares rise, the number of attempts is bounded.
    @Test func offersThatAllRiseAreTriedABoundedNumberOfTimes() {
        let all = (0..<40).flatMap { Self.candidates(3, of: "provider \($0)") }
        var queue = CandidateQueue(all, policy: BookingPolicy())
        var tried = 0
        while let candidate = queue.next(), tried < 1000 {
            tried += 1
            _ = queue.takeBack(candidate, at: Sample.gbp(15_000), offer: candidate.offer)
        }
        #expect(tried == 20)
    }
}
