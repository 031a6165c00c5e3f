import Agreement
import CanonicalEncoding
import Cryptography
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

@Suite("A bundle read piece by piece")
struct StreamTests {
    /// Pieces of so many bytes, the last one shorter.
    private func source(_ bytes: [UInt8], _ pieceByteCount: Int) -> ByteSource {
        var rest = bytes[...]
        return {
            defer { rest = rest.dropFirst(pieceByteCount) }
            return Array(rest.prefix(pieceByteCount))
        }
    }

    private func outcome(_ source: @escaping ByteSource) -> String {
        do {
            let report = try VerificationReport(reading: [source], expecting: nil, knowing: [])
            let refusal = report.refusal.map {
                "\($0.code.word) at \($0.record.map(String.init) ?? "none"), \($0.offset)"
            }
            return refusal
                ?? "\(report.verdict), \(report.findings?.roots.inForce.hex ?? report.proofs[0].contents.proof.root.hex)"
        } catch {
            return "not a bundle"
        }
    }

    @Test(arguments: [1, 2, 7, 61, 4096])
    func `is judged as in one piece, whatever the pieces are`(pieceByteCount: Int) {
        for vector in Vector.all(of: "bundle") + Vector.all(of: "provision") + Vector.all(of: "evidence") {
            let whole = outcome(source(vector.bytes, max(1, vector.bytes.count)))
            #expect(outcome(source(vector.bytes, pieceByteCount)) == whole, "\(vector)")
        }
    }

    /// What a node reads of a file of journals: how many records, and how it ends.
    private func items(_ source: @escaping ByteSource) -> String {
        guard let reader = try? BundleReader(from: source) else { return "not a bundle" }
        do throws(BundleRefusal) {
            while case .record = try reader.next() {}
            return "\(reader.recordCount), whole"
        } catch {
            return "\(reader.recordCount), \(error.code.word)"
        }
    }

    @Test(arguments: [1, 2, 7, 61, 4096])
    func `of journals is read as in one piece, whatever the pieces are`(pieceByteCount: Int) {
        for vector in Vector.all(of: "journals") {
            let whole = items(source(vector.bytes, max(1, vector.bytes.count)))
            #expect(items(source(vector.bytes, pieceByteCount)) == whole, "\(vector)")
        }
    }

    @Test func `refuses a record by the length that it announces, before it is there`() throws {
        var bytes = BundleFormat.header(Sample.pact.id, .agreement)
        bytes += [0x82, 0x01, 0x5b, 0, 0, 1, 0, 0, 0, 0, 0]  // of a tebibyte
        var asked = 0
        let report = try VerificationReport(
            reading: [
                {
                    asked += 1
                    return asked == 1 ? bytes : [UInt8](repeating: 0, count: 1024)
                }
            ], expecting: nil, knowing: [])
        #expect(report.refusal?.code.word == "too-long")
        #expect(asked < 3)
    }

    @Test func `reads a record of any length and kind, and no head in another form than the shortest`() throws {
        func items(_ bytes: [UInt8]) throws -> [String] {
            let reader = try BundleReader(BundleFormat.header(Sample.pact.id, .full) + bytes)
            var items: [String] = []
            do throws(BundleRefusal) {
                while case .record(let kind, let content, _) = try reader.next() {
                    items.append("\(kind) \(content.count)")
                }
            } catch { items.append(error.code.word) }
            return items
        }
        for byteCount in [0, 1, 23, 24, 255, 256, 65_535, 65_536, 70_000] {
            for kind in [0x01, 0x17] as [UInt8] {
                let record = BundleFormat.record(.instrument, [UInt8](repeating: 7, count: byteCount))
                let item = [record[0], kind] + record.dropFirst(2)
                #expect(try items(item + item) == ["\(kind) \(byteCount)", "\(kind) \(byteCount)", "truncated"])
            }
        }
        #expect(try items([0x82, 0x18, 0x18, 0x40]) == ["24 0", "truncated"])
        for head in [[0x58, 0x17], [0x59, 0x00, 0xff], [0x5a, 0, 0, 0xff, 0xff]] as [[UInt8]] {
            let item = [0x82, 0x01] + head + [UInt8](repeating: 7, count: 70_000)
            #expect(try items(item) == ["not-shortest-form"])
        }
        #expect(try items([0x82, 0x18, 0x01, 0x40, 0, 0, 0]) == ["not-shortest-form"])
        #expect(try items([0x82, 0x01, 0x61, 0x61, 0, 0, 0]) == ["wrong-type"])
    }

    @Test func `checks every seal, many at once, and names the first that is false`() throws {
        let pact = Sample.pact
        let seals = (0..<64).map { number in
            pact.members[0].signed(pact.members[0].seal(pact.id, of: pact.id, at: UInt64(number)))[0]
        }
        var file = HandMade(pact.id, [.instrument(pact.founding)] + seals.map { .seal($0) })
        #expect(try file.report.findings?.contents.signatureCheckCount == 64)
        for place in [64, 40, 9] {
            file.records[place].content[file.records[place].content.count - 40] ^= 1
            let refusal = try #require(try file.refusal)
            #expect(refusal.code == .badSignature && refusal.record == place)
        }
    }

    @Test(arguments: BundleVersion.allCases)
    func `holds no more of a long file than a piece and the longest record`(version: BundleVersion) throws {
        // Half a million items of a file that is never there as a whole.
        let record = BundleFormat.record(.header, [UInt8](repeating: 7, count: 180))
        let header = BundleFormat.header(Sample.pact.id, .full, version)
        let piece = (0..<100).flatMap { _ in record }
        var pieces = 0
        let reader = try BundleReader(from: {
            pieces += 1
            return pieces == 1 ? header : pieces <= 5001 ? piece : []
        })
        var mostHeld = 0
        var offset = 0
        while case .record(_, let content, let found)? = try? reader.next() {
            mostHeld = max(mostHeld, content.bytes.endIndex)
            offset = found
        }
        #expect(reader.recordCount == 500_000)
        #expect(offset == header.count + 499_999 * record.count)
        #expect(mostHeld < 2 * piece.count)
    }
}
