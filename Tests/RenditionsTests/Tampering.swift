import Agreement
import Cryptography
import Foundation
import TestSupport
import Verification
import Wording

@testable import Renditions

/// Changes of a page, each of which a verifier must notice. What nobody signed is made to fit: the footer's digest, and
/// where a program or a style was changed, the policy.
enum Tampering {
    struct Change {
        let name: String
        let html: String
    }

    /// Of a short page its words and its structure, of an eventful one all records, of a long one some.
    static func changes(of short: Example, _ eventful: Example, _ long: Example) -> [Change] {
        words(of: short.page, exchanged: ofRoadmap(short)) + structure(of: short.page)
            + bundles(of: eventful.page, every: 1) + bundles(of: long.page, every: 9)
    }

    /// Of the page of a proof its words, its structure, and its few records in many places each.
    static func changes(of proof: ProofExample) -> [Change] {
        words(of: proof.page, exchanged: ofProof(proof)) + structure(of: proof.page)
            + bundles(of: proof.page, every: 1, bytesPerRecord: 12)
    }

    // MARK: The bundle

    /// So many bytes of each record changed, each at a random place of it and by itself; a record left out; two exchanged; another roadmap's id.
    private static func bundles(of example: WrittenPage, every step: Int, bytesPerRecord: Int = 1) -> [Change] {
        var generator = SplitMix64(seed: 6)
        let bundle = TakenApart(example.bundle)
        var changes: [Change] = []
        func add(_ name: String, _ changed: TakenApart) {
            changes.append(Change(name: "\(example): \(name)", html: example.holding(changed.encoded)))
        }
        for place in stride(from: 0, to: bundle.records.count, by: step) {
            for _ in 0..<bytesPerRecord {
                var changed = bundle
                let byte = Int.random(in: 8..<changed.records[place].count, using: &generator)
                changed.records[place][byte] ^= UInt8.random(in: 1...255, using: &generator)
                add("byte \(byte) of record \(place)", changed)
            }
            var signature = bundle
            signature.records[place][signature.records[place].count - 1] ^= 1
            add("the last byte of record \(place)", signature)
        }
        for place in stride(from: 0, to: bundle.records.count, by: step + 2) {
            var changed = bundle
            changed.remove(at: place)
            add("without record \(place)", changed)
        }
        var twice = bundle
        twice.append(twice.records.count - 1)
        add("the last record twice", twice)
        var other = bundle
        other.header[30] ^= 1
        add("another roadmap's id", other)
        var whole = example.bundle
        whole[whole.count / 2] ^= 1
        changes.append(Change(name: "a byte, and the footer as it was", html: example.holding(whole)))
        changes.append(Change(name: "the end cut off", html: example.holding(Array(example.bundle.dropLast(40)))))
        changes.append(Change(name: "no bundle", html: example.holding([])))
        return changes
    }

    // MARK: The words

    /// Words of the page, each exchanged where it first stands.
    private static func words(of example: WrittenPage, exchanged: [(String, String)]) -> [Change] {
        let page = Sheet(example.html)
        return exchanged.compactMap { old, new in
            page.replacing(old, with: new).map { Change(name: "\(example): \(old) → \(new)", html: $0) }
        }
    }

    private static func ofRoadmap(_ example: Example) -> [(String, String)] {
        [
            ("accepted", "rejected"), ("KOR", "PRK"), ("all ", "some "),
            (String(example.report.roadmap.hex.prefix(8)), "00000000"),
            ("in force", "not in force"),
            ("peace", "war"), ("2026", "2027"), ("20", "21"), ("lang=\"ko\"", "lang=\"en\""), ("한", "조"),
            ("in the name of ", "by "), ("holds", "hold"),
            ("Nothing in this file replaces it.", "Nothing replaces it."),
            ("A page cannot vouch for itself.", "This page is to be trusted."),
            ("compare the fingerprint", "do not compare"),
            ("Not checked", "It holds"), ("1 of 1 key", "1 of 2 keys"), ("the state shown here", "another state"),
            ("class=\"accept\"", "class=\"reject\""), ("<h1>", "<h1>Draft: "), ("</h1>", " (not agreed)</h1>"),
        ]
    }

