import FareDomain
import Testing
import WireFormats

@testable import MockServers

struct NDCOrderTests {
    @Test
    func aHoldIsTicketedOnceItIsPaidFor() throws {
        let caller = try NDCCaller()
        let (id, total) = try caller.hold()
        let held = try caller.retrieve(id)
        #expect(held.status == "OPENED" && !held.hasTickets)
        #expect(held.first("Response", "Order", "OrderItem", "PaymentTimeLimitDateTime") != nil)
        let paid = try caller.send("OrderChangeRQ", NDCCaller.named(id) + NDCCaller.payment(total))
        #expect(paid.status == "OPENED" && paid.hasTickets)
        let again = try caller.send("OrderChangeRQ", NDCCaller.named(id) + NDCCaller.payment(total))
        #expect(again.errorCode == "ORDER_TICKETED")
    }

    @Test
    func anInstantOfferCannotBeHeldButOrdered() throws {
        let caller = try NDCCaller()
        let offer = try caller.offer(holdable: false)
        #expect(try caller.send("OrderCreateRQ", NDCCaller.creation(offer)).errorCode == "INSTANT_PAYMENT_REQUIRED")
        let total = try NDCCaller.total(of: offer)
        let ordered = try caller.send("OrderCreateRQ", NDCCaller.creation(offer, paying: total))
        #expect(ordered.hasTickets)
    }

    @Test
    func anOrderAtAnotherPriceThanAgreedIsRefused() throws {
        let caller = try NDCCaller()
        let offer = try caller.offer(holdable: true)
        let total = try NDCCaller.total(of: offer)
        let less = Money(minorUnits: total.minorUnits - 1, currency: total.currency)
        let refused = try caller.send("OrderCreateRQ", NDCCaller.creation(offer, agreed: less))
        #expect(refused.errorCode == "PRICE_CHANGED")
        #expect(try caller.send("OrderCreateRQ", NDCCaller.creation(offer, agreed: total)).errorCode == nil)
    }

    @Test
    func faultsAreRefusedInTheAirlinesWords() throws {
        let caller = try NDCCaller()
        let body = NDCCaller.creation(try caller.offer(holdable: true))
        #expect(try caller.send("OrderCreateRQ", body, fault: .soldOut).errorCode == "490")
        #expect(try caller.send("OrderCreateRQ", body, fault: .priceMoved(percent: 5)).errorCode == "PRICE_CHANGED")
        #expect(try caller.dialect.shop.orders().isEmpty)
        caller.clock.advance(by: .seconds(1801))
        #expect(try caller.send("OrderCreateRQ", body).errorCode == "OFFER_EXPIRED")
    }

    @Test
    func anOrderNamesEveryPassengerOfItsOffer() throws {
        let caller = try NDCCaller()
        let offer = try caller.offer(holdable: true)
        for pax in ["", NDCCaller.ada + NDCCaller.ada, NDCCaller.ada.replacing("ADT", with: "CHD")] {
            #expect(try caller.send("OrderCreateRQ", NDCCaller.creation(offer, pax: pax)).errorCode == "914")
        }
        let nameless = NDCCaller.ada.replacing("<GivenName>Ada</GivenName>", with: "")
        #expect(try caller.send("OrderCreateRQ", NDCCaller.creation(offer, pax: nameless)).errorCode == "912")
    }

    @Test
    func aHoldPastItsLimitIsClosedAndCannotBePaid() throws {
        let caller = try NDCCaller()
        let (id, total) = try caller.hold()
        caller.clock.advance(by: .seconds(73 * 3600))
        #expect(try caller.retrieve(id).status == "CLOSED")
        let late = try caller.send("OrderChangeRQ", NDCCaller.named(id) + NDCCaller.payment(total))
        #expect(late.errorCode == "TIME_LIMIT_PASSED")
    }

    @Test
    func ordersAreListedByNameAndDay() throws {
        let caller = try NDCCaller()
        let (id, _) = try caller.hold()
        func list(_ surname: String, since day: String) throws -> [String] {
            let criteria = """
                <OrderFilterCriteria><CreationDateRange><StartDate>\(day)</StartDate></CreationDateRange>\
                <Pax><Individual><Surname>\(surname)</Surname></Individual></Pax></OrderFilterCriteria>
                """
            let root = try caller.send("OrderListRQ", criteria)
            return try root.require("Response").children(named: "Order").compactMap { $0.text("OrderID") }
        }
        #expect(try list("LOVELACE", since: "2026-09-01") == [id])
        #expect(try list("Babbage", since: "2026-09-01") == [])
        #expect(try list("Lovelace", since: "2027-01-01") == [])
    }

    @Test
    func aTicketIsCancelledForWhatWasQuotedAndForNothingElse() throws {
        let caller = try NDCCaller()
        let (id, total) = try caller.hold()
        let deletion = """
            <OrderRefID>\(id)</OrderRefID><UpdateOrder><ReshopOrder><ServiceOrder><DeleteOrderItem/></ServiceOrder>\
            </ReshopOrder></UpdateOrder>
            """
        #expect(try caller.send("OrderReshopRQ", deletion).errorCode == "NOT_CANCELLABLE")
        _ = try caller.send("OrderChangeRQ", NDCCaller.named(id) + NDCCaller.payment(total))
        let quote = try caller.send("OrderReshopRQ", deletion)
        let fee = try quote.require("Response", "DataLists", "PenaltyList", "Penalty", "Price", "TotalAmount")
        let refund = try total.subtracting(try fee.requireMoney())
        func cancel(_ minorUnits: Int64) throws -> XMLElement {
            let expected = Money(minorUnits: minorUnits, currency: total.currency).amount
            let body = #"<ExpectedRefundAmount CurCode="GBP">\#(expected)</ExpectedRefundAmount>"#
            return try caller.send("OrderCancelRQ", body + NDCCaller.named(id))
        }
        #expect(try cancel(refund.minorUnits + 1).errorCode == "REFUND_CHANGED")
        #expect(try cancel(refund.minorUnits).text("Response", "OrderRefID") == id)
        #expect(try cancel(refund.minorUnits).errorCode == "ORDER_CANCELLED")
        let after = try caller.retrieve(id)
        #expect(after.status == "CLOSED")
        #expect(after.text("Response", "TicketDocInfo", "Ticket", "Coupon", "CouponStatusCode") == "RF")
    }
}
