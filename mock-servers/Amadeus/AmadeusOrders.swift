import FareDomain
import FarePorts
import WireFormats

extension AmadeusDialect {
    func createOrder(_ request: MockRequest, fault: DomainFault?) throws -> MockReply {
        let data = try JSONDocument(PaddedBytes(request.body)).root.require("data")
        let echo = try AmadeusEcho(data)
        let wanted = try AmadeusOrderRequest(data, echo)
        let quote = try shop.reprice(key: echo.key, query: echo.query)
        guard echo.total == quote.total else {
            throw AmadeusProblem.discrepancy(now: quote.total.amount, requested: echo.total.amount)
        }
        guard seal.isIntact(echo.value) else { throw AmadeusProblem.changedOffer }
        do {
            let order = try shop.order(
                quote.holdable, id: AmadeusOrderRequest.newID(), travellers: wanted.travellers,
                reference: wanted.reference, payment: wanted.isConfirmed ? echo.total : nil, notes: wanted.notes,
                fault: fault)
            return reply(201, order)
        } catch ShopFailure.refused(.priceChanged(let now)) {
            throw AmadeusProblem.discrepancy(now: now.amount, requested: echo.total.amount)
        }
    }

    /// Tickets a held order.
    func issue(_ id: String, fault: DomainFault?) throws -> MockReply {
        reply(200, try shop.pay(orderID: id, payment: nil, fault: fault))
    }

    /// What has ended can't be asked for any more.
    func showOrder(_ id: String) throws -> MockReply {
        guard let order = try shop.order(id: id), order.state == .held || order.state == .ticketed else {
            throw AmadeusProblem.notFound
        }
        return reply(200, order)
    }

    func deleteOrder(_ id: String) throws -> MockReply {
        _ = try shop.cancel(orderID: id)
        return MockReply(status: 204)
    }

    private func reply(_ status: Int, _ order: Order) -> MockReply {
        .amadeus(status) { writer in
            writer.object { writer in
                writer.object("data") { AmadeusOrder(order: order).write(to: &$0) }
            }
        }
    }
}

/// What an order request asks for beside its offer.
struct AmadeusOrderRequest {
    let travellers: [Traveller]
    /// The caller's own: the text of the first general remark.
    let reference: String?
    /// Ticketed at once. Without any agreement an order is held.
    let isConfirmed: Bool
    /// What is given back as it was sent.
    let notes: [String: String]

    init(_ data: JSONValue, _ echo: AmadeusEcho) throws {
        let people = data["travelers"]?.elements.map(\.self) ?? []
        guard people.count == echo.travelers.count else {
            throw AmadeusProblem.invalidData("The travelers are not those of the offer", "/data/travelers")
        }
        travellers = try people.enumerated().map { index, person in
            try AmadeusOrderRequest.traveller(person, echo, at: "/data/travelers[\(index)]")
        }
        guard Set(travellers.map(\.id)).count == travellers.count else {
            throw AmadeusProblem.invalidData("A traveler is there twice", "/data/travelers")
        }
        reference = data["remarks"]?["general"]?.elements.first { _ in true }?["text"]?.string
        let agreement = data["ticketingAgreement"]
        let option = agreement?["option"]?.string
        guard [nil, "CONFIRM", "DELAY_TO_QUEUE", "DELAY_TO_CANCEL"].contains(option) else {
            throw AmadeusProblem.invalidFormat("/data/ticketingAgreement/option")
        }
        isConfirmed = option == "CONFIRM"
        var notes = ["offer": AmadeusOrderRequest.text(echo.value)]
        notes["travelers"] = data["travelers"].map(AmadeusOrderRequest.text)
        notes["remarks"] = data["remarks"].map(AmadeusOrderRequest.text)
        notes["contacts"] = data["contacts"].map(AmadeusOrderRequest.text)
        notes["option"] = option
        notes["delay"] = agreement?["delay"]?.string
        self.notes = notes
    }

    /// Whether the body of an order request wants a ticket at once.
    static func isConfirmed(_ body: [UInt8]) -> Bool {
        let root = (try? JSONDocument(PaddedBytes(body)))?.root
        return root?["data"]?["ticketingAgreement"]?["option"]?.equals("CONFIRM") == true
    }

    /// Percent-encoded already, as Amadeus' own ids are.
    static func newID() -> String { "eJzTd9f3" + RandomText.letters(16) + "%3D%3D" }

    private static func traveller(_ person: JSONValue, _ echo: AmadeusEcho, at pointer: String) throws -> Traveller {
        guard let id = person["id"]?.string, let known = echo.travelers.first(where: { $0.id == id }) else {
            throw AmadeusProblem.invalidData("Not a traveler of the offer", "\(pointer)/id")
        }
        guard let first = person["name"]?["firstName"]?.string, let last = person["name"]?["lastName"]?.string,
            let born = person["dateOfBirth"]?.string
        else { throw AmadeusProblem.missing(pointer) }
        guard isName(first), isName(last) else { throw AmadeusProblem.invalidFormat("\(pointer)/name") }
        guard (try? ISO8601.date(born)) != nil else { throw AmadeusProblem.invalidFormat("\(pointer)/dateOfBirth") }
        for phone in person["contact"]?["phones"]?.elements ?? person.elements {
            guard let code = phone["countryCallingCode"]?.string, let number = phone["number"]?.string,
                (1...4).contains(code.count), (1...15).contains(number.count), (code + number).allSatisfy(\.isNumber)
            else { throw AmadeusProblem.invalidFormat("\(pointer)/contact/phones") }
        }
        return Traveller(id: id, type: known.priced, givenName: first, familyName: last)
    }

    private static func isName(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.allSatisfy { (0x41...0x5A).contains($0 & 0xDF) || $0 == 0x20 || $0 == 0x2D }
    }

    private static func text(_ value: JSONValue) -> String { String(decoding: value.rawBytes, as: UTF8.self) }
}
