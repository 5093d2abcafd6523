/// An airport with an IATA code.
public struct Airport: Hashable, Sendable {
    public let code: LocationCode
    /// The IATA code of its city, which is the airport's own where the city has no other.
    public let city: LocationCode
    /// ISO 3166-1, two capitals: `GB`.
    public let country: String
    /// Degrees north.
    public let latitude: Double
    /// Degrees east.
    public let longitude: Double
    /// What its clocks show.
    public let zone: Zone

    init(
        code: LocationCode, city: LocationCode, country: String, latitude: Double, longitude: Double, zone: Zone
    ) {
        self.code = code
        self.city = city
        self.country = country
        self.latitude = latitude
        self.longitude = longitude
        self.zone = zone
    }

    /// The great-circle distance to `other` in kilometres, on a sphere: within 0.6 % of the truth.
    public func distance(to other: Airport) -> Double {
        Sphere.angle(
            from: (latitude, longitude), to: (other.latitude, other.longitude)) * Sphere.earthRadiusInKilometres
    }
}
