import HTTPTypes
import Hummingbird

/// Which methods each known path takes: it tells a wrong method from a wrong path.
struct AllowedMethods: Sendable {
    private struct Known: Sendable {
        var path: RouterPath
        var methods: [HTTPRequest.Method]
    }

    private var known: [Known] = []

    init(_ routes: [Router<EdgeContext>.RouteDescription]) {
        for route in routes {
            if let index = known.firstIndex(where: { $0.path == route.path }) {
                known[index].methods.append(route.method)
            } else {
                known.append(Known(path: route.path, methods: [route.method]))
            }
        }
    }

    /// In the order of their names; empty for a path that nobody knows.
    func methods(of path: String) -> [HTTPRequest.Method] {
        let parts = path.split(separator: "/")
        var methods = Set(
            known.lazy.filter { known in
                known.path.components.count == parts.count && zip(known.path.components, parts).allSatisfy { $0 ~= $1 }
            }.flatMap(\.methods))
        // What can be got can be asked for without its content (RFC 9110, section 9.3.2).
        if methods.contains(.get) { methods.insert(.head) }
        return methods.sorted { $0.rawValue < $1.rawValue }
    }
}
