import FareDomain
import WireFormats

/// What is inside the `Request` of an `IATA_AirShoppingRQ`.
enum SearchRequest {
    static func write(_ query: SearchQuery, to writer: inout XMLWriter) {
        writer.element("FlightCriteria") { writer in
            for slice in query.slices { write(slice, cabin: query.cabin, to: &writer) }
        }
        writer.element("Paxs") { writer in
            let slots = PassengerSlot.slots(of: query.passengers.map(\.type))
            for slot in slots { slot.write(to: &writer) }
        }
        writer.element("ResponseParameters") { writer in
            writer.element("CurParameter") { $0.element("RequestedCurCode", text: query.currency.code) }
        }
    }

    private static func write(_ slice: QuerySlice, cabin: Cabin, to writer: inout XMLWriter) {
        writer.element("OriginDestCriteria") { writer in
            writer.element("DestArrivalCriteria") { writer in
                writer.element("IATA_LocationCode", text: slice.destination.rawValue)
            }
            writer.element("OriginDepCriteria") { writer in
                writer.element("Date", text: "\(slice.departureDate)")
                writer.element("IATA_LocationCode", text: slice.origin.rawValue)
            }
            writer.element("PreferredCabinType") { $0.element("CabinTypeCode", text: CabinType.code(of: cabin)) }
        }
    }
}
