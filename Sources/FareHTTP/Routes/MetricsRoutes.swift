import Hummingbird

/// `/metrics`.
struct MetricsRoutes: Sendable {
    let exposition: FareHTTPServer.Exposition

    func add(to router: Router<EdgeContext>) {
        router.get("/metrics") { _, _ in
            Answer(status: 200, contentType: exposition.contentType, body: exposition.text()).response
        }
    }
}
