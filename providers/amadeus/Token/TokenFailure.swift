import FarePorts

/// Why a renewal brought no token.
struct TokenFailure: Error {
    /// Always with `notApplied`: the call that needed the token has not been sent.
    let error: ProviderError
    /// Whether it says something about the caller alone: it was cancelled, or its lane's circuit, queue or share of the
    /// quota stopped it. Others may do better.
    let concernsCallerOnly: Bool

    /// Amadeus answered, and there was no token in it.
    init(_ error: ProviderError) {
        self.error = error
        concernsCallerOnly = false
    }

    /// There was no answer.
    init(_ failure: TransportError) {
        var error = ProviderError(failure)
        error.outcome = .notApplied
        error.detail = "access token: " + error.detail
        self.error = error
        switch failure.code {
        case .cancelled, .circuitOpen, .overloaded, .rateLimited, .tooLate: concernsCallerOnly = true
        default: concernsCallerOnly = false
        }
    }
}
