public import FareDomain
public import FarePorts

extension FakeGateway {
    public enum Operation: String, Sendable, CaseIterable {
        case authorize, capture, void, refund, status, find
        /// `status(ofRefund:)`.
        case refundStatus
        /// `refunds(of:)`.
        case refunds
        /// `payments(createdAfter:createdBefore:)`.
        case list
        /// `refunds(failedAfter:failedBefore:)`.
        case failedRefunds
    }

    /// What happens to one call.
    public enum Fault: Sendable {
        /// Not done, said so, and not stored under the key.
        case refuse(PaymentError.Code)
        /// Not done, and the reply is lost.
        case loseBefore
        /// Done, and the reply is lost.
        case loseAfter
        /// The reply is lost now; the request arrives so much later, and is judged then.
        case applyLate(Duration)
        /// The card is refused; stored under the key.
        case decline
        /// The card's bank wants its holder to act; stored under the key.
        case requireAction
        /// Not decided before so much time has passed; the answer "processing" is stored under the key.
        case process(Duration)
        /// A 5xx that is stored under the key: nothing was done, and nothing else is ever said.
        case storeFailure
        /// The same 5xx, but it was done.
        case storeFailureAfter
        /// The refund goes this way.
        case refundGoes(RefundCourse)
    }

    /// What becomes of a refund.
    public enum RefundCourse: Hashable, Sendable {
        case succeeds
        case pendsThenSucceeds(Duration)
        case pendsThenFails(Duration)
        case succeedsThenFails(Duration)
        /// The answer says so already.
        case fails
    }

    /// One call, as it came in.
    public struct Call: Sendable {
        public var operation: Operation
        /// How many calls of the same operation came before it.
        public var index: Int
        public var key: String?
        /// The payment's or the refund's id, or our reference.
        public var subject: String
        public var amount: Money?
    }

    /// One payment, as the ledger has it.
    public struct Entry: Hashable, Sendable {
        public var payment: Payment
        public var reference: String
        public var token: String
        /// While it is processing, when that ends; while it is authorized, when the authorization does.
        public var changesAt: Timestamp?
        /// The oldest first.
        public var refunds: [RefundEntry] = []
    }

    /// One refund, as the ledger has it.
    public struct RefundEntry: Hashable, Sendable {
        public var refund: Refund
        /// What becomes of it, and when.
        public var next: Refund.State?
        public var changesAt: Timestamp?
        public var failedAt: Timestamp?
    }
}
