import HTTPTypes
import Hummingbird
import WireFormats

/// `/ping`, `/health`, `/livez`, `/readyz` and `/problems/{code}`.
struct HealthRoutes: Sendable {
    let health: @Sendable () async -> HealthReport
    let readiness: @Sendable () async -> String?

    func add(to router: Router<EdgeContext>) {
        router.get("/ping") { _, _ in
            Answer(status: 200, body: (["message": "pong"] as JSONNode).bytes).response
        }
        router.get("/health") { _, _ in
            let report = await health()
            return Answer(
                status: report.status == .fail ? 503 : 200, contentType: "application/health+json",
                body: report.json(reserving: 4096)
            ).response
        }
        router.get("/livez") { _, _ in
            Answer(status: 200, body: (["status": "pass"] as JSONNode).bytes).response
        }
        router.get("/readyz") { _, _ in
            guard let reason = await readiness() else {
                return Answer(status: 200, body: (["status": "pass"] as JSONNode).bytes).response
            }
            return Answer(status: 503, body: (["status": "fail", "detail": .string(reason)] as JSONNode).bytes).response
        }
        router.get("/problems/:code") { _, context in
            guard let code = ProblemCode(rawValue: try context.parameters.require("code")) else {
                throw Problem(.notFound, "there is no such problem")
            }
            return page(code).response
        }
    }

    private func page(_ code: ProblemCode) -> Answer {
        let html = """
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><title>\(code.rawValue)</title>
            <style>body{font:1rem/1.5 system-ui,sans-serif;max-width:40rem;margin:3rem auto;padding:0 1rem}</style></head>
            <body>
            <h1>\(code.title)</h1>
            <p><code>\(code.rawValue)</code>, status \(code.status), \(code.isRetryable ? "may be retried" : "not to be retried as it is")</p>
            <p>\(code.explanation)</p>
            </body>
            </html>

            """
        return Answer(status: 200, contentType: "text/html; charset=utf-8", body: Array(html.utf8))
    }
}
