import FarePorts
import Testing
import WireFormats

/// The service on a disk that fails: it says so, begins nothing, and loses nothing that it has acknowledged.
@Suite(.serialized) struct StoreFailureTests {
    private static let quick = ["FAREMUX_QUARANTINE_SECONDS": "1", "FAREMUX_PAYMENTS_TIMEOUT_MS": "2000"]

    private static func run(_ body: @Sendable (World, FaultyDisk) async throws -> Void) async throws {
        let disk = try FaultyDisk()
        let environment = quick.merging(disk.environment) { _, new in new }
        try await World.run(environment: environment) { world in try await body(world, disk) }
    }

    @Test(arguments: [FaultyDisk.Fault.sync, .full])
    func aDiskThatFailsIsToldAndNothingIsBegunOnIt(_ fault: FaultyDisk.Fault) async throws {
        try await Self.run { world, disk in
            let first = try await world.book("first")
            #expect(first.status == 201, "\(first.text)")
            #expect(disk.failures() == 0)

            try disk.set(fault)
            for _ in 0..<3 {
                let refused = try await world.book("second")
                #expect(refused.status == 503)
                #expect(try refused.json.string("code") == "store-unavailable")
                // The service can't read what the key may have stood for before.
                #expect(try refused.json.string("outcome") == "unknown")
            }
            let health = try await world.service.get("/health")
            #expect(health.status == 503)
            #expect(try health.json.require("checks").require("store").string("status") == "fail")
            #expect(try await world.service.get("/readyz").status == 503)
            #expect(try await world.service.get("/livez").status == 200)
            #expect(try await world.service.get("/bookings/\(first.json.string("id"))").status == 200)
            #expect(try await world.orders().count == 1)
            #expect(try await world.payments().count == 1)
            #expect(disk.failures() > 0)

            disk.mend()
            #expect(try await world.service.get("/readyz").status == 200)
            let second = try await world.book("second")
            #expect(second.status == 201, "\(second.text)")
            try await world.cutPower(disk)
            for booking in [first, second] { try await world.expectTicketed(booking) }
            try await world.expectSquare(tickets: 2)
        }
    }

    /// What is shown of the log after a failed sync, and is not on the disk, must not get between what is.
    @Test func whatFollowsAFailedSyncAndARestartSurvivesAPowerCut() async throws {
        try await Self.run { world, disk in
            let first = try await world.book("first")
            try disk.set(.sync)
            #expect(try await world.book("second").status == 503)
            world.killService()
            disk.mend()
            try await world.restartService()
            let third = try await world.book("third")
            #expect(third.status == 201, "\(third.text)")
            try await world.cutPower(disk)
            for booking in [first, third] { try await world.expectTicketed(booking) }
        }
    }

    @Test func aStoreThatCanNotBeSettledAtTheStartIsRefused() async throws {
        try await Self.run { world, disk in
            _ = try await world.book("first")
            world.killService()
            try disk.set(.sync)
            let program = try world.startServiceAlone()
            #expect(try await program.exitStatus() != 0)
            #expect(program.standardError.contains("can't be opened"), "\(program.standardError)")
            disk.mend()
            try await world.restartService()
        }
    }

    /// How a disk's failure in the middle of a booking goes on.
    enum Sequel: CaseIterable { case mended, powerCut }

    @Test(arguments: [FaultyDisk.Fault.sync, .full], Sequel.allCases)
    func aBookingWhoseDiskFailsHalfWayEndsAsTheLedgersSay(
        _ fault: FaultyDisk.Fault, _ sequel: Sequel
    ) async throws {
        try await Self.run { world, disk in
            for name in World.providers {
                try await world.fault(name, ["operation": "hold", "fault": "latency", "latency_ms": 5000])
            }
            let asking = Task { try? await world.book("first") }
            try await world.waitForOperation("hold")
            try disk.set(fault)
            try await poll("the disk to fail") { disk.failures() > 0 }
            switch sequel {
            case .mended: disk.mend()
            case .powerCut: try await world.cutPower(disk)
            }
            _ = await asking.value
            let answer = try await world.finalAnswer("first")
            #expect(answer.status == (sequel == .mended ? 201 : 502), "\(answer.text)")
            try await world.expectSquare(tickets: sequel == .mended ? 1 : 0)
        }
    }

