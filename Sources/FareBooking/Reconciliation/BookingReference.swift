import FareDomain

/// What our orders, payments and refunds are known by: a booking and an attempt.
struct BookingReference {
    var booking: BookingID
    /// From 1.
    var attempt: Int

    /// Nil unless it is of our form: `bkg_…/2`.
    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].hasPrefix("bkg_"), let attempt = Int(parts[1]), attempt > 0 else { return nil }
        booking = BookingID(String(parts[0]))
        self.attempt = attempt
    }

    /// Nil unless it is of the form of our refunds' references: `bkg_…/2/refund/1`.
    init?(ofRefund text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[2] == "refund" else { return nil }
        self.init(parts[0..<2].joined(separator: "/"))
    }
}
