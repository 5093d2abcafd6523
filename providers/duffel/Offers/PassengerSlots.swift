import FareDomain
import FarePorts
import WireFormats

/// The passengers of an offer, as Duffel numbers them: what an order must name again. Kept in an offer's payload.
struct PassengerSlots {
    struct Slot {
        let id: String
        /// Nil where Duffel doesn't say.
        let type: PassengerType?
        let age: Int?
    }

    let slots: [Slot]

    /// - Parameter payload: as `Cache.payload` wrote it.
    /// - Throws: for anything else.
    init(payload: String) throws(WireError) {
        try self.init(JSONDocument(PaddedBytes(payload)).root)
    }

    fileprivate init(_ passengers: JSONValue) throws(WireError) {
        var slots: [Slot] = []
        for value in try passengers.requireElements() {
            let age = try value.intIfPresent("age")
            slots.append(
                Slot(id: try value.string("id"), type: Self.type(value["type"], age: age), age: age))
        }
        self.slots = slots
    }

    private static func type(_ value: JSONValue?, age: Int?) -> PassengerType? {
        switch value?.string {
        case "adult": .adult
        case "child": .child
        case "infant_without_seat": .infant
        default: age.map { $0 < 2 ? .infant : $0 < 18 ? .child : .adult }
        }
    }

    /// Which passenger takes which slot: in the slots' order, one of the same type (and age, where the slot has one).
    ///
    /// - Parameter travelDate: the first departure, on which ages are counted.
    /// - Returns: nil unless there are as many as slots, of the same types.
    func assigned(_ passengers: [Passenger], travelDate: LocalDate) -> [(slot: Slot, passenger: Int)]? {
        guard passengers.count == slots.count else { return nil }
        var free = Array(passengers.indices)
        var result: [(slot: Slot, passenger: Int)] = []
        for slot in slots {
            let sameType = free.filter { slot.type == nil || passengers[$0].type == slot.type }
            let sameAge = sameType.first { passengers[$0].bornOn.age(on: travelDate) == slot.age }
            guard let chosen = sameAge ?? sameType.first else { return nil }
            free.removeAll { $0 == chosen }
            result.append((slot, chosen))
        }
        return result
    }

    /// Payloads of one answer: its offers have the same passengers, nearly always.
    struct Cache {
        private var source: [UInt8] = []
        private var text = ""
        private var infants: Set<String> = []

        mutating func payload(_ passengers: JSONValue?) throws(DroppedOffer) -> String {
            guard let passengers else { throw DroppedOffer("no passengers") }
            if !text.isEmpty, source.elementsEqual(passengers.rawBytes) { return text }
            guard let slots = (try? PassengerSlots(passengers))?.slots, !slots.isEmpty else {
                throw DroppedOffer("no passengers")
            }
            source = Array(passengers.rawBytes)
            infants = Set(slots.filter { $0.type == .infant }.map(\.id))
            text = PassengerSlots.payload(passengers)
            return text
        }

        /// Whether that id is a baby's in arms, among the passengers of the payload made last.
        func isInfant(_ id: JSONValue?) -> Bool {
            infants.isEmpty ? false : id?.string.map { infants.contains($0) } ?? false
        }
    }

    /// Id, type and age of each: the rest is not needed again.
    private static func payload(_ passengers: JSONValue) -> String {
        var writer = JSONWriter(reserving: 128)
        writer.array { writer in
            for passenger in passengers.elements {
                writer.object { writer in
                    for (name, value) in passenger.members where ["id", "type", "age"].contains(name) {
                        writer.member(name, value)
                    }
                }
            }
        }
        return writer.text
    }
}
