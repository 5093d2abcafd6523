import FareDomain
import WireFormats

extension NDCDialect {
    private static let quoteLives = Duration.seconds(1800)

    /// What deleting everything on a paid order would cost.
    func orderReshop(_ request: XMLElement) throws -> MockReply {
        guard let id = request.text("OrderRefID") else { throw NDCProblem.missing("OrderRefID") }
        guard request.first("UpdateOrder", "ReshopOrder", "ServiceOrder", "DeleteOrderItem") != nil else {
            throw NDCProblem.missing("DeleteOrderItem: nothing else can be asked for here")
        }
        guard let order = try shop.order(id: id) else { throw NDCProblem.unknownOrder }
        guard order.state != .held else { throw NDCProblem.notCancellable }
        guard order.state == .ticketed else { throw ShopFailure.refused(.alreadyCancelled) }
        let fee = kept(of: order)
        return .message("IATA_OrderReshopRS") { writer in
            writer.element("Response") { writer in
                writer.element("DataLists") { writer in
                    writer.element("PenaltyList") { NDCLists.writePenalty(fee, id: "PENALTY1", to: &$0) }
                }
                writer.element("ReshopResults") { writer in
                    writer.element("ReshopOffers") { writer in
                        writer.element("Offer") { writer in
                            let limit = now().advanced(by: NDCDialect.quoteLives).utcText
                            writer.element("OfferExpirationTimeLimitDateTime", text: limit)
                            writer.element("OfferID", text: "RESHOP-\(order.id)")
                            writer.element("PenaltyRefID", text: "PENALTY1")
                        }
                    }
                }
            }
        }
    }

    /// Ends a hold or a ticket, if what comes back is what was expected.
    func orderCancel(_ request: XMLElement) throws -> MockReply {
        let order = try order(request.first("Order"))
        if let expected = request.first("ExpectedRefundAmount"), order.state == .held || order.state == .ticketed {
            guard try NDCDialect.amount(expected) == shop.refund(of: order) else { throw NDCProblem.refundChanged }
        }
        let fee = order.state == .held ? Money.zero(order.currency) : kept(of: order)
        _ = try shop.cancel(orderID: order.id, expecting: order.state)
        return .message("IATA_OrderCancelRS") { writer in
            writer.element("Response") { writer in
                writer.element("ChangeFees") { writer in
                    writer.element("CancelFeeInd", text: "true")
                    writer.price("Price", total: fee, base: nil)
                    writer.element("TypeCode", text: "Cancellation")
                }
                writer.element("OrderRefID", text: order.id)
            }
        }
    }

    private func kept(of order: Order) -> Money {
        Money(minorUnits: order.totalMinor - shop.refund(of: order).minorUnits, currency: order.currency)
    }
}
