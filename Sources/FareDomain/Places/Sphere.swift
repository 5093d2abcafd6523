/// Distances on a sphere. The standard library has roots but no sines, and this module imports nothing else; two short
/// series are exact enough.
enum Sphere {
    /// The mean radius of the Earth (IUGG).
    static let earthRadiusInKilometres = 6371.0088

    /// The angle at the centre between two places, in radians, by the haversine formula.
    ///
    /// - Parameters: latitude and longitude in degrees.
    static func angle(
        from start: (latitude: Double, longitude: Double), to end: (latitude: Double, longitude: Double)
    ) -> Double {
        let northward = sine(ofDegrees: (end.latitude - start.latitude) / 2)
        let eastward = sine(ofDegrees: (end.longitude - start.longitude) / 2)
        let shrink = sine(ofDegrees: 90 - start.latitude.magnitude) * sine(ofDegrees: 90 - end.latitude.magnitude)
        let haversine = northward * northward + shrink * eastward * eastward
        return 2 * arcsine(ofRoot: min(1, haversine))
    }

    /// - Parameter degrees: -180 to 180.
    private static func sine(ofDegrees degrees: Double) -> Double {
        let folded = degrees.magnitude > 90 ? (degrees < 0 ? -180 : 180) - degrees : degrees
        let angle = folded * .pi / 180
        var term = angle
        var sum = angle
        // The Taylor series: past the tenth term nothing is left for angles up to a quarter turn.
        for index in 1...10 {
            term *= -angle * angle / Double((2 * index) * (2 * index + 1))
            sum += term
        }
        return sum
    }

    /// The arcsine of the root of `square`.
    ///
    /// - Parameter square: 0 to 1.
    private static func arcsine(ofRoot square: Double) -> Double {
        // Halving the angle three times leaves at most 0.2 rad, where the series ends soon:
        // sin²(a/2) = (1 - cos a) / 2, written so that small angles lose no digits.
        var square = square
        for _ in 0..<3 { square = square / (2 * (1 + (1 - square).squareRoot())) }
        var term = square.squareRoot()
        var sum = term
        for index in 1...10 {
            term *= square * Double((2 * index - 1) * (2 * index - 1)) / Double((2 * index) * (2 * index + 1))
            sum += term
        }
        return 8 * sum
    }
}
