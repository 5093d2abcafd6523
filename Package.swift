// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

// What is outside the package.
let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let configuration = Target.Dependency.product(name: "Configuration", package: "swift-configuration")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let lifecycle = Target.Dependency.product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioEmbedded = Target.Dependency.product(name: "NIOEmbedded", package: "swift-nio")
let signals = Target.Dependency.product(name: "UnixSignals", package: "swift-service-lifecycle")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

// The core: what everything else is written in.
let core: [Target.Dependency] = ["FareDomain", "FarePorts", "Resilience"]

let coreTargets: [Target] = [
    .target(name: "FareDomain", exclude: ["README.md"], swiftSettings: settings),
    .target(name: "Resilience", exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "FarePorts", dependencies: ["FareDomain", "Resilience"], exclude: ["README.md"],
        swiftSettings: settings),
    .target(
        name: "WireFormats", dependencies: ["FareDomain", "FarePorts", "CSimdJSON", "CExpat"],
        exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "FareSearch", dependencies: core + ["WireFormats"], exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "FareBooking", dependencies: core + [crypto, logging, metrics], exclude: ["README.md"],
        swiftSettings: settings),
    .target(name: "Telemetry", dependencies: [metrics], exclude: ["README.md"], swiftSettings: settings),
]

let adapterTargets: [Target] = [
    .systemLibrary(
        name: "CCurl", path: "Sources/Adapters/CCurl", pkgConfig: "libcurl",
        providers: [.apt(["libcurl4-openssl-dev"])]),
    .systemLibrary(
        name: "CExpat", path: "Sources/Adapters/CExpat", providers: [.apt(["libexpat1-dev"])]),
    .target(
        name: "CSimdJSON", path: "Sources/Adapters/CSimdJSON", linkerSettings: [.linkedLibrary("simdjson")]),
    .target(
        name: "CurlTransport", dependencies: ["CCurl", "FarePorts", "Resilience"],
        path: "Sources/Adapters/CurlTransport", exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "GuardedTransport", dependencies: core + ["WireFormats", metrics],
        path: "Sources/Adapters/GuardedTransport", exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "SQLiteStore", dependencies: core + [grdb, metrics],
        path: "Sources/Adapters/SQLiteStore", exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "StripePayments", dependencies: core + ["WireFormats"],
        path: "Sources/Adapters/StripePayments", exclude: ["README.md"], swiftSettings: settings),
]

/// A provider: a folder with its adapter and its tests.
func provider(_ name: String, folder: String) -> [Target] {
    [
        .target(
            name: name, dependencies: core + ["WireFormats"], path: "providers/\(folder)",
            exclude: ["Tests", "README.md", "provider.yaml"], swiftSettings: settings),
        .testTarget(
            name: "\(name)Tests", dependencies: core + ["WireFormats", "FareTestSupport", .init(stringLiteral: name)],
            path: "providers/\(folder)/Tests", swiftSettings: settings),
    ]
}

let providers: [Target.Dependency] = ["DuffelProvider", "AmadeusProvider", "NDCProvider"]
let providerTargets =
    provider("DuffelProvider", folder: "duffel") + provider("AmadeusProvider", folder: "amadeus")
    + provider("NDCProvider", folder: "ndc")

let outerTargets: [Target] = [
    .target(
        name: "FareHTTP",
        dependencies: core + [
            "FareSearch", "FareBooking", "WireFormats", crypto, httpTypes, hummingbird, hummingbirdCore, logging,
            metrics,
            nio,
        ],
        exclude: ["README.md"], swiftSettings: settings),
    .executableTarget(
        name: "faremux",
        dependencies: core + providers + [
            "CurlTransport", "FareBooking", "FareHTTP", "FareSearch", "GuardedTransport", "SQLiteStore",
            "StripePayments", "Telemetry", "WireFormats", argumentParser, configuration, hummingbird, lifecycle,
            logging, metrics, signals, system, yams,
        ],
        exclude: ["README.md"], swiftSettings: settings),
    .target(
        name: "MockServers",
        dependencies: ["FareDomain", "FarePorts", "WireFormats", httpTypes, hummingbird, logging, nio],
        path: "mock-servers",
        exclude: [
            "mock-provider", "conformance", "README.md", "Amadeus/README.md", "Duffel/README.md", "NDC/README.md",
            "Payments/README.md",
        ],
        swiftSettings: settings),
    .executableTarget(
        name: "mock-provider", dependencies: ["MockServers", "FareDomain", argumentParser],
        path: "mock-servers/mock-provider", swiftSettings: settings),
]

