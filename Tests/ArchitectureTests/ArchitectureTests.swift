import TestSupport
import Testing

/// Those that know no clock, disk, socket or randomness.
private let pureRooms = [
    "CanonicalEncoding", "Cryptography", "Identity", "Journal", "Agreement", "Drafting", "Redline", "Verification",
    "Wording", "Renditions", "Exchange", "NodeLogic", "Simulation",
]

@Suite("The page on the architecture")
struct ArchitecturePageTests {
    private let rows = SpecificationPage("../Architecture.md").table(under: "The rooms")
    private let rooms = Manifest().targets.filter(\.isRoom)

    @Test func `has a row for every room of the manifest, in its order, and no other`() {
        #expect(rooms.count > 15)
        #expect(rows.map { $0[0] } == rooms.map(\.name))
    }

    @Test func `says of every room what the manifest lets it import`() {
        for (row, room) in zip(rows, rooms) {
            let imports = row[2].split(separator: ",").map { String($0.filter { $0.isLetter || $0.isNumber }) }
            #expect(imports.filter { !$0.isEmpty } == room.dependencies, "\(room.name)")
        }
    }
}

@Suite("The manifest")
struct ManifestTests {
    private let manifest = Manifest()

    /// `Tests/Fuzzing` is a package of its own.
    @Test func `has a target for every folder of sources and of tests, and the reverse`() {
        let notTargets: Set = ["Broken", "Fixtures", "Foreign", "Fuzzing", "Vectors"]
        let folders = ["Sources", "Tests"].flatMap { top in
            Repository.names(in: top).filter { !notTargets.contains($0) && !$0.hasPrefix(".") }.map { "\(top)/\($0)" }
        }
        #expect(manifest.targets.map(\.path).sorted() == folders.sorted())
    }

    @Test func `names no room before the ones that it imports`() {
        for (place, target) in manifest.targets.enumerated() where target.isRoom {
            let earlier = Set(manifest.targets[..<place].map(\.name))
            #expect(Set(target.rooms).isSubset(of: earlier), "\(target.name)")
        }
    }

    @Test func `lets no room import a test's target`() {
        for target in manifest.targets where target.isRoom {
            for room in target.rooms { #expect(manifest[room]?.isRoom == true, "\(target.name): \(room)") }
        }
    }
}

@Suite("A source file")
struct SourceFileTests {
    private let manifest = Manifest()
    /// What comes with the compiler.
    private static let system: Set = [
        "Dispatch", "Foundation", "FoundationEssentials", "Glibc", "PackageDescription", "Swift", "Synchronization",
        "Testing",
    ]

    @Test func `imports what its target may, and nothing else`() {
        for target in manifest.targets {
            let allowed = manifest.importable(by: target).union(Self.system)
            for file in SwiftFile.all(in: target.path) {
                #expect(Set(file.imports).subtracting(allowed) == [], "\(file.path)")
            }
        }
    }

    @Test func `of a pure room knows no Foundation`() {
        let doors: Set = ["Foundation", "FoundationEssentials", "Glibc", "Synchronization", "Dispatch"]
        for file in pureRooms.flatMap({ SwiftFile.all(in: "Sources/\($0)") }) {
            // Its threads end before its one call returns, and what comes out does not depend on them.
            let isAllCores = file.path == "Sources/Cryptography/AllCores.swift" && file.imports == ["Dispatch"]
            #expect(isAllCores || doors.isDisjoint(with: file.imports), "\(file.path)")
        }
    }

    @Test func `of a pure room reads no clock and draws no randomness`() {
        let clocksAndDice = /\b(?:Date\(|ContinuousClock|SuspendingClock|SystemRandomNumberGenerator|clock_gettime)/
        for file in pureRooms.flatMap({ SwiftFile.all(in: "Sources/\($0)") }) {
            let found = file.code.firstMatch(of: clocksAndDice).map { String($0.output) }
            #expect(found == nil, "\(file.path)")
            let draws = file.code.matches(of: /\.(?:random|randomElement|shuffled)\([^)]*\)/)
            #expect(draws.allSatisfy { $0.output.contains("using:") }, "\(file.path)")
        }
    }

    @Test func `of a room asks the system for randomness only where there is a door`() {
        for target in manifest.targets where target.isRoom {
            for file in SwiftFile.all(in: target.path) where file.code.contains("SystemRandomness") {
                let isItsHome = file.code.contains("enum SystemRandomness")
                #expect(isItsHome || ["NodeRuntime", "Commands"].contains(target.name), "\(file.path)")
            }
        }
    }

    @Test func `imports COpenSSL only in Cryptography and SecureTransport`() {
        let importers = manifest.targets.filter { target in
            SwiftFile.all(in: target.path).contains { $0.imports.contains("COpenSSL") }
        }
        #expect(importers.map(\.name) == ["Cryptography", "SecureTransport"])
    }
}
