import FareDomain
import Foundation
import Testing

@testable import MockServers

struct ShopTests {
    private let clock = TestClock()

    private func quote(_ shop: Shop, holdable: Bool = true, _ query: TripQuery = oneWay("LON", "NYC")) throws
        -> Shop.Quote
    {
        try #require(try shop.search(query).quotes.first { $0.offer.fare.holdable == holdable })
    }

    private func hold(_ shop: Shop, _ quote: Shop.Quote, id: String = "o1", fault: DomainFault? = nil) throws -> Order {
        try shop.order(
            quote, id: id, travellers: people(quote.query), reference: "bkg_1", payment: nil, fault: fault)
    }

    @Test func aHeldOrderIsPaidOnceForExactlyItsTotal() throws {
        let shop = try makeShop(clock: clock)
        let held = try hold(shop, try quote(shop))
        #expect(held.state == .held)
        let less = Money(minorUnits: held.totalMinor - 1, currency: .pounds)
        #expect(throws: ShopFailure.refused(.wrongAmount(expected: held.total))) {
            try shop.pay(orderID: "o1", payment: less)
        }
        #expect(try shop.pay(orderID: "o1", payment: held.total).state == .ticketed)
        #expect(throws: ShopFailure.refused(.alreadyPaid)) { try shop.pay(orderID: "o1", payment: held.total) }
        #expect(try shop.orders()[0].events.map(\.event) == ["held", "ticketed"])
    }

    @Test func aHoldEndsAtItsLimitAndCannotBePaidThen() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop)
        let held = try hold(shop, quote)
        let left = shop.seatsLeft(quote)
        clock.advance(by: quote.offer.fare.holdFor)
        #expect(throws: ShopFailure.refused(.holdExpired)) { try shop.pay(orderID: "o1", payment: held.total) }
        #expect(try shop.order(id: "o1")?.state == .expired)
        #expect(shop.seatsLeft(quote) == left + 1, "its seat is free again")
    }

    @Test func aHoldThatEndsEarlySaysWhatItAlwaysSays() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop)
        let held = try hold(shop, quote, fault: .endsEarly(after: .seconds(2)))
        #expect(held.payBy == clock.now.advanced(by: quote.offer.fare.holdFor).millisecondsSinceEpoch)
        clock.advance(by: .seconds(2))
        #expect(try shop.order(id: "o1")?.state == .expired)
    }

    @Test func instantOnlyFaresAreNotHeldAndArePaidInFull() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop, holdable: false)
        #expect(throws: ShopFailure.refused(.notHoldable)) { try hold(shop, quote) }
        let order = try shop.order(
            quote, id: "o1", travellers: people(quote.query), reference: nil, payment: quote.total)
        #expect(order.state == .ticketed)
    }

    @Test func seatsRunOutAndComeBack() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop)
        let seats = shop.seatsLeft(quote)
        for number in 1...seats { _ = try hold(shop, quote, id: "o\(number)") }
        #expect(throws: ShopFailure.refused(.soldOut)) { try hold(shop, quote, id: "more") }
        let onSale = try shop.search(quote.query).quotes.map(\.offer.key)
        #expect(!onSale.contains(quote.offer.key))
        _ = try shop.cancel(orderID: "o1")
        #expect(try shop.order(id: "o1")?.state == .released)
        #expect(try hold(shop, quote, id: "more").state == .held)
    }

    @Test func aMovedPriceStaysMovedForThatOffer() throws {
        let shop = try makeShop(clock: clock)
        let (record, quotes) = try shop.search(oneWay("LON", "NYC"))
        let before = quotes[0].total.minorUnits
        let moved = try shop.reprice(search: record.id, index: 0, fault: .priceMoved(percent: 10))
        #expect(moved.total.minorUnits == (before * 1100 + 500) / 1000)
        #expect(try shop.reprice(search: record.id, index: 0).total == moved.total)
        #expect(try shop.reprice(search: record.id, index: 1).total == quotes[1].total)
        #expect(try shop.search(oneWay("LON", "NYC")).quotes[0].total == quotes[0].total, "another offer")
    }

    @Test func aPriceThatMovesOnAHoldRefusesIt() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop)
        let dearer = Money(minorUnits: (quote.total.minorUnits * 1200 + 500) / 1000, currency: .pounds)
        #expect(throws: ShopFailure.refused(.priceChanged(now: dearer))) {
            try hold(shop, quote, fault: .priceMoved(percent: 20))
        }
        #expect(try shop.orders().isEmpty)
        #expect(try hold(shop, quote).total == dearer)
    }

    @Test func offersExpire() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop)
        clock.advance(by: .seconds(1800))
        #expect(throws: ShopFailure.refused(.offerExpired)) { try hold(shop, quote) }
    }

    @Test func aRefundIsTheTotalLessThePenalty() throws {
        let shop = try makeShop(clock: clock)
        let quotes = try shop.search(oneWay("LON", "NYC")).quotes.filter(\.offer.fare.holdable)
        for (number, quote) in quotes.enumerated() {
            let held = try hold(shop, quote, id: "o\(number)")
            _ = try shop.pay(orderID: held.id, payment: held.total)
            let order = try shop.cancel(orderID: held.id)
            let fare = quote.offer.fare
            let kept = held.totalMinor * Int64(fare.refundPenaltyPercent) / 100
            #expect(order.state == .cancelled)
            #expect(order.refundMinor == (fare.refundable ? held.totalMinor - kept : 0))
            #expect(throws: ShopFailure.refused(.alreadyCancelled)) { try shop.cancel(orderID: held.id) }
        }
    }

    @Test func passengersMustBeThoseOfTheSearch() throws {
        let shop = try makeShop(clock: clock)
        let quote = try quote(shop, oneWay("LON", "NYC", [.adult, .infant]))
        #expect(throws: ShopFailure.refused(.wrongTravellers)) {
            try shop.order(
                quote, id: "o1", travellers: people(oneWay("LON", "NYC")), reference: nil, payment: nil)
        }
    }

    @Test func aStateFileBringsEverythingBack() async throws {
        try await withStateFile { path in
            let shop = try makeShop(clock: clock, statePath: path)
            let (record, quotes) = try shop.search(oneWay("LON", "NYC"))
            let index = try #require(quotes.firstIndex { $0.offer.fare.holdable })
            let moved = try shop.reprice(search: record.id, index: index, fault: .priceMoved(percent: 7))
            let held = try hold(shop, moved)
            try shop.remember(kind: "note", id: "1", text: "kept")
            let left = shop.seatsLeft(moved)

            let restarted = try makeShop(clock: clock, statePath: path)
            #expect(try restarted.reprice(search: record.id, index: index).total == moved.total)
            #expect(restarted.seatsLeft(moved) == left)
            #expect(restarted.remembered(kind: "note") == ["1": "kept"])
            #expect(try restarted.pay(orderID: held.id, payment: held.total).state == .ticketed)
        }
    }

    @Test func aLineCutOffByAKillIsDroppedAndWrittenOver() async throws {
        try await withStateFile { path in
            let shop = try makeShop(clock: clock, statePath: path)
            try shop.remember(kind: "note", id: "1", text: "whole")
            let file = try #require(FileHandle(forWritingAtPath: path))
            try file.seekToEnd()
            try file.write(contentsOf: Data(#"{"note":{"kind":"no"#.utf8))
            try file.close()
            try makeShop(clock: clock, statePath: path).remember(kind: "note", id: "2", text: "after")
            let restarted = try makeShop(clock: clock, statePath: path)
            #expect(restarted.remembered(kind: "note") == ["1": "whole", "2": "after"])
        }
    }

    @Test func resetForgetsTheStateFileToo() async throws {
        try await withStateFile { path in
            let shop = try makeShop(clock: clock, statePath: path)
            _ = try hold(shop, try quote(shop))
            shop.reset()
            #expect(try shop.orders().isEmpty)
            #expect(try makeShop(clock: clock, statePath: path).orders().isEmpty)
        }
    }

    @Test func aStateFileThatCannotBeOpenedStopsTheStart() {
        #expect(throws: JournalError.self) { try makeShop(clock: clock, statePath: "/nowhere/at/all") }
    }
}