let testTargets: [Target] = [
    .target(
        name: "FareTestSupport", dependencies: core + ["WireFormats"], exclude: ["README.md"], swiftSettings: settings),
    .testTarget(
        name: "TelemetryTests", dependencies: ["Telemetry", "FareTestSupport", metrics], exclude: ["check.py"],
        swiftSettings: settings),
    .testTarget(name: "FareDomainTests", dependencies: ["FareDomain", "FareTestSupport"], swiftSettings: settings),
    .testTarget(
        name: "ResilienceTests", dependencies: core + ["FareTestSupport"], swiftSettings: settings),
    .testTarget(
        name: "WireFormatsTests", dependencies: ["FareDomain", "FarePorts", "WireFormats", "FareTestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "FareSearchTests", dependencies: core + ["FareSearch", "FareTestSupport", "WireFormats"],
        swiftSettings: settings),
    .testTarget(
        name: "FareBookingTests",
        dependencies: core + ["FareBooking", "FareTestSupport", "Telemetry", logging, metrics],
        exclude: ["Simulation/README.md"], swiftSettings: settings),
    .testTarget(
        name: "FareHTTPTests",
        dependencies: core + [
            "FareHTTP", "FareBooking", "FareSearch", "FareTestSupport", "WireFormats", httpTypes, hummingbird,
            hummingbirdCore, logging, nio, nioEmbedded,
        ],
        swiftSettings: settings),
    .target(name: "CLookupHook", path: "Tests/CurlTransportTests/CLookupHook"),
    .testTarget(
        name: "CurlTransportTests",
        dependencies: ["CLookupHook", "CurlTransport", "FarePorts", "FareTestSupport", "Resilience"],
        exclude: ["CLookupHook"], swiftSettings: settings),
    .testTarget(
        name: "GuardedTransportTests",
        dependencies: core + ["GuardedTransport", "FareTestSupport", "Telemetry", metrics],
        swiftSettings: settings),
    .testTarget(
        name: "SQLiteStoreTests",
        dependencies: ["FareDomain", "FarePorts", "SQLiteStore", "FareTestSupport", "Telemetry", grdb, metrics],
        swiftSettings: settings),
    .testTarget(
        name: "StripePaymentsTests", dependencies: core + ["StripePayments", "WireFormats", "FareTestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "MockServersTests",
        dependencies: ["MockServers", "FareDomain", "FarePorts", "WireFormats", "mock-provider"],
        swiftSettings: settings),
    .testTarget(
        name: "AmadeusMockTests",
        dependencies: core + ["MockServers", "AmadeusProvider", "WireFormats", "FareTestSupport"],
        swiftSettings: settings),
    .testTarget(
        name: "WireReplayTests", dependencies: core + providers + ["CurlTransport", "WireFormats", "FareTestSupport"],
        exclude: ["README.md", "expected.py"],
        swiftSettings: settings),
    .testTarget(
        name: "Integration",
        dependencies: core + providers + [
            "CurlTransport", "FareTestSupport", "StripePayments", "WireFormats", "faremux",
            "mock-provider",
        ],
        exclude: ["Chaos/README.md", "Matrix/README.md"], swiftSettings: settings),
]

let package = Package(
    name: "faremux",
    products: [
        .executable(name: "faremux", targets: ["faremux"]),
        .executable(name: "mock-provider", targets: ["mock-provider"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: [.defaults, "YAML"]),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: coreTargets + adapterTargets + providerTargets + outerTargets + testTargets,
    cxxLanguageStandard: .cxx17
)
