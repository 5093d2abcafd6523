import FarePorts
import FareTestSupport

@testable import FareBooking

/// What is deliberately broken in a world: by something that stands in front of a port, never in the product.
struct Mutation: Sendable {
    /// In front of the store that all processes share.
    var store: @Sendable (any BookingStore) -> any BookingStore = { $0 }
    /// In front of each provider, behind the wire.
    var provider: @Sendable (any FareProvider) -> any FareProvider = { $0 }
    /// In front of the gateway, behind the wire.
    var gateway: @Sendable (any PaymentGateway) -> any PaymentGateway = { $0 }
    /// What the booking core sees of a provider: on its side of the wire.
    var view: @Sendable (any FareProvider) -> any FareProvider = { $0 }
    var policy: @Sendable (inout BookingPolicy) -> Void = { _ in }
    /// Nothing keeps a call that goes out once from going out after its time.
    var sendsLate = false

    static let none = Mutation()
}
