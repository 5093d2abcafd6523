import WireFormats

/// Waits until it is so: a minute at most, as a busy machine takes its time.
func poll(_ what: String, _ isSo: () async throws -> Bool) async throws {
    let end = ContinuousClock.now + .seconds(60)
    while ContinuousClock.now < end {
        if try await isSo() { return }
        try await Task.sleep(for: .milliseconds(50))
    }
    throw HarnessError("waited in vain for \(what)")
}

extension World {
    /// Waits until one of the mocks has seen a call of that operation.
    func waitForOperation(_ step: String) async throws {
        try await poll("a \(step)") {
            for name in World.providers + ["payments"] {
                let counts = try await mock(name).get("/__mock/requests").json
                if let count = counts.member(named: step)?.int, count > 0 { return true }
            }
            return false
        }
    }
}
