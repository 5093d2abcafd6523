import Crypto
import FareDomain
import FarePorts

extension Trip {
    /// How long after a booking the same trip counts as its repetition.
    private static let window = Duration.seconds(600)

    /// The passengers of a booking on the flights of one of its attempts.
    init(_ attempt: Attempt, of saga: Saga, at now: Timestamp) {
        let people = saga.terms.passengers.map { "\($0.reservationName) \($0.bornOn)" }.sorted()
        let flights = attempt.offer.itinerary.slices.flatMap(\.segments).map { segment in
            "\(segment.marketingCarrier)\(segment.flightNumber) \(segment.origin) \(segment.departsAt.instant)"
        }
        self.init(
            fingerprint: Array(SHA256.hash(data: Array((people + flights).joined(separator: "\n").utf8))),
            duplicatesSince: saga.terms.allowsDuplicate == true ? nil : now.advanced(by: .zero - Self.window))
    }
}
