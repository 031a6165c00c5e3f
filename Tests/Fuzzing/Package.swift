// swift-tools-version: 6.2
import PackageDescription

// A package of its own, for libFuzzer wants flags that a package which others depend on may not have. `Rooms` is a link
// to the sources, so that the rooms themselves are built with its counters; of rooms with a door only the files that
// read bytes are taken. Nothing here is part of the normal build or of its tests: `make fuzz`.

let counted: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .unsafeFlags(["-sanitize=fuzzer,address", "-enable-testing"]),
]

func room(_ name: String, _ dependencies: [Target.Dependency], sources: [String]? = nil) -> Target {
    .target(
        name: name, dependencies: dependencies, path: "Rooms/\(name)", sources: sources, swiftSettings: counted)
}

let collections: [Target.Dependency] = ["BitCollections", "HashTreeCollections", "HeapModule"].map {
    .product(name: $0, package: "swift-collections")
}

let package = Package(
    name: "fuzzing",
    dependencies: [
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        .systemLibrary(name: "COpenSSL", path: "Rooms/COpenSSL", pkgConfig: "openssl"),
        room("CanonicalEncoding", []),
        room("Cryptography", ["CanonicalEncoding", "COpenSSL"]),
        room("Identity", ["CanonicalEncoding", "Cryptography"]),
        room("Journal", ["CanonicalEncoding", "Cryptography", "Identity"]),
        room("Agreement", ["CanonicalEncoding", "Cryptography", "Identity"] + collections),
        room("Drafting", ["CanonicalEncoding", "Cryptography", "Identity"]),
        room("Verification", ["CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement"] + collections),
        room("Exchange", ["CanonicalEncoding", "Cryptography", "Identity", "Journal"]),
        room(
            "NodeLogic",
            [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Exchange",
            ]),
        room(
            "Charters",
            ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", .product(name: "Yams", package: "Yams")]),
        room(
            "SecureTransport", [.product(name: "NIOCore", package: "swift-nio")],
            sources: ["FrameCodec.swift", "TransportLimits.swift", "TransportFailure.swift", "PeerKey.swift"]),
        room(
            "NodeRuntime",
            ["CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Exchange", "NodeLogic"],
            sources: ["ControlMessage.swift", "ControlMessage+Files.swift", "DraftPage.swift", "HomeDoor.swift"]),
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Verification",
                "Exchange", "NodeLogic", "Charters", "SecureTransport", "NodeRuntime",
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            path: "Fuzz",
            swiftSettings: counted + [
                .enableExperimentalFeature("Extern"), .unsafeFlags(["-parse-as-library"]),
            ],
            linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])]),
    ]
)
