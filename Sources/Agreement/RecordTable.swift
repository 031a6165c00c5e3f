public import Cryptography
internal import HashTreeCollections

/// Records by their ids, as a tree: a copy shares all but what is changed in it.
///
/// A node judges on a copy of its ledger what its own people offer, and keeps that only once it is on disk. With half a
/// million seals a dictionary would copy them all for one.
public struct RecordTable<Record> {
    private var records: TreeDictionary<Digest, Record> = [:]

    init() {}

    public var count: Int { records.count }
    public var isEmpty: Bool { records.isEmpty }
    /// In no order that means anything.
    public var keys: some Sequence<Digest> { records.keys }
    /// In no order that means anything.
    public var values: some Sequence<Record> { records.lazy.map(\.value) }

    public subscript(id: Digest) -> Record? { records[id] }

    /// Changes the record with this id in its place, and puts `first` there before if there is none.
    mutating func update(_ id: Digest, default first: @autoclosure () -> Record, _ change: (inout Record) -> Void) {
        change(&records[id, default: first()])
    }
}

extension RecordTable: Sendable where Record: Sendable {}
extension RecordTable: Equatable where Record: Equatable {}
