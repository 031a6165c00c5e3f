internal import Cryptography
internal import Identity

/// Statements that cannot be checked yet, for the key record that they name is not at hand.
///
/// Bounded over all key records together: a stranger can name as many as it likes that will never come. What does not
/// fit is turned away for the time being; whoever keeps a store offers it again when another key record is known
/// (`Docs/Specification/keys.md`, section "Waiting").
struct WaitingStatements: Sendable {
    private var byName: [KeyRecordName: Set<SignedStatement>] = [:]
    private var count = 0
    private var byteCount = 0

    /// - Throws: `tooManyWaiting`; one that waits already is no second one.
    mutating func insert(_ statement: SignedStatement, for name: KeyRecordName) throws(LedgerRefusal) {
        guard byName[name]?.contains(statement) != true else { return }
        guard count < StatementLimits.waitingStatements,
            statement.payload.count <= StatementLimits.waitingByteCount - byteCount
        else { throw .tooManyWaiting }
        byName[name, default: []].insert(statement)
        count += 1
        byteCount += statement.payload.count
    }

    /// Takes out what waits for a key record.
    mutating func remove(for name: KeyRecordName) -> [SignedStatement] {
        let released = Self.inOrder(byName.removeValue(forKey: name) ?? [])
        count -= released.count
        byteCount -= released.reduce(0) { $0 + $1.payload.count }
        return released
    }

    var all: [SignedStatement] { byName.sorted { $0.key < $1.key }.flatMap { Self.inOrder($0.value) } }

    /// Where two signatures of one key on one payload wait, the same one must come first in every copy.
    private static func inOrder(_ statements: Set<SignedStatement>) -> [SignedStatement] {
        statements.map { (payload: Digest(of: $0.payload), statement: $0) }.sorted { one, other in
            if one.payload != other.payload { return one.payload < other.payload }
            if one.statement.signer != other.statement.signer { return one.statement.signer < other.statement.signer }
            return one.statement.signature.lexicographicallyPrecedes(other.statement.signature)
        }.map(\.statement)
    }
}
