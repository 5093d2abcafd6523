import FareDomain
import FarePorts
import WireFormats

/// Reads the order of an `IATA_OrderViewRS`.
struct OrderReader {
    private let response: XMLElement
    private let order: XMLElement
    private let items: [XMLElement]

    /// - Parameters:
    ///   - response: `Response`.
    ///   - id: of the order that was asked about, which an answer may have others beside; nil for a new one.
    init(_ response: XMLElement, of id: String?) throws(WireError) {
        let orders = response.children(named: "Order").map(\.self)
        guard let order = orders.first(where: { id == nil || $0.text("OrderID") == id }) else {
            throw response.error(.missing, "no such order")
        }
        self.response = response
        self.order = order
        items = order.children(named: "OrderItem").map(\.self)
    }

    /// - Parameter known: the order that was asked about: what an answer leaves out is as it was. Nil for a new one.
    /// - Throws: also while tickets are being issued: the order is neither held nor ticketed then.
    func order(known: ProviderOrder?) throws(WireError) -> ProviderOrder {
        let id = try order.requireText("OrderID")
        let state = try state()
        let isHeld = state == .held
        let names = passengers.compactMap(\.reservationName)
        return ProviderOrder(
            id: id, locator: locator ?? known?.locator ?? id, state: state, total: try total(known: known),
            ticketBy: isHeld ? try limit("PaymentTimeLimitDateTime") : nil,
            priceGuaranteeExpiresAt: isHeld ? try limit("PriceGuaranteeTimeLimitDateTime") : nil,
            passengerNames: names.isEmpty ? known?.passengerNames ?? [] : names,
            createdAt: try OrderReader.createdAt(order) ?? known?.createdAt, payload: notes(known: known).payload)
    }

    // MARK: State

    /// Live tickets make an order ticketed, whatever else it says. Tickets that are all void or refunded, and an order
    /// that is closed without tickets, are cancelled. Everything else is still to be paid for.
    private func state() throws(WireError) -> ProviderOrder.State {
        let tickets = response.children(named: "TicketDocInfo").flatMap { $0.children(named: "Ticket").map(\.self) }
            .filter { $0.text("TicketNumber") != nil }
        if tickets.contains(where: OrderReader.isLive) { return .ticketed }
        let codes = Set(items.flatMap { $0.children(named: "Service").compactMap { $0.text("StatusCode") } })
        let status = order.text("StatusCode")?.uppercased() ?? ""
        if !tickets.isEmpty || ["CLOSED", "CANCELLED", "CANCELED"].contains(status) { return .cancelled }
        if codes.contains("T") { return .ticketed }
        if codes.contains("SB") { throw order.error(.badValue, "tickets are being issued") }
        return .held
    }

    /// PADIS 4405, coupon status: V is void, RF refunded, E exchanged.
    private static func isLive(_ ticket: XMLElement) -> Bool {
        let statuses = ticket.children(named: "Coupon").compactMap { $0.text("CouponStatusCode") }
        return statuses.isEmpty || statuses.contains { !["V", "RF", "E"].contains($0) }
    }

    // MARK: Fields

    private func total(known: ProviderOrder?) throws(WireError) -> Money {
        if let stated = order.first("TotalPrice", "TotalAmount") { return try OrderReader.amount(stated) }
        var sum: Money?
        for item in items {
            guard let price = item.first("Price", "TotalAmount") else { continue }
            let amount = try OrderReader.amount(price)
            guard let next = try? sum?.adding(amount) ?? amount else { throw price.error(.badValue, "not addable") }
            sum = next
        }
        guard let total = sum ?? known?.total else { throw order.error(.missing, "no total") }
        return total
    }

    private static func amount(_ element: XMLElement) throws(WireError) -> Money {
        let money = try element.requireMoney()
        guard !money.isNegative else { throw element.error(.badValue, "less than nothing") }
        return money
    }

    private var locator: String? { order.text("BookingRef", "BookingID") ?? order.text("BookingRef", "ID") }

    /// A time without a zone is UTC.
    static func createdAt(_ order: XMLElement) throws(WireError) -> Timestamp? {
        guard let element = order.first("CreationDateTime") ?? order.first("CreateDateTime") else { return nil }
        return try element.requireDateTime().timestamp(assumingOffset: 0)
    }

    /// The earliest of the order's and its items'.
    private func limit(_ name: String) throws(WireError) -> Timestamp? {
        var earliest: Timestamp?
        for element in [order] + items {
            guard let limit = element.first(name) else { continue }
            let instant = try limit.requireDateTime().timestamp(assumingOffset: 0)
            earliest = min(earliest ?? instant, instant)
        }
        return earliest
    }

    private func notes(known: ProviderOrder?) -> OrderNotes {
        let before = known?.notes
        let itemIDs = items.compactMap { $0.text("OrderItemID") }
        return OrderNotes(
            ownerCode: order.text("OwnerCode") ?? before?.ownerCode,
            itemIDs: itemIDs.isEmpty ? before?.itemIDs ?? [] : itemIDs)
    }

    // MARK: Who and where

    /// The listed passengers.
    var passengers: [OrderPassenger] {
        response.first("DataLists", "PaxList")?.children(named: "Pax").map { OrderPassenger($0) } ?? []
    }

    /// The listed flights, by departure.
    func flights() throws(WireError) -> [Segment] {
        let lists = response.first("DataLists")
        let all = FlightLists(lists, defaultCabin: .economy)
        var segments: [Segment] = []
        for element in lists?.first("PaxSegmentList")?.children(named: "PaxSegment").map(\.self) ?? [] {
            do throws(DroppedOffer) {
                segments.append(try all.segment(element.text("PaxSegmentID") ?? ""))
            } catch {
                throw element.error(.badValue, error.reason)
            }
        }
        return segments.sorted { $0.departsAt < $1.departsAt }
    }
}
