/// An offer that can't be sold on, and why, in a few words without values.
struct DroppedOffer: Error, Hashable {
    let reason: String

    init(_ reason: String) { self.reason = reason }
}
