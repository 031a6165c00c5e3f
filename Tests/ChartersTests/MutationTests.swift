import Agreement
import Identity
import Testing

@testable import Charters

@Suite("Any input")
struct MutationTests {
    /// Pieces that mean something to YAML or to us.
    private static let pieces = [
        "&a ", "*a", "? ", ": ", "- ", "[", "]", "{", "}", "\"", "'", "|\n", ">-\n", "!!int ", "!", "%", "@", "`", "#",
        "\n", "\t", "\r", "~", "---\n", "...\n", "<<: ", "\u{0}", "\u{202e}", "\u{e000}", "\\uE001", "\\", "\u{feff}",
        "\u{85}", "e\u{301}", "9999999999999999999999", "-1", "true", "provisions:", "id: ", "rule/", "all: ", "of: ",
        "DNK", "en: ",
    ]

    @Test(arguments: 0..<10)
    func `to a charter is read or answered with faults, five hundred times a seed`(seed: UInt64) throws {
        try mutate(Strait.charter, seed: seed) { text in
            switch Strait.read(text) {
            case .success(let charter): _ = try charter.foundingInstrument(salt: Strait.salt)
            case .failure(let failure): #expect(!failure.faults.isEmpty)
            }
        }
    }

    @Test(arguments: 10..<14)
    func `to an amendment is read or answered with faults, five hundred times a seed`(seed: UInt64) throws {
        let strait = try StraitInForce()
        let evaluation = strait.evaluation
        try mutate(Strait.amendment, seed: seed) { text in
            let read = AmendmentFile.read(
                text, on: evaluation, languages: strait.founding.languages, cards: { Strait.card(from: $0) })
            switch read {
            case .success(let file):
                _ = try evaluation.freeze(
                    file.amendment(salt: Strait.salt), proposer: Identifier("NO")!, salt: Strait.salt,
                    languages: strait.founding.languages, roadmap: strait.founding.id)
            case .failure(let failure): #expect(!failure.faults.isEmpty)
            }
        }
    }

    /// What is read must also be frozen: a fault that only the agreement sees has escaped the reader.
    private func mutate(_ text: String, seed: UInt64, _ check: (String) throws -> Void) throws {
        var random = SeededGenerator(seed: seed)
        let scalars = Array(text.unicodeScalars)
        for turn in 0..<500 {
            var mutated = scalars
            for _ in 0..<Int.random(in: 1...4, using: &random) { Self.mutate(&mutated, &random) }
            var view = String.UnicodeScalarView()
            view.append(contentsOf: mutated)
            do {
                try check(String(view))
            } catch {
                Issue.record("seed \(seed), turn \(turn): \(error)\n\(String(view))")
            }
        }
    }

    private static func mutate(_ text: inout [Unicode.Scalar], _ random: inout SeededGenerator) {
        let place = Int.random(in: 0..<max(1, text.count), using: &random)
        let end = min(text.count, place + Int.random(in: 1...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: text.removeSubrange(place..<end)
        case 1: text.insert(contentsOf: pieces.randomElement(using: &random)!.unicodeScalars, at: place)
        case 2: text.replaceSubrange(place..<end, with: pieces.randomElement(using: &random)!.unicodeScalars)
        case 3: text.insert(contentsOf: text[place..<end], at: Int.random(in: 0...text.count, using: &random))
        case 4: if place < text.count { text[place] = Unicode.Scalar(UInt8.random(in: 0...255, using: &random)) }
        default: text.removeLast(min(text.count, Int.random(in: 0..<40, using: &random)))
        }
    }
}
