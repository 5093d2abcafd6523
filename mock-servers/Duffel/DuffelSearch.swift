import FareDomain
import WireFormats

extension DuffelDialect {
    func createOfferRequest(_ request: MockRequest) throws -> MockReply {
        let query = try DuffelDialect.query(try parse(request))
        let (record, quotes) = try shop.search(query)
        let wantsOffers = request.query("return_offers") != "false"
        return offerRequest(201, record, wantsOffers ? quotes : [])
    }

    func showOfferRequest(_ id: String) throws -> MockReply {
        guard let (search, _) = DuffelID.parts(id, prefix: "orq"), let found = shop.search(id: search) else {
            throw DuffelProblem.notFound
        }
        return offerRequest(200, found.record, found.quotes)
    }

    func listOffers(_ request: MockRequest) throws -> MockReply {
        guard let id = request.query("offer_request_id") else {
            throw DuffelProblem.invalid("required", "/offer_request_id", "can't be blank")
        }
        guard let (search, _) = DuffelID.parts(id, prefix: "orq"), let found = shop.search(id: search) else {
            throw DuffelProblem.notFound
        }
        let most = request.query("max_connections").flatMap { Int($0) } ?? .max
        var offers = DuffelOffer.all(found.record, found.quotes).filter { offer in
            offer.quote.offer.slices.allSatisfy { $0.stops <= most }
        }
        switch request.query("sort") {
        case "total_duration": offers.sort { $0.duration < $1.duration }
        case "-total_duration": offers.sort { $0.duration > $1.duration }
        case "-total_amount": offers.sort { $0.quote.total.minorUnits > $1.quote.total.minorUnits }
        default: offers.sort { $0.quote.total.minorUnits < $1.quote.total.minorUnits }
        }
        return DuffelPage(offers, request, id: \.id).reply { $0.write(to: &$1) }
    }

    func showOffer(_ id: String, fault: DomainFault?) throws -> MockReply {
        guard let (search, index) = DuffelID.parts(id, prefix: "off") else { throw DuffelProblem.notFound }
        let quote = try shop.reprice(search: search, index: index, fault: fault)
        let offer = DuffelOffer(search: search, index: index, quote: quote)
        return .json(200) { writer in
            writer.object { writer in
                writer.key("data")
                offer.write(to: &writer)
            }
        }
    }

    private func offerRequest(_ status: Int, _ record: SearchRecord, _ quotes: [Shop.Quote]) -> MockReply {
        .json(status) { writer in
            writer.object { writer in
                writer.object("data") { writer in
                    writer.member("id", DuffelID.offerRequest(record.id))
                    writer.member("client_key", "mock")
                    writer.member("live_mode", false)
                    writer.member("cabin_class", record.query.cabinName)
                    writer.member("created_at", Timestamp(millisecondsSinceEpoch: record.createdAt).utcText)
                    writer.array("slices") { writer in
                        for leg in record.query.legs { DuffelDialect.write(leg, to: &writer) }
                    }
                    DuffelOffer.writePassengers(of: record.query, search: record.id, to: &writer)
                    writer.array("offers") { writer in
                        for offer in DuffelOffer.all(record, quotes) { offer.write(to: &writer) }
                    }
                }
            }
        }
    }

    private static func write(_ leg: TripQuery.Leg, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("origin_type", DuffelPlaces.kind(leg.origin))
            writer.key("origin")
            DuffelPlaces.searched(leg.origin, to: &writer)
            writer.member("destination_type", DuffelPlaces.kind(leg.destination))
            writer.key("destination")
            DuffelPlaces.searched(leg.destination, to: &writer)
            writer.member("departure_date", "\(leg.date)")
        }
    }

    // MARK: Reading

    private static func query(_ data: JSONValue) throws -> TripQuery {
        guard let slices = data.member(named: "slices"), !slices.elements.isEmpty else {
            throw DuffelProblem.invalid("required", "/slices", "can't be blank")
        }
        guard let passengers = data.member(named: "passengers"), !passengers.elements.isEmpty else {
            throw DuffelProblem.invalid("required", "/passengers", "can't be blank")
        }
        let cabinName = data.member(named: "cabin_class")?.string ?? "economy"
        guard let cabin = Cabin(rawValue: cabinName) else {
            throw DuffelProblem.invalid("inclusion", "/cabin_class", "is not a cabin class")
        }
        return TripQuery(
            legs: try slices.elements.enumerated().map { try leg($1, at: "/slices/\($0)") },
            travellers: try passengers.elements.enumerated().map { try traveller($1, at: "/passengers/\($0)") },
            cabin: cabin, maxStops: data.member(named: "max_connections")?.int)
    }

    private static func leg(_ slice: JSONValue, at pointer: String) throws -> TripQuery.Leg {
        func place(_ field: String) throws -> String {
            guard let code = slice.member(named: field)?.string else {
                throw DuffelProblem.invalid("required", "\(pointer)/\(field)", "can't be blank")
            }
            guard !Place.named(code).isEmpty else {
                throw DuffelProblem.invalid("invalid", "\(pointer)/\(field)", "is not a known IATA code")
            }
            return code
        }
        guard let text = slice.member(named: "departure_date")?.string, let date = try? ISO8601.date(text) else {
            throw DuffelProblem.invalid("required", "\(pointer)/departure_date", "must be a date")
        }
        return TripQuery.Leg(origin: try place("origin"), destination: try place("destination"), date: date)
    }

    private static func traveller(_ passenger: JSONValue, at pointer: String) throws -> TripQuery.Traveller {
        if let age = passenger.member(named: "age")?.int { return age < 2 ? .infant : age < 18 ? .child : .adult }
        switch passenger.member(named: "type")?.string {
        case "adult": return .adult
        case "child": return .child
        case "infant_without_seat": return .infant
        default: throw DuffelProblem.invalid("inclusion", "\(pointer)/type", "is not a type of passenger")
        }
    }
}
