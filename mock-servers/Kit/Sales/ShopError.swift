import FareDomain

/// Why the shop refuses. Each dialect says it in its provider's own words.
enum ShopError: Error, Sendable, Hashable {
    case unknownSearch
    case unknownOffer
    case offerExpired
    /// Too few seats left, or a fault said so.
    case soldOut
    /// The fare is not what the caller took it for; `now` is what it costs.
    case priceChanged(now: Money)
    /// Passengers that are not those of the search: their number or their types differ.
    case wrongTravellers
    /// This fare has to be paid at once.
    case notHoldable
    case unknownOrder
    case alreadyPaid
    case alreadyCancelled
    /// The hold ended before it was paid.
    case holdExpired
    /// What is paid is not the order's total.
    case wrongAmount(expected: Money)
    case wrongCurrency(expected: Money)
}

/// Why a call of the shop did nothing.
enum ShopFailure: Error, Sendable, Hashable {
    /// The provider would say no, too.
    case refused(ShopError)
    /// The state file can't be written: the mock itself is broken.
    case unusable(String)
}
