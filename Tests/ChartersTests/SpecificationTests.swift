import Agreement
import Foundation
import Identity
import Testing

@testable import Charters

@Suite("The specification of charters")
struct SpecificationTests {
    private static let page: String = {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appendingPathComponent("Docs/Specification/charter.md")
        return (try? String(contentsOf: path, encoding: .utf8)) ?? ""
    }()

    /// The fenced blocks of YAML, in order.
    private static var examples: [String] {
        page.components(separatedBy: "\n```yaml\n").dropFirst().map { $0.components(separatedBy: "\n```")[0] + "\n" }
    }

    /// The first cells of the rows of the table under a heading, without backticks; then the second cells.
    private static func table(under heading: String) -> [(first: String, second: String)] {
        guard let section = page.components(separatedBy: "\n## \(heading)\n").dropFirst().first else { return [] }
        let rows = section.components(separatedBy: "\n## ")[0].split(separator: "\n").filter { $0.hasPrefix("| `") }
        return rows.map { row in
            let cells = row.split(separator: "|").map {
                $0.trimmingCharacters(in: .whitespaces).replacingOccurrences(of: "`", with: "")
            }
            return (cells[0], cells[1])
        }
    }

    @Test func `has examples of a charter and of amendments to it, all of which read without fault`() throws {
        let charters = Self.examples.filter { $0.contains("syngraph: charter/1") }
        let amendments = Self.examples.filter { $0.contains("syngraph: amendment/1") }
        #expect(charters.count == 1)
        #expect(amendments.count >= 1)
        #expect(Self.examples.count == charters.count + amendments.count)
        var agreement = try StraitInForce(#require(charters.first))
        for amendment in amendments {
            let read = agreement.read(amendment)
            #expect(read.faults == [])
            let instrument = try agreement.evaluation.freeze(
                read.get().amendment(salt: Strait.salt), proposer: agreement.founding.proposer, salt: Strait.salt,
                languages: agreement.founding.languages, roadmap: agreement.founding.id)
            try agreement.accept(instrument)
            #expect(agreement.evaluation.inForce.contains(instrument.id))
        }
    }

    @Test func `has a row for every fault, and none for another`() {
        let rows = Self.table(under: "Faults").map(\.first)
        #expect(Set(rows).count == rows.count)
        #expect(Set(rows) == Set(CharterFault.Code.allCases.map(\.rawValue)))
        #expect(rows == CharterFault.Code.allCases.map(\.rawValue))
    }

    @Test func `states the limits that the code keeps`() {
        let rows = Dictionary(uniqueKeysWithValues: Self.table(under: "Limits").map { ($0.first, $0.second) })
        let limits: [String: Int] = [
            "fileByteCount": CharterLimits.fileByteCount, "depth": CharterLimits.depth,
            "attributeDepth": CharterLimits.attributeDepth, "itemsPerAttribute": CharterLimits.itemsPerAttribute,
            "faults": CharterLimits.faults, "instrumentPrefixDigits": CharterLimits.instrumentPrefixDigits,
        ]
        #expect(rows == limits.mapValues { "\($0)" })
    }
}