    /// The log is cut further back than a disk may that keeps what was synced. The gateway and the provider are asked:
    /// where the confirmation is known to be intended, the booking ends ticketed; before that, everything is undone.
    @Test(arguments: 1...5)
    func aBookingWhoseLastCommitsAreGoneEndsAsTheLedgersSay(_ lost: Int) async throws {
        try await Self.run { world, disk in
            let booked = try await world.book("first")
            #expect(booked.status == 201, "\(booked.text)")
            world.killService()
            let commits = disk.commits()
            try #require(commits.count > lost)
            try disk.cutLog(to: commits[commits.count - 1 - lost] + 24 + lost)
            try await world.restartService()
            let answer = try await world.finalAnswer("first")
            #expect(answer.status == (lost <= 4 ? 201 : 502), "\(answer.text)")
            if lost <= 4 { try await world.expectTicketed(booked) }
            try await world.expectSquare(tickets: lost <= 4 ? 1 : 0)
        }
    }
}

extension FaultyDisk {
    /// Where each commit in the store's log ends: <https://www.sqlite.org/fileformat2.html#the_write_ahead_log>.
    fileprivate func commits() -> [Int] {
        let log = log()
        return stride(from: 32, to: log.count - 4119, by: 24 + 4096)
            .filter { log[$0 + 8..<$0 + 16] == log[16..<24] && log[$0 + 4..<$0 + 8].contains { $0 != 0 } }
            .map { $0 + 24 + 4096 }
    }
}

extension World {
    fileprivate func book(_ key: String) async throws -> Client.Answer {
        let passenger = Requests.ada
        return try await service.post(
            "/cheapest-booking",
            Requests.booking(passengers: [passenger], more: [JSONNode.Member("allow_duplicate", true)]),
            headers: Requests.key(key))
    }

    /// SIGKILL, and the disk becomes what is on its platter; then the service is started again.
    fileprivate func cutPower(_ disk: FaultyDisk) async throws {
        killService()
        disk.mend()
        try disk.cutPower()
        try await restartService()
    }

    /// Repeats the request until it is answered for good.
    fileprivate func finalAnswer(_ key: String) async throws -> Client.Answer {
        var last: Client.Answer?
        try await poll("a final answer") {
            let answer = try await book(key)
            last = answer
            return ![202, 409, 503].contains(answer.status)
        }
        guard let last else { throw HarnessError("no answer") }
        return last
    }

    fileprivate func expectTicketed(_ booking: Client.Answer) async throws {
        let found = try await service.get("/bookings/\(booking.json.string("id"))")
        #expect(found.status == 200)
        #expect(try found.json.string("status") == "ticketed")
        #expect(try found.json.string("pnr") == booking.json.string("pnr"))
    }

    /// As many tickets as there should be, each paid for; and soon nothing else that anybody holds.
    fileprivate func expectSquare(tickets: Int) async throws {
        try await poll("what nobody wants to be given back") {
            let held = try await self.orders().contains { try $0.order.string("state") == "held" }
            let authorized = try await self.payments().contains { try $0.string("state") == "authorized" }
            return !held && !authorized
        }
        // A booking that failed may still have what it did to be undone.
        try await poll("\(tickets) tickets, and as many payments") {
            let ticketed = try await self.orders().filter { try $0.order.string("state") == "ticketed" }
            let captured = try await self.payments().filter { try $0.string("state") == "captured" }
            return ticketed.count == tickets && captured.count == tickets
        }
    }
}
