/// What the booking goes by at one provider, beside what its dialect can do.
public struct ProviderRules: Sendable {
    /// How long after a call "not found" becomes proof; the policy's where nil.
    public var quarantine: Duration?
    /// How long a call may take from being sent to its last effect: the longest of the provider's timeouts.
    public var longestCall: Duration

    public init(quarantine: Duration? = nil, longestCall: Duration = .seconds(15)) {
        self.quarantine = quarantine
        self.longestCall = longestCall
    }
}
