import FareDomain
import WireFormats

/// An order in NDC's shape: the `Response` of an `IATA_OrderViewRS`.
struct NDCOrder {
    let order: Order
    /// Nil only for an order of another seed's state file: its flights are then left out.
    let offer: SaleOffer?

    func write(to writer: inout XMLWriter) {
        let lists = NDCLists(offer.map { [$0] } ?? [])
        writer.element("Response") { writer in
            lists.write(to: &writer) { writer in
                for traveller in order.travellers { NDCOrder.write(traveller, to: &writer) }
            }
            writer.element("Order") { writer in
                writeHead(to: &writer)
                if let offer { writeItems(offer, lists, to: &writer) }
                writeFoot(to: &writer)
            }
            if order.paidAt != nil { writeTickets(to: &writer) }
        }
    }

    /// The line of an `IATA_OrderListRS`.
    func writeSummary(to writer: inout XMLWriter) {
        writer.element("Order") { writer in
            writeHead(to: &writer)
            writeFoot(to: &writer)
        }
    }

    private func writeHead(to writer: inout XMLWriter) {
        writeBookingRef(to: &writer)
        writer.element("CreationDateTime", text: Timestamp(millisecondsSinceEpoch: order.createdAt).utcText)
        writer.element("OrderID", text: order.id)
    }

    private func writeFoot(to writer: inout XMLWriter) {
        let isOpen = order.state == .held || order.state == .ticketed
        writer.elementIfPresent("OwnerCode", text: offer?.owner.code)
        writer.element("StatusCode", text: isOpen ? "OPENED" : "CLOSED")
        writer.price("TotalPrice", total: order.total, base: order.base)
    }

    private func writeBookingRef(to writer: inout XMLWriter) {
        writer.element("BookingRef") { writer in
            writer.element("BookingEntity") { writer in
                writer.element("Carrier") { $0.elementIfPresent("AirlineDesigCode", text: offer?.owner.code) }
            }
            writer.element("BookingID", text: order.locator)
        }
    }

    private func writeItems(_ offer: SaleOffer, _ lists: NDCLists, to writer: inout XMLWriter) {
        let isHeld = order.state == .held
        let status = isHeld ? "K" : order.state == .ticketed ? "T" : nil
        for item in NDCItems(offer, total: order.total, base: order.base).items {
            writer.element("OrderItem") { writer in
                NDCOffer.writeFare(offer.fare, offer, lists, to: &writer)
                writer.element("OrderItemID", text: "\(order.id)-\(item.code)")
                if isHeld { writer.elementIfPresent("PaymentTimeLimitDateTime", text: text(order.payBy)) }
                writer.price("Price", total: item.total, base: item.base)
                if isHeld {
                    writer.elementIfPresent(
                        "PriceGuaranteeTimeLimitDateTime", text: text(order.priceGuaranteedUntil))
                }
                for passenger in item.passengerIDs {
                    for way in offer.slices {
                        NDCOffer.writeService(passenger, lists.journeyID(way), status: status, to: &writer)
                    }
                }
            }
        }
    }

    /// A ticket for everybody; its coupon says whether it can still be flown on.
    private func writeTickets(to writer: inout XMLWriter) {
        for traveller in order.travellers {
            writer.element("TicketDocInfo") { writer in
                writeBookingRef(to: &writer)
                writer.element("PaxRefID", text: traveller.id)
                writer.element("Ticket") { writer in
                    writer.element("Coupon") { writer in
                        writer.element("CouponNumber", text: "1")
                        writer.element("CouponStatusCode", text: order.state == .ticketed ? "I" : "RF")
                    }
                    writer.element("TicketDocTypeCode", text: "T")
                    let digits = SeededHash(seed: 0).number(in: 1_000_000_000...9_999_999_999, order.id, traveller.id)
                    writer.element("TicketNumber", text: "125\(digits)")
                }
            }
        }
    }

    private static func write(_ traveller: Traveller, to writer: inout XMLWriter) {
        writer.element("Pax") { writer in
            writer.elementIfPresent("Birthdate", text: traveller.details["born_on"])
            writer.element("Individual") { writer in
                writer.elementIfPresent("GenderCode", text: traveller.details["gender"])
                writer.element("GivenName", text: traveller.givenName)
                writer.element("Surname", text: traveller.familyName)
                writer.elementIfPresent("TitleName", text: traveller.details["title"])
            }
            writer.element("PaxID", text: traveller.id)
            writer.elementIfPresent("PaxRefID", text: traveller.details["adult"])
            writer.element("PTC", text: NDCItems.code(of: traveller.type))
        }
    }

    private func text(_ milliseconds: Int64?) -> String? {
        milliseconds.map { Timestamp(millisecondsSinceEpoch: $0).utcText }
    }
}
