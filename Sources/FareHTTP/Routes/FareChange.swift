import FareBooking
import FareDomain
import FarePorts
import WireFormats

/// By how much a fare is above what was accepted, both in the offer's currency.
struct FareChange {
    /// What was accepted.
    var old: Money
    /// The live total; nil where it could not be learnt.
    var new: Money?

    /// The members of a `fare-changed` problem.
    ///
    /// - Parameter acceptToken: nil where there is no offer to accept by itself.
    func members(acceptToken: String? = nil) -> [JSONNode.Member] {
        let difference = new.flatMap { try? $0.subtracting(old) }
        var members = [
            JSONNode.Member("old", old.node), JSONNode.Member("new", new?.node ?? .null),
            JSONNode.Member("difference", difference?.node ?? .null),
        ]
        if let acceptToken { members.append(JSONNode.Member("accept_token", .string(acceptToken))) }
        return members
    }
}

extension Attempt {
    /// The total that was more than may be charged; nil where none was told.
    var raisedTotal: FareDomain.Money? {
        [order?.total, offer.total].compactMap(\.self)
            .first { $0.currency == limit.currency && $0.minorUnits > limit.minorUnits }
    }
}