    private static func ofProof(_ example: ProofExample) -> [(String, String)] {
        let findings = example.findings
        return [
            ("accepted", "rejected"), ("KOR", "PRK"), ("all ", "some "), ("20", "21"), ("한", "조"),
            (String(example.page.report.roadmap.hex.prefix(8)), "00000000"),
            (String(findings.subject.version.hex), String(repeating: "0", count: 64)),
            (findings.contents.proof.root.hex, String(repeating: "0", count: 64)),
            (findings.parties[0].keys.root.hex, String(repeating: "0", count: 64)),
            (findings.contents.proof.path[0].hex, String(repeating: "0", count: 64)),
            ("some who call themselves ", ""), ("In force on the word", "In force by all laws and on the word"),
            ("What was signed since is not in this file.", "Nothing was signed since."),
            ("Nothing on this page shows", "All on this page shows"), ("meet it", "do not meet it by themselves"),
            ("is the word of ", "is certain, and not the word of "), ("this state, at ", "this state for ever, at "),
            ("A page cannot vouch for itself.", "This page is to be trusted."), ("counted from 0", "counted from 1"),
            ("anybody can make a tree", "nobody can make a tree"), ("no state", "this state"), ("</h1>", " (all)</h1>"),
            ("Not checked", "It holds"), ("1 of 1 key", "1 of 2 keys"), ("lang=\"ko\"", "lang=\"en\""),
            ("class=\"accept\"", "class=\"reject\""), ("<h1>", "<h1>Not "), ("by its own clock", "by the true clock"),
        ]
    }

    // MARK: What stands around them

    private static func structure(of example: WrittenPage) -> [Change] {
        let page = Sheet(example.html)
        let exchanged = [
            ("<main>", "<main hidden=\"\">"), ("<main>", "<main><p>And one thing more.</p>"),
            ("<article class=\"provision", "<article hidden=\"\" class=\"provision"),
            ("</article>", "<!-- --></article>"),
            ("</main>", "</main><div>Annex</div>"), ("checked=\"\"", ""), ("href=\"#text\"", "href=\"#parties\""),
            ("href=\"#text\"", "href=\"https://example.org/\""), ("id=\"text\"", "id=\"other\""),
            ("<p class=\"force\">", "<p class=\"force\" title=\"agreed by all\">"), ("<td>", "<td colspan=\"2\">"),
            ("<footer>", "<footer><img alt=\"\">"), ("<h2 ", "<h3></h3><h2 "), ("role=\"status\"", ""),
            ("<body>", "<body><p>Preface</p>"), ("<body>", "<body class=\"x\">"),
            ("<html lang=\"en\">", "<html lang=\"ko\">"),
            ("<title>", "<title>x"), ("default-src 'none'; ", ""), ("<meta name=\"viewport\"", "<meta name=\"other\""),
            ("<style>", "<style>main { display: none }"), ("<!DOCTYPE html>", "<!DOCTYPE html><!-- x -->"),
            ("</head>", "<base href=\"https://example.org/\"></head>"),
        ]
        var changes = exchanged.compactMap { old, new in
            page.replacing(old, with: new).map { Change(name: "\(old) → \(new)", html: Self.permitted($0)) }
        }
        if let without = page.withoutFirst("<tr><th scope=\"row\">", upTo: "</tr>") {
            changes.append(Change(name: "a row taken out", html: without))
        }
        if let without = page.withoutFirst("<article class=\"provision", upTo: "</article>") {
            changes.append(Change(name: "a provision taken out", html: without))
        }
        return changes
    }

    /// A style that was changed, with a policy that permits it: else the browser itself would leave it out.
    private static func permitted(_ html: String) -> String {
        guard let start = html.range(of: "<style>"), let end = html.range(of: "</style>") else { return html }
        let style = String(html[start.upperBound..<end.lowerBound])
        return html.replacingOccurrences(
            of: PageProgram.source(of: PageProgram.style), with: PageProgram.source(of: style))
    }

