import FareDomain
import FarePorts
import FareTestSupport
import Logging
import Resilience

@testable import FareBooking

/// What a world is made of.
extension World {
    func engine(for process: ServiceProcess) -> BookingEngine {
        let wire = Wire(process: process)
        return BookingEngine(
            providers: providers.map {
                mutation.view(ProcessProvider(wire: wire, peer: mutation.provider($0), fake: $0))
            },
            gateway: ProcessGateway(wire: wire, peer: mutation.gateway(gateway), fake: gateway),
            store: process.store, clock: process.clock,
            configuration: BookingEngine.Configuration(
                owner: process.name, boot: "machine \(process.monotonicOffset)", capacity: 100),
            logger: logger(for: process))
    }

    func store(for process: ServiceProcess) -> any BookingStore { ProcessStore(process: process, shared: store) }

    private func logger(for process: ServiceProcess) -> Logger {
        let writes = keepsLog
        let name = process.name
        return Logger(label: "simulation") { _ in
            guard writes else { return SwiftLogNoOpLogHandler() }
            return WorldLogHandler { [unowned self] text in log("\(name) says: \(text)") }
        }
    }

    func build() {
        let clock = TrueClock(agenda: agenda)
        let hold: (Faults) -> Duration = {
            $0.strike(.shortHold) ? $0.milliseconds(5_000...60_000) : .seconds(1200)
        }
        providers = [
            FakeProvider(id: ProviderID("alpha"), clock: clock, longestHold: hold(faults)),
            FakeProvider(id: ProviderID("beta"), clock: clock, carriesReferences: false, longestHold: hold(faults)),
        ]
        if setup.oneIn(2) {
            providers.append(
                FakeProvider(
                    id: ProviderID("gamma"), clock: clock,
                    capabilities: ProviderCapabilities(findsOrders: false, cancelsTickets: true),
                    longestHold: hold(faults)))
        }
        reconciliation = setup.oneIn(4) ? setup.milliseconds(20_000...120_000) : nil
        gateway = FakeGateway(
            clock: clock, authorizationLife: setup.oneIn(10) ? .seconds(setup.number(20...60)) : .seconds(604_800))
        for provider in providers { provider.inject { [unowned self] in fault(of: $0) } }
        gateway.inject { [unowned self] in fault(of: $0) }
        store = mutation.store(WitnessedStore(world: self, behind: InMemoryBookingStore()))
        let isOneMachine = setup.oneIn(2)
        for _ in 0..<setup.number(1...2) {
            civilOffsets.append(.zero)
            monotonicOffsets.append(isOneMachine ? .zero : .seconds(setup.number(-900...900)))
        }
        for replica in civilOffsets.indices { start(replica) }
        for customer in customers() { schedule(customer) }
    }

    func start(_ replica: Int) {
        let process = ServiceProcess(
            name: "p\(replica + 1).\(processes.count + 1)", replica: replica,
            monotonicOffset: monotonicOffsets[replica], world: self)
        process.civilOffset = civilOffsets[replica]
        if replica < replicas.count { replicas[replica] = process } else { replicas.append(process) }
        processes.append(process)
        log("\(process.name) starts")
        process.spawn { await $0.engine.run() }
        guard let reconciliation else { return }
        process.spawn { process in
            while (try? await process.clock.sleep(for: reconciliation)) != nil {
                let report = await Reconciler(process.engine).pass()
                for finding in report.findings {
                    process.world.log("\(process.name) finds \(finding.kind) \(finding.booking?.rawValue ?? "")")
                }
            }
        }
    }

    private func fault(of call: FakeProvider.Call) -> FakeProvider.Fault? {
        switch call.operation {
        case .reprice, .hold, .order:
            if faults.strike(.soldOut) { return .refuse(faults.oneIn(3) ? .fareChanged : .soldOut) }
            return faults.strike(.priceRise) ? .raise(percent: Int64(faults.number(1...60))) : nil
        case .confirm: return faults.strike(.priceRise) ? .raise(percent: Int64(faults.number(1...60))) : nil
        default: return nil
        }
    }

    private func fault(of call: FakeGateway.Call) -> FakeGateway.Fault? {
        switch call.operation {
        case .authorize:
            switch faults.first([.decline, .actionRequired, .processing]) {
            case .decline: return .decline
            case .actionRequired: return .requireAction
            case .processing: return .process(faults.milliseconds(500...20_000))
            default: break
            }
        case .refund:
            switch faults.first([.refundPending, .refundFails, .refundReturns]) {
            case .refundPending: return .refundGoes(.pendsThenSucceeds(faults.milliseconds(500...30_000)))
            case .refundFails: return .refundGoes(.pendsThenFails(faults.milliseconds(500...30_000)))
            case .refundReturns where reconciliation != nil:
                let delay = faults.milliseconds(500...60_000)
                lastArrival = max(lastArrival, agenda.now.advanced(by: delay))
                return .refundGoes(.succeedsThenFails(delay))
            default: break
            }
        default: break
        }
        guard call.key != nil, faults.strike(.storedFailure) else { return nil }
        return faults.oneIn(2) ? .storeFailure : .storeFailureAfter
    }
}
