import FareDomain
import FarePorts
import WireFormats

/// Passengers in the places of an offer.
///
/// An offer names its travellers `1`, `2`, … by type, and says which adult each infant sits on. Passengers come in an
/// order of their own, so each is given a place of its type, and an infant one with the adult it travels with.
enum TravelerSeats {
    private struct Place {
        let id: String
        let type: String
        let adultID: String?
    }

    /// - Parameter payload: the raw offer.
    /// - Returns: in the order of the passengers.
    /// - Throws: `rejected` where they are not those of the offer, or a name or number can't be written.
    static func assign(_ passengers: [Passenger], payload: String) throws(ProviderError) -> [OrderedTraveler] {
        var free = try places(payload)
        guard free.count == passengers.count else { throw refusal("not the offer's number of passengers") }
        let carried = Set(free.compactMap(\.adultID))
        let carrying = Set(passengers.compactMap { $0.type == .infant ? $0.adultIndex : nil })
        var ids = [String?](repeating: nil, count: passengers.count)

        func take(_ index: Int, where fits: (Place) -> Bool) {
            let name = passengers[index].type.amadeusName
            guard let place = free.firstIndex(where: { $0.type == name && fits($0) }) else { return }
            ids[index] = free.remove(at: place).id
        }
        // Adults with an infant first: their places are the ones that an infant of the offer belongs to.
        for index in passengers.indices where carrying.contains(index) { take(index) { carried.contains($0.id) } }
        for index in passengers.indices where ids[index] == nil && passengers[index].type != .infant {
            take(index) { _ in true }
        }
        for index in passengers.indices where passengers[index].type == .infant {
            let adult = passengers[index].adultIndex.flatMap { ids.indices.contains($0) ? ids[$0] : nil }
            take(index) { adult == nil || $0.adultID == adult }
        }
        var travelers: [OrderedTraveler] = []
        for (passenger, id) in zip(passengers, ids) {
            guard let id else { throw refusal("not the offer's kinds of passengers") }
            travelers.append(try OrderedTraveler(passenger, id: id))
        }
        return travelers
    }

    private static func places(_ payload: String) throws(ProviderError) -> [Place] {
        guard let offer = try? JSONDocument(PaddedBytes(payload)).root else { throw refusal("not an offer") }
        return (offer["travelerPricings"]?.elements ?? offer.elements).compactMap { pricing in
            guard let id = pricing["travelerId"]?.string, let type = pricing["travelerType"]?.string else { return nil }
            return Place(id: id, type: type, adultID: pricing["associatedAdultId"]?.string)
        }
    }

    private static func refusal(_ reason: String) -> ProviderError {
        ProviderError(.rejected, outcome: .notApplied, detail: reason)
    }
}
