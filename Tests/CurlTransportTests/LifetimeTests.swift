import CurlTransport
import FarePorts
import FareTestSupport
import Glibc
import Resilience
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(5)))
struct LifetimeTests {
    /// Answers, but for what asks for `/stall`; fires `seen` for that.
    static func stalling(_ seen: Signal) -> FaultServer.Script {
        { connection in
            while let request = connection.readRequest() {
                if request.path == "/stall" {
                    seen.fire()
                    return connection.waitForClose()
                }
                guard connection.answer(body: Array(request.path.utf8)) else { return }
            }
        }
    }

    @Test func cancellingEndsATransferUnderWay() async throws {
        let seen = Signal()
        try await withTransport(to: LifetimeTests.stalling(seen)) { transport, server in
            let clock = SystemClock()
            let cancelledAt = Mutex<MonotonicInstant?>(nil)
            let error = await withTaskGroup(of: TransportError?.self) { group in
                group.addTask { await transport.failure(of: .test(server.url("/stall"))) }
                await seen.wait()
                cancelledAt.withLock { $0 = clock.now }
                group.cancelAll()
                return await group.next() ?? nil
            }
            let waited = try #require(cancelledAt.withLock { $0 }).duration(to: clock.now)
            #expect(error?.code == .cancelled)
            #expect(error?.maybeSent == true)
            // Far below the half minute after which it would end by itself.
            #expect(waited < .seconds(10))
        }
    }

    @Test func cancelledBeforehandIsNeverSent() async throws {
        let seen = Signal()
        try await withTransport(to: LifetimeTests.stalling(seen)) { transport, server in
            let error = await withTaskGroup(of: TransportError?.self) { group in
                group.cancelAll()
                group.addTask { await transport.failure(of: .test(server.url("/stall"))) }
                return await group.next() ?? nil
            }
            #expect(error?.code == .cancelled)
            #expect(error?.maybeSent == false)
            #expect(server.requestCount == 0)
        }
    }

    @Test func oneCallTooManyIsRefusedUntilThereIsRoom() async throws {
        let seen = Signal()
        var configuration = CurlConfiguration()
        configuration.maximumInFlight = 3
        try await withTransport(to: LifetimeTests.stalling(seen), configuration) { transport, server in
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<3 { group.addTask { _ = await transport.failure(of: .test(server.url("/stall"))) } }
                await seen.wait(count: 3)
                let error = await transport.failure(of: .test(server.url()))
                #expect(error?.code == .overloaded)
                #expect(error?.maybeSent == false)
                group.cancelAll()
            }
            let response = try await transport.send(.test(server.url()))
            #expect(response.status == 200)
        }
    }

    @Test func shutdownFailsWhatIsInFlightAndWhatComesAfter() async throws {
        let seen = Signal()
        try await withTransport(to: LifetimeTests.stalling(seen)) { transport, server in
            async let run: Void = transport.run()
            let errors = await withTaskGroup(of: TransportError?.self) { group in
                for _ in 0..<20 { group.addTask { await transport.failure(of: .test(server.url("/stall"))) } }
                await seen.wait(count: 20)
                await transport.shutdown()
                return await group.reduce(into: []) { $0.append($1) }
            }
            await run
            #expect(errors.count == 20)
            #expect(errors.allSatisfy { $0?.code == .shutDown && $0?.maybeSent == true })
            let after = await transport.failure(of: .test(server.url()))
            #expect(after?.code == .shutDown)
            #expect(after?.maybeSent == false)
            #expect(Descriptors.sockets(to: server.port) == 0)
        }
    }

    @Test func cancellingRunShutsDown() async throws {
        try await withTransport { transport, server in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await transport.run() }
                group.cancelAll()
            }
            let error = await transport.failure(of: .test(server.url()))
            #expect(error?.code == .shutDown)
        }
    }

    @Test func transportThatNobodyHoldsGivesItsDescriptorsBack() async throws {
        let before = Descriptors.polls
        for _ in 0..<200 {
            let transport = try CurlTransport()
            await transport.shutdown()
        }
        // Other tests have transports of their own at the same time, though not nearly as many.
        #expect(Descriptors.polls < before + 100)
    }

    @Test func tenThousandCallsWithAThirdCancelledEndOnceEach() async throws {
        let seed: UInt64 = 20_261_210
        print("seed \(seed)")
        var random = SeededGenerator(seed: seed)
        let plan = (0..<10_000).map { _ in
            Int.random(in: 0..<3, using: &random) == 0 ? Int.random(in: 0..<40, using: &random) : nil
        }
        let seen = Signal()
        try await withTransport(to: LifetimeTests.stalling(seen)) { transport, server in
            let outcomes = await withTaskGroup(of: TransportError.Code?.self) { group in
                var outcomes: [TransportError.Code?] = []
                for (number, patience) in plan.enumerated() {
                    if number >= 100, let outcome = await group.next() { outcomes.append(outcome) }
                    group.addTask { await LifetimeTests.call(transport, server, number, patience) }
                }
                return await group.reduce(into: outcomes) { $0.append($1) }
            }
            #expect(outcomes.count == plan.count)
            #expect(outcomes.allSatisfy { $0 == nil || $0 == .cancelled })
            #expect(outcomes.count { $0 == nil } >= plan.count { $0 == nil })
            #expect(outcomes.contains(.cancelled))
            await transport.shutdown()
            #expect(Descriptors.sockets(to: server.port) == 0)
        }
    }

    /// One call; with patience, it is cancelled after as many turns as that. Half of those would never be answered.
    private static func call(
        _ transport: CurlTransport, _ server: FaultServer, _ number: Int, _ patience: Int?
    ) async -> TransportError.Code? {
        await withTaskGroup(of: TransportError.Code?.self) { group in
            let path = patience != nil && number.isMultiple(of: 2) ? "/stall" : "/\(number)"
            group.addTask {
                do throws(TransportError) {
                    let response = try await transport.send(.test(server.url(path)))
                    #expect(Array(response.body.bytes) == Array(path.utf8))
                    return nil
                } catch {
                    return error.code
                }
            }
            if let patience {
                for _ in 0..<patience { await Task.yield() }
                group.cancelAll()
            }
            return await group.next() ?? nil
        }
    }
}

/// What this process has open. Other tests run at the same time, so nothing is counted that could be theirs.
enum Descriptors {
    private static var names: Range<Int32> { 0..<min(getdtablesize(), 65_536) }

    /// Sockets connected to that port.
    static func sockets(to port: UInt16) -> Int {
        names.count { descriptor in
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let isConnected = withUnsafeMutablePointer(to: &address) {
                $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
            }
            return isConnected && address.sin_family == sa_family_t(AF_INET) && address.sin_port == port.bigEndian
        }
    }

    /// epoll and eventfd descriptors.
    static var polls: Int {
        names.count { descriptor in
            var name = [CChar](repeating: 0, count: 64)
            let length = readlink("/proc/self/fd/\(descriptor)", &name, name.count)
            return length > 0 && name.starts(with: "anon_inode:[event".utf8.map { CChar(bitPattern: $0) })
        }
    }
}
