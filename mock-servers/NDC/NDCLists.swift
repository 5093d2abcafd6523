import FareDomain
import WireFormats

/// The `DataLists` of an answer, and the ids that the rest of it refers to them by.
struct NDCLists {
    private var journeys: [(id: String, way: Connection)] = []
    private var journeyIDs: [String: String] = [:]
    private var segments: [(id: String, flight: Flight)] = []
    private var segmentIDs: [String: String] = [:]
    private var brands: [String] = []
    private var penalties: [(id: String, fee: Money)] = []
    private var allowances: Set<Int> = []

    /// Lists what an offer refers to.
    init(_ offers: [SaleOffer]) {
        for offer in offers {
            for way in offer.slices where journeyIDs[way.key] == nil {
                let id = "JOURNEY\(journeys.count + 1)"
                journeys.append((id, way))
                journeyIDs[way.key] = id
            }
            for flight in offer.flights where segmentIDs[flight.key] == nil {
                let id = "SEGMENT\(segments.count + 1)"
                segments.append((id, flight))
                segmentIDs[flight.key] = id
            }
            if !brands.contains(offer.fare.brand) { brands.append(offer.fare.brand) }
            allowances.insert(offer.fare.checkedBags)
        }
    }

    /// Lists a cancellation fee.
    ///
    /// - Returns: its id.
    mutating func add(fee: Money) -> String {
        let id = "PENALTY\(penalties.count + 1)"
        penalties.append((id, fee))
        return id
    }

    func journeyID(_ way: Connection) -> String { journeyIDs[way.key] ?? "" }
    func segmentID(_ flight: Flight) -> String { segmentIDs[flight.key] ?? "" }
    func brandID(_ fare: Fare) -> String { "CLASS\((brands.firstIndex(of: fare.brand) ?? 0) + 1)" }

    /// - Parameter passengers: writes the `Pax` elements.
    func write(to writer: inout XMLWriter, passengers: (inout XMLWriter) -> Void) {
        writer.element("DataLists") { writer in
            writeAllowances(to: &writer)
            writer.element("PaxJourneyList") { writer in
                for (id, way) in journeys { write(way, id: id, to: &writer) }
            }
            writer.element("PaxList", [:], passengers)
            writer.element("PaxSegmentList") { writer in
                for (id, flight) in segments { NDCLists.write(flight, id: id, to: &writer) }
            }
            if !penalties.isEmpty {
                writer.element("PenaltyList") { writer in
                    for (id, fee) in penalties { NDCLists.writePenalty(fee, id: id, to: &writer) }
                }
            }
            writer.element("PriceClassList") { writer in
                for (place, brand) in brands.enumerated() {
                    writer.element("PriceClass") { writer in
                        writer.element("Name", text: brand)
                        writer.element("PriceClassID", text: "CLASS\(place + 1)")
                    }
                }
            }
        }
    }

    static func writePenalty(_ fee: Money, id: String, to writer: inout XMLWriter) {
        writer.element("Penalty") { writer in
            writer.element("CancelFeeInd", text: "true")
            writer.element("PenaltyID", text: id)
            writer.price("Price", total: fee, base: nil)
            writer.element("TypeCode", text: "Cancellation")
        }
    }

    private func writeAllowances(to writer: inout XMLWriter) {
        writer.element("BaggageAllowanceList") { writer in
            NDCLists.writeAllowance("CABIN", type: "CarryOn", pieces: 1, to: &writer)
            for pieces in allowances.sorted() where pieces > 0 {
                NDCLists.writeAllowance("CHECKED\(pieces)", type: "Checked", pieces: pieces, to: &writer)
            }
        }
    }

    private static func writeAllowance(_ id: String, type: String, pieces: Int, to writer: inout XMLWriter) {
        writer.element("BaggageAllowance") { writer in
            writer.element("BaggageAllowanceID", text: id)
            writer.element("PieceAllowance") { $0.element("TotalQty", text: String(pieces)) }
            writer.element("TypeCode", text: type)
        }
    }

    private func write(_ way: Connection, id: String, to writer: inout XMLWriter) {
        writer.element("PaxJourney") { writer in
            writer.element("Duration", text: NDCLists.duration(way.duration))
            writer.element("PaxJourneyID", text: id)
            for flight in way.flights { writer.element("PaxSegmentRefID", text: segmentID(flight)) }
        }
    }

    private static func write(_ flight: Flight, id: String, to writer: inout XMLWriter) {
        writer.element("PaxSegment") { writer in
            writer.element("Arrival")
            writer.element("DatedOperatingLeg") { writer in
                write("Arrival", flight.destination, flight.arrivesAt, flight.destinationTerminal, to: &writer)
                writer.element("CarrierAircraftType") { writer in
                    writer.element("CarrierAircraftTypeCode", text: flight.aircraft.code)
                }
                writer.element("DatedOperatingLegID", text: id)
                write("Dep", flight.origin, flight.departsAt, flight.originTerminal, to: &writer)
            }
            writer.element("Dep")
            writer.element("Duration", text: duration(flight.duration))
            writer.element("MarketingCarrierInfo") { writer in
                writer.element("CarrierDesigCode", text: flight.carrier.code)
                writer.element("MarketingCarrierFlightNumberText", text: padded(flight.number))
            }
            writer.element("OperatingCarrierInfo") { writer in
                writer.element("CarrierDesigCode", text: flight.operatingCarrier.code)
            }
            writer.element("PaxSegmentID", text: id)
        }
    }

    private static func write(
        _ name: String, _ place: Place, _ time: ZonedTime, _ terminal: String?, to writer: inout XMLWriter
    ) {
        writer.element(name) { writer in
            writer.element(
                "AircraftScheduledDateTime", ["TimeZoneCode": place.zoneName], text: "\(time.local).000")
            writer.element("IATA_LocationCode", text: place.code)
            writer.elementIfPresent("TerminalName", text: terminal)
        }
    }

    /// Four digits, as many airlines write them.
    private static func padded(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 4 - String(number).count)) + String(number)
    }

    /// `P0DT1H59M0S`.
    private static func duration(_ duration: Duration) -> String {
        let seconds = duration.components.seconds
        return "P\(seconds / 86_400)DT\(seconds / 3600 % 24)H\(seconds / 60 % 60)M\(seconds % 60)S"
    }
}
