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
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
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
            name: "Agreement",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity",
                .product(name: "BitCollections", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: discipline),
        .target(name: "Redline", swiftSettings: discipline),
        .target(
            name: "Verification",
            dependencies: [
                "CanonicalEncoding", "Cryptography", "Identity", "Agreement",
                .product(name: "HeapModule", package: "swift-collections"),
            ],
            swiftSettings: discipline),
        .target(
            name: "NodeRuntime",
            dependencies: ["CanonicalEncoding", "Cryptography", "Identity", "Agreement", "Verification"],
            swiftSettings: discipline),
        .testTarget(name: "RedlineTests", dependencies: ["Redline"], swiftSettings: discipline),
    ]
)
