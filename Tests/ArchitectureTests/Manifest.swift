import TestSupport

/// What `Package.swift` says of its targets, read as text: the manifest cannot be imported.
struct Manifest {
    struct Target {
        let name: String
        let path: String
        let isTest: Bool
        /// Targets of this package that it may import.
        let rooms: [String]
        /// Products of other packages.
        let products: [String]

        /// The manifest's line, in its order: rooms, then products.
        var dependencies: [String] { rooms + products }
        var isRoom: Bool { path.hasPrefix("Sources/") }
    }

    let targets: [Target]

    init() {
        let text = Repository.text(at: "Package.swift")
        let openings = /\.(?<kind>target|executableTarget|testTarget|systemLibrary)\(\s*name: "(?<name>\w+)"/
        targets = text.matches(of: openings).map { match in
            let declaration = Self.declaration(in: text[match.range.lowerBound...])
            return Self.target(String(match.name), match.kind == "testTarget", declaration)
        }
    }

    subscript(name: String) -> Target? { targets.first { $0.name == name } }

    /// The modules that a target may import: what its line names, and what the lines of those name.
    func importable(by target: Target) -> Set<String> {
        var found = Set(target.dependencies)
        var open = target.rooms
        while let next = open.popLast() {
            guard let room = self[next] else { continue }
            open += room.rooms.filter { found.insert($0).inserted }
            found.formUnion(room.products)
        }
        return found
    }

    private static func target(_ name: String, _ isTest: Bool, _ declaration: Substring) -> Target {
        let path = declaration.firstMatch(of: /path: "(?<path>[^"]+)"/).map { String($0.path) }
        let list = declaration.firstMatch(of: /dependencies: \[(?<list>(?s:.)*?)\](?:,|\))/).map(\.list) ?? ""
        let products = list.matches(of: /\.product\(name: "(?<name>\w+)"/).map { String($0.name) }
        let rooms = list.replacing(/\.product\([^)]*\)/, with: "").matches(of: /"(?<name>\w+)"/).map { String($0.name) }
        return Target(
            name: name, path: path ?? "\(isTest ? "Tests" : "Sources")/\(name)", isTest: isTest, rooms: rooms,
            products: products)
    }

    /// What stands between a declaration's parentheses.
    private static func declaration(in text: Substring) -> Substring {
        var depth = 0
        for place in text.indices {
            if text[place] == "(" { depth += 1 }
            if text[place] == ")" { depth -= 1 }
            if text[place] == ")", depth == 0 { return text[...place] }
        }
        return text
    }
}
