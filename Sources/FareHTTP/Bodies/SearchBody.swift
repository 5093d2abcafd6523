import FareDomain
import WireFormats

/// The fields of a SearchQuery, from a body or a query string.
struct SearchBody {
    static let names: Set<String> = [
        "slices", "origin", "destination", "departure_date", "return_date", "passengers", "cabin", "currency",
        "filters",
        "allow_self_transfer", "sort", "limit", "deadline_ms", "settle_ms",
    ]

    var query: SearchQuery
    var order: OfferOrder
    var limit: Int
    var deadline: Duration
    var settle: Duration?

    /// - Parameter passengers: read by whoever knows their shape.
    /// - Returns: nil if something is wrong; `reader` then knows what.
    init?(_ fields: Fields, passengers: [SearchedPassenger], now: Timestamp, reader: inout FieldReader) {
        let places = SlicePlaces(fields)
        let slices = Self.slices(fields, &reader)
        let cabin = reader.word(fields, "cabin", as: Cabin.self) ?? .economy
        let currency = fields["currency"] == nil ? Currency("GBP") : reader.currency(fields, "currency")
        let filters = fields["filters"].map { Self.filters($0, at: fields.place("filters"), &reader) }
        if reader.bool(fields, "allow_self_transfer") == true {
            reader.refuse(fields.place("allow_self_transfer"), "self-transfer is not offered")
        }
        order = reader.word(fields, "sort", as: OfferOrder.self) ?? .price
        limit = reader.integer(fields, "limit", in: 1...500) ?? 50
        deadline = reader.deadline(fields)
        settle = reader.integer(fields, "settle_ms", in: 0...120_000).map { .milliseconds($0) }
        guard let slices, let currency else { return nil }
        query = SearchQuery(
            slices: slices, passengers: passengers, cabin: cabin, currency: currency,
            filters: filters ?? OfferFilters())
        reader.refuse(query.violations(now: now).map(places.translate))
        guard reader.violations.isEmpty else { return nil }
    }

    /// The passengers of a search: types, and ages where the caller knows them.
    static func passengers(_ fields: Fields, _ reader: inout FieldReader) -> [SearchedPassenger] {
        guard let elements = reader.elements(fields, "passengers", limit: 18) else {
            return [SearchedPassenger(type: .adult)]
        }
        return elements.compactMap { element in
            guard let passenger = reader.object(element.value, at: element.pointer, allowing: ["type", "age"])
            else { return nil }
            if passenger["type"] == nil { reader.refuse(passenger.place("type"), "is missing") }
            let age = reader.integer(passenger, "age", in: 0...130)
            return reader.word(passenger, "type", as: PassengerType.self).map { SearchedPassenger(type: $0, age: age) }
        }
    }

    private static func slices(_ fields: Fields, _ reader: inout FieldReader) -> [QuerySlice]? {
        if fields["slices"] != nil {
            for key: StaticString in ["origin", "destination", "departure_date", "return_date"]
            where fields[key] != nil {
                reader.refuse(fields.place(key), "is a shorthand for slices: send one or the other")
            }
            guard let elements = reader.elements(fields, "slices", limit: 6) else { return nil }
            let names: Set = ["origin", "destination", "departure_date"]
            let slices = elements.map { element in
                reader.object(element.value, at: element.pointer, allowing: names).flatMap { slice($0, &reader) }
            }
            return slices.contains { $0 == nil } ? nil : slices.compactMap(\.self)
        }
        guard let outward = slice(fields, &reader) else { return nil }
        guard fields["return_date"] != nil else { return [outward] }
        guard let date = reader.date(fields, "return_date") else { return nil }
        return [
            outward, QuerySlice(origin: outward.destination, destination: outward.origin, departureDate: date),
        ]
    }

    private static func slice(_ fields: Fields, _ reader: inout FieldReader) -> QuerySlice? {
        let origin = reader.location(fields, "origin")
        let destination = reader.location(fields, "destination")
        let date = reader.date(fields, "departure_date")
        guard let origin, let destination, let date else { return nil }
        return QuerySlice(origin: origin, destination: destination, departureDate: date)
    }

    private static func filters(_ value: JSONValue, at pointer: String, _ reader: inout FieldReader) -> OfferFilters {
        let names: Set = [
            "max_stops", "max_duration", "carriers", "excluded_carriers", "checked_bags", "refundable", "depart_after",
            "arrive_before",
        ]
        var filters = OfferFilters()
        guard let fields = reader.object(value, at: pointer, allowing: names) else { return filters }
        filters.maxStops = reader.integer(fields, "max_stops", in: 0...10)
        filters.maxDuration = duration(fields, "max_duration", &reader)
        filters.carriers = carriers(fields, "carriers", &reader)
        filters.excludedCarriers = carriers(fields, "excluded_carriers", &reader)
        filters.checkedBags = reader.integer(fields, "checked_bags", in: 0...10) ?? 0
        filters.refundableOnly = reader.bool(fields, "refundable") ?? false
        filters.departAfter = timeOfDay(fields, "depart_after", &reader)
        filters.arriveBefore = timeOfDay(fields, "arrive_before", &reader)
        return filters
    }

    private static func duration(_ fields: Fields, _ key: StaticString, _ reader: inout FieldReader) -> Duration? {
        guard let text = reader.string(fields, key) else { return nil }
        guard let duration = try? ISO8601.duration(text), duration > .zero else {
            reader.refuse(fields.place(key), "must be an ISO 8601 duration as PT12H")
            return nil
        }
        return duration
    }

    private static func timeOfDay(_ fields: Fields, _ key: StaticString, _ reader: inout FieldReader) -> Int32? {
        guard let text = reader.string(fields, key) else { return nil }
        guard let time = try? ISO8601.timeOfDay(text), time.offset == nil else {
            reader.refuse(fields.place(key), "must be a local time as 06:00")
            return nil
        }
        return time.secondOfDay
    }

    private static func carriers(_ fields: Fields, _ key: StaticString, _ reader: inout FieldReader) -> Set<CarrierCode>
    {
        guard let elements = reader.elements(fields, key, limit: 100) else { return [] }
        return Set(
            elements.compactMap { element in
                guard let code = element.value.string.flatMap({ CarrierCode($0) }) else {
                    reader.refuse(element.pointer, "must be an airline code of two or three capitals and digits")
                    return nil
                }
                return code
            })
    }
}

/// Says where the caller wrote what is wrong with a slice: in `slices`, or in the shorthand at the top.
private struct SlicePlaces {
    private let isShorthand: Bool

    init(_ fields: Fields) { isShorthand = fields["slices"] == nil }

    func translate(_ violation: Violation) -> Violation {
        guard isShorthand, violation.pointer.hasPrefix("/slices/") else { return violation }
        let pointer =
            switch violation.pointer {
            case "/slices/1/departure_date": "/return_date"
            case "/slices/1/origin": "/destination"
            case "/slices/1/destination": "/origin"
            default: "/" + (violation.pointer.split(separator: "/").dropFirst(2).joined(separator: "/"))
            }
        return Violation(pointer: pointer == "/" ? "/origin" : pointer, detail: violation.detail)
    }
}