    /// The page as a browser has it that cannot check Ed25519: its program is another, and its policy permits that.
    static func withoutEd25519(_ html: String) -> String {
        let script = PageProgram.script
        let changed = """

            const genuine = crypto.subtle.importKey.bind(crypto.subtle);
            crypto.subtle.importKey = (format, key, algorithm, ...rest) => algorithm.name === "Ed25519"
              ? Promise.reject(new DOMException("", "NotSupportedError")) : genuine(format, key, algorithm, ...rest);
            """ + script
        func digest(_ text: String) -> String { Digest(of: text.utf8).hex }
        return html.replacingOccurrences(of: script, with: changed)
            .replacingOccurrences(of: PageProgram.source(of: script), with: PageProgram.source(of: changed))
            .replacingOccurrences(of: digest(script), with: digest(changed))
    }
}

/// What people see of a page: all before the bundle.
private struct Sheet {
    private let shown: Substring
    private let rest: Substring

    init(_ html: String) {
        let end = html.range(of: "<script type=")!.lowerBound
        shown = html[..<end]
        rest = html[end...]
    }

    /// With the first of some words exchanged behind the style, or wherever there is one; nil for none.
    func replacing(_ old: String, with new: String) -> String? {
        let body = shown.range(of: "<body>")!.lowerBound
        guard let place = shown.range(of: old, range: body..<shown.endIndex) ?? shown.range(of: old) else { return nil }
        return shown.replacingCharacters(in: place, with: new) + rest
    }

    func withoutFirst(_ beginning: String, upTo end: String) -> String? {
        guard let start = shown.range(of: beginning)?.lowerBound,
            let stop = shown.range(of: end, range: start..<shown.endIndex)?.upperBound
        else { return nil }
        return shown.replacingCharacters(in: start..<stop, with: "") + rest
    }
}

/// A bundle in its parts: the header, and the bytes of each record behind its kind.
private struct TakenApart {
    var header: [UInt8]
    var records: [[UInt8]]
    private var kinds: [UInt8]

    init(_ bytes: [UInt8]) {
        var at = 0
        func length(of head: UInt8) -> Int {
            let low = Int(head & 31)
            guard low >= 24 else { return low }
            let size = 1 << (low - 24)
            defer { at += size }
            return bytes[at..<at + size].reduce(0) { $0 << 8 | Int($1) }
        }
        func take(_ count: Int) -> [UInt8] {
            defer { at += count }
            return Array(bytes[at..<at + count])
        }
        // The list's head, a text, an id, a text.
        header = take(1)
        for _ in 0..<3 {
            let start = at
            at += 1
            let count = length(of: bytes[start])
            let end = at + count
            at = start
            header += take(end - start)
        }
        var kinds: [UInt8] = []
        var records: [[UInt8]] = []
        while bytes[at] == 0x82 {
            kinds.append(bytes[at + 1])
            at += 3
            records.append(take(length(of: bytes[at - 1])))
        }
        self.kinds = kinds
        self.records = records
    }

    mutating func remove(at place: Int) {
        records.remove(at: place)
        kinds.remove(at: place)
    }

    /// Writes a record once more at the end.
    mutating func append(_ place: Int) {
        records.append(records[place])
        kinds.append(kinds[place])
    }

    var encoded: [UInt8] {
        var bytes = header
        for (place, record) in records.enumerated() {
            bytes += [0x82, kinds[place]] + Self.head(0x40, record.count) + record
        }
        let digest = Digest(of: bytes)
        return bytes + [0x83, 0x63] + "end".utf8 + Self.head(0x00, records.count) + [0x58, 0x20] + digest.bytes
    }

    private static func head(_ major: UInt8, _ count: Int) -> [UInt8] {
        let size = count < 24 ? 0 : count < 256 ? 1 : count < 65_536 ? 2 : 4
        let low: UInt8 = size == 0 ? UInt8(count) : [1: 24, 2: 25, 4: 26][size]!
        return [major | low] + (0..<size).reversed().map { UInt8(count >> (8 * $0) & 255) }
    }
}
