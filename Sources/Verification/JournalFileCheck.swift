public import Cryptography
public import Journal

/// Verifies the journals in a bundle of the scope `full`, of any length, in constant memory.
///
/// Every header and every body is hashed once, and every chain is whole and ends under its writer's signature. For a file that
/// holds its writers' journals from their first entries on, without forks: it says of the bytes that they are what their
/// writers signed, and nothing of what the entries mean.
public struct JournalFileCheck {
    public let roadmap: Digest
    /// What the journals are, once all of them were found good.
    public let chains: ChainStream
    /// Records that stand in no journal, which nobody looked into.
    public let looseRecordCount: Int

    /// - Throws: ``NotABundle``; ``BundleRefusal`` for another scope, a file that is not whole, and a record of a kind that
    ///   does not belong there; `EntryRefusal` for a chain that does not hold.
    public init(of file: @escaping ByteSource) throws {
        let reader = try BundleReader(from: file)
        guard reader.scope == .full else {
            throw BundleRefusal(record: nil, offset: 0, code: .scopeNotSupported(reader.scope))
        }
        var chains = ChainStream(roadmap: reader.roadmap)
        var looseRecordCount = 0
        try reader.forEachRecord { kind, content, digest in
            switch kind {
            case BundleRecordKind.header.rawValue: try chains.take(header: content, digest: digest)
            case BundleRecordKind.body.rawValue: try chains.take(body: content, digest: digest)
            case BundleRecordKind.checkpoint.rawValue: try chains.take(checkpoint: Array(content)[...])
            case 1...5: looseRecordCount += 1
            default:
                throw BundleRefusal(record: reader.recordCount - 1, offset: 0, code: .unexpectedKind(kind))
            }
        }
        try chains.finish()
        roadmap = reader.roadmap
        self.chains = chains
        self.looseRecordCount = looseRecordCount
    }
}
