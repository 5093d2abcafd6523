/// What Amadeus knows an application by: the key and the secret of its page on developers.amadeus.com.
public struct AmadeusCredentials: Sendable {
    public var clientID: String
    public var clientSecret: String

    public init(clientID: String, clientSecret: String) {
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}
