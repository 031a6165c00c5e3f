import Cryptography
import DraftingReference

@testable import Drafting

extension EditEntry {
    /// The reference's entry as the fast text has it.
    init(_ entry: ReferenceText.Entry) {
        self.init(
            stamp: EditStamp(entry.stamp), parents: entry.parents.map(Digest.init(padding:)), log: EditLog(entry.edits))
    }

    init(stamp: EditStamp, parents: [Digest], log: EditLog) {
        self.init(stamp: stamp, parents: parents, edits: log.encoded)
    }
}

extension EditStamp {
    init(_ stamp: ReferenceText.Stamp) {
        self.init(sequence: stamp.sequence, writer: Digest(padding: stamp.writer), id: Digest(padding: stamp.id))
    }
}

extension Digest {
    /// These bytes and zeros.
    init(padding bytes: [UInt8]) { self.init(bytes + Array(repeating: 0, count: 32 - bytes.count))! }
}

extension EditLog {
    init(_ edits: [ReferenceText.Edit]) {
        self.init()
        for edit in edits {
            switch edit {
            case .insert(let scalar, let position):
                Array(UTF8.encode(scalar)!).withUnsafeBufferPointer { insert($0, scalarCount: 1, at: position) }
            case .delete(let position): delete(1, at: position)
            }
        }
    }
}

extension DraftText {
    init(_ patience: Patience) {
        self.init()
        self.patience = patience
    }

    /// Merges one by one, keeping what has to wait.
    mutating func deliver(_ entries: [EditEntry]) {
        var waiting: [EditEntry] = []
        for entry in entries { waiting = merge(waiting + [entry]) }
    }

    var scalars: [Unicode.Scalar] { Array(string.unicodeScalars) }
}
