import Foundation
import Glibc
import Testing
import WireFormats

/// The executable, as its users start it.
struct MockProviderProcessTests {
    /// Starts `mock-provider duffel` on a free port, and reads the port from its first line.
    private func start(_ arguments: [String]) throws -> (process: Process, port: Int, line: String) {
        let process = Process()
        let tests = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: tests).deletingLastPathComponent()
            .appendingPathComponent("mock-provider")
        process.arguments = ["duffel", "--port", "0"] + arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        var line = ""
        while !line.hasSuffix("\n"), let byte = try output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty {
            line += String(decoding: byte, as: UTF8.self)
        }
        let port = line.split(separator: ":").last.flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
        return (process, try #require(port, "\(line)"), line)
    }

    private func end(_ process: Process, with signal: Int32) {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
    }

    @Test func ordersAndOffersSurviveSIGKILL() async throws {
        try await withStateFile { path in
            let first = try start(["--state", path, "--seed", "5"])
            let duffel = DuffelCaller(port: first.port)
            let later = try await duffel.orderBody(hold: false)
            let held = await RawClient.send(
                "POST", "/air/orders", try await duffel.orderBody(hold: true), port: first.port)
            #expect(held.status == 201)
            let before = await RawClient.send("GET", "/__mock/ledger", port: first.port)
            end(first.process, with: SIGKILL)

            let second = try start(["--state", path, "--seed", "5"])
            defer { end(second.process, with: SIGKILL) }
            #expect(await RawClient.send("GET", "/__mock/ledger", port: second.port).text == before.text)
            let order = try json(held.body).require("data")
            let read = await RawClient.send("GET", "/air/orders/\(try order.string("id"))", port: second.port)
            #expect(read.body == held.body)
            let bought = await RawClient.send("POST", "/air/orders", later, port: second.port)
            #expect(bought.status == 201, "an offer quoted before the kill: \(bought.text)")
        }
    }

    @Test(arguments: [SIGTERM, SIGINT]) func aSignalStopsItAtOnceAlsoWhileItHangs(signal: Int32) async throws {
        let (process, port, line) = try start([])
        #expect(line == "duffel listening on http://127.0.0.1:\(port)\n")
        try await DuffelCaller(port: port).setRule(#"{"operation":"*","fault":"hang"}"#)
        let hanging = Task { await RawClient.send("GET", "/air/orders", port: port, patience: 30) }
        while try json(await RawClient.send("GET", "/__mock/requests", port: port).body).int("status") == 0 {}
        end(process, with: signal)
        #expect(process.terminationReason == .exit && process.terminationStatus == 0)
        #expect(await hanging.value.end != .silent)
    }
}
