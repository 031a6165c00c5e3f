// swift-tools-version: 6.2
import PackageDescription

// The rooms of the house, in the order in which a record walks through them; `Docs/Architecture.md` says why.
// The manifest is the law: a room imports what its line names (and what those rooms import), and nothing else.

let discipline: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "syngraph",
    products: [],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(
            name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .target(name: "CanonicalEncoding", swiftSettings: discipline),
        .target(
            name: "Cryptography", dependencies: ["CanonicalEncoding", "COpenSSL"],
            swiftSettings: discipline),
        .target(
            name: "Identity", dependencies: ["CanonicalEncoding", "Cryptography"],
            swiftSettings: discipline),
        .target(
            name: "Journal", dependencies: ["CanonicalEncoding", "Cryptography", "Identity"],
            swiftSettings: discipline),
        .target(
            name: "Agreement",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity",
                .product(name: "BitCollections", package: "swift-collections"),
                .product(name: "HashTreeCollections", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: discipline),
        .target(
            name: "Drafting", dependencies: ["CanonicalEncoding", "Cryptography", "Identity"],
            swiftSettings: discipline),
        .target(name: "Redline", swiftSettings: discipline),
        .target(
            name: "Negotiation",
            dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Drafting", "Redline"],
            swiftSettings: discipline),
        .target(
            name: "Verification",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement",
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: discipline),
        .target(
            name: "Wording",
            dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification", "Redline"],
            swiftSettings: discipline),
        .target(
            name: "Renditions",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification", "Redline", "Wording",
            ],
            resources: [.embedInCode("Page")], swiftSettings: discipline),
        .target(
            name: "Exchange", dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Journal"],
            swiftSettings: discipline),
        .target(
            name: "NodeLogic",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Exchange",
            ],
            swiftSettings: discipline),
        .target(
            name: "Simulation",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Exchange", "NodeLogic",
            ],
            swiftSettings: discipline),
        .target(
            name: "Charters",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", .product(name: "Yams", package: "Yams"),
            ],
            swiftSettings: discipline),
        .target(
            name: "Storage",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: discipline),
        .target(
            name: "SecureTransport",
            dependencies: [
                "COpenSSL",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: discipline),
        .target(
            name: "NodeRuntime",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Exchange", "NodeLogic", "Storage", "SecureTransport",
                .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: discipline),
        .target(
            name: "Commands",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Redline",
                "Negotiation", "Verification", "Wording", "Renditions", "NodeLogic", "Charters", "NodeRuntime",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            swiftSettings: discipline),
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Negotiation",
                "Verification", "Exchange", "Storage", "SecureTransport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            swiftSettings: discipline),
        .executableTarget(
            name: "simulate",
            dependencies: ["Simulation", .product(name: "ArgumentParser", package: "swift-argument-parser")],
            swiftSettings: discipline),
        .executableTarget(name: "syngraph", dependencies: ["Commands"], swiftSettings: discipline),
        .target(
            name: "TestSupport", dependencies: ["CanonicalEncoding", "Cryptography", "Identity"],
            path: "Tests/TestSupport", swiftSettings: discipline),
        .target(name: "AgreementReference", path: "Tests/AgreementReference", swiftSettings: discipline),
        .target(
            name: "AgreementBridge",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification", "AgreementReference",
            ],
            path: "Tests/AgreementBridge", swiftSettings: discipline),
        .executableTarget(
            name: "histories", dependencies: ["AgreementReference", "AgreementBridge"], path: "Tests/Histories",
            swiftSettings: discipline),
        .executableTarget(
            name: "AgreementScale",
            dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", "NodeLogic"],
            path: "Tests/AgreementScale", swiftSettings: discipline),
        .target(name: "DraftingReference", path: "Tests/DraftingReference", swiftSettings: discipline),
        .testTarget(
            name: "DraftingTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Drafting", "DraftingReference", "TestSupport",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "NegotiationTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Drafting", "Redline", "Negotiation",
                "RoadmapFixtures", "TestSupport", "Verification",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "CanonicalEncodingTests", dependencies: ["CanonicalEncoding", "TestSupport"],
            swiftSettings: discipline),
        .testTarget(
            name: "CryptographyTests", dependencies: ["CanonicalEncoding", "Cryptography", "TestSupport"],
            swiftSettings: discipline),
        .testTarget(
            name: "IdentityTests", dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "TestSupport"],
            swiftSettings: discipline),
        .testTarget(
            name: "AgreementTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "AgreementReference", "AgreementBridge",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "AgreementReferenceTests", dependencies: ["AgreementReference"], swiftSettings: discipline),
        .testTarget(
            name: "JournalTests", dependencies: ["Journal", "CanonicalEncoding", "Cryptography", "Identity"],
            swiftSettings: discipline),
        .executableTarget(
            name: "StoreWriter", dependencies: ["Cryptography", "Journal", "Storage"], path: "Tests/StoreWriter",
            swiftSettings: discipline),
        .testTarget(
            name: "StorageTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Journal", "Storage", "StoreWriter",
                .product(name: "GRDB", package: "GRDB.swift"),
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "ExchangeTests",
            dependencies: ["Exchange", "Journal", "CanonicalEncoding", "Cryptography", "Identity", "TestSupport"],
            swiftSettings: discipline),
        .testTarget(
            name: "ChartersTests",
            dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Charters"],
            swiftSettings: discipline),
        .target(
            name: "RoadmapFixtures",
            dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification"],
            path: "Tests/RoadmapFixtures", swiftSettings: discipline),
        .testTarget(
            name: "WordingTests",
            dependencies: [
                "RoadmapFixtures",
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification", "Redline", "Wording",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "RenditionsTests",
            dependencies: [
                "RoadmapFixtures",
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification", "Redline", "Wording",
                "Renditions", "AgreementBridge", "TestSupport",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "CommandsTests",
            dependencies: [
                "RoadmapFixtures",
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Redline", "Negotiation", "Wording", "NodeRuntime", "NodeLogic", "Commands", "syngraph",
                "AgreementBridge", "TestSupport",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "VerificationTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification", "TestSupport",
                "RoadmapFixtures",
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "NodeLogicTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Exchange", "NodeLogic", "TestSupport", "RoadmapFixtures",
            ],
            swiftSettings: discipline),
        .testTarget(name: "SimulationTests", dependencies: ["Simulation"], swiftSettings: discipline),
        .testTarget(
            name: "NodeRuntimeTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Negotiation",
                "Verification", "Exchange", "NodeLogic", "Storage", "SecureTransport", "NodeRuntime", "TestSupport",
                "RoadmapFixtures",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: discipline),
        .testTarget(
            name: "SpecificationTests",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Verification", "TestSupport",
            ],
            swiftSettings: discipline),
        .testTarget(name: "ArchitectureTests", dependencies: ["TestSupport"], swiftSettings: discipline),
        .testTarget(name: "TranscriptTests", dependencies: ["syngraph"], swiftSettings: discipline),
        .testTarget(
            name: "SecureTransportTests",
            dependencies: [
                "SecureTransport",
                .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: discipline),
        .testTarget(name: "RedlineTests", dependencies: ["Redline"], swiftSettings: discipline),
    ]
)
