internal import Cryptography
internal import Drafting

/// All entries of one agent as bytes: for each its id, its sequence, the ids of its parents, and its edits, as a journal
/// hands them over. Numbers are 32 bits, little end first.
enum AgentBytes {
    static func encode(_ entries: [EditEntry]) -> [UInt8] {
        var bytes: [UInt8] = []
        func append(_ number: Int) { withUnsafeBytes(of: UInt32(number).littleEndian) { bytes.append(contentsOf: $0) } }
        for entry in entries {
            bytes += entry.stamp.id.bytes
            append(Int(entry.stamp.sequence))
            append(entry.parents.count)
            for parent in entry.parents { bytes += parent.bytes }
            append(entry.edits.count)
            bytes += entry.edits
        }
        return bytes
    }

    static func decode(_ bytes: [UInt8], writer: Digest, into entries: inout [EditEntry]) {
        var place = 0
        func number() -> Int {
            defer { place += 4 }
            return (0..<4).reduce(0) { $0 | Int(bytes[place + $1]) << (8 * $1) }
        }
        func digest() -> Digest {
            defer { place += Digest.byteCount }
            return Digest(bytes[place..<place + Digest.byteCount])!
        }
        while place < bytes.count {
            let id = digest()
            let stamp = EditStamp(sequence: UInt64(number()), writer: writer, id: id)
            let parents = (0..<number()).map { _ in digest() }
            let count = number()
            entries.append(EditEntry(stamp: stamp, parents: parents, edits: Array(bytes[place..<place + count])))
            place += count
        }
    }
}
