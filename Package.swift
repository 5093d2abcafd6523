// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "faremux",
    targets: [
        .target(name: "FareDomain", swiftSettings: settings),
        .target(name: "Resilience", swiftSettings: settings),
        .target(name: "FarePorts", dependencies: ["FareDomain", "Resilience"], swiftSettings: settings),
    ]
)
