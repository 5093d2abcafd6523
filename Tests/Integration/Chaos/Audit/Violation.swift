/// Something that must never be, and is.
struct Violation: Sendable, Hashable, CustomStringConvertible {
    /// What was broken. One test feeds the auditor each of them.
    enum Kind: String, Sendable, CaseIterable {
        case doubleTicket = "a second ticket"
        case duplicateTrip = "the same trip twice, and nobody allowed it"
        case ticketWithoutMoney = "a ticket without money"
        case moneyWithoutTicket = "money without a ticket"
        case overcharged = "more captured than was accepted"
        case orphanHold = "a hold that nobody wants"
        case authorizationLeft = "an authorization left"
        case wrongRefund = "cancelled, and not refunded as the airline did"
        case notTerminal = "a booking not at its end"
        case noFinalAnswer = "a key without a final answer"
        case falseSuccess = "a success that the ledgers contradict"
        case falseFailure = "a failure that the ledgers contradict"
        case falseCancellation = "a cancellation that the ledgers contradict"
        case viewDisagrees = "a booking that is shown otherwise than the ledgers have it"
        case replayDiffers = "one key, two final answers"
        case keySplit = "one key, two bookings"
        case unexpectedAnswer = "an answer outside the contract"
        case stranger = "an order or payment of no booking that is known"
        case sentTwice = "a call that may be sent once, sent more often than it was written down"
        case sentAfterRevival = "a call of an owner that had lost its lease"
        case processDied = "a process that ended by itself"
    }

    var kind: Kind
    /// The party or the booking.
    var subject: String
    var detail: String

    var description: String { "\(kind.rawValue): \(subject): \(detail)" }
}
