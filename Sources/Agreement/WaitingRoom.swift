package import Cryptography

/// Statements that cannot be checked yet, for what names their keys is not at hand.
///
/// Bounded altogether: a stranger can name as many records as it likes that will never come. While there is room nobody
/// is counted. Once there is none, whoever carried most of what waits gives way to whoever carried less: a filler turns
/// away its own. What does not fit is turned away for the time being; whoever keeps a store offers it again when what it
/// waited for is known (`Docs/Specification/keys.md`, section "Waiting").
package struct WaitingRoom<Name: WaitedFor>: Sendable {
    private let countLimit: Int
    private let byteLimit: Int
    private var carriers: [Name: [SignedStatement: KeyID?]] = [:]
    private var shares: [KeyID?: Share] = [:]
    private var count = 0
    private var byteCount = 0
    private var turnedAway = NameFilter()

    /// What one carrier has here, by what it waits for.
    private struct Share {
        var byName: [Name: Set<SignedStatement>] = [:]
        var weight = 0
    }

    package init(count: Int, bytes: Int) {
        countLimit = count
        byteLimit = bytes
    }

    /// - Parameter carrier: the key of the writer whose journal carries it, which was checked; nil for a node's own
    ///   people and for files. The signer of what waits is a claim, and counts for nothing here.
    /// - Throws: `tooManyWaiting`; one that waits already is no second one.
    package mutating func insert(
        _ statement: SignedStatement, for name: Name, from carrier: KeyID?
    ) throws(LedgerRefusal) {
        guard carriers[name]?[statement] == nil else { return }
        while count >= countLimit || statement.payload.count > byteLimit - byteCount {
            guard let most = mostPresent(), weight(of: statement) + (shares[carrier]?.weight ?? 0) < most.weight else {
                turnedAway.insert(name)
                throw .tooManyWaiting
            }
            sendAway(from: most.carrier)
        }
        carriers[name, default: [:]][statement] = .some(carrier)
        shares[carrier, default: Share()].byName[name, default: []].insert(statement)
        shares[carrier]!.weight += weight(of: statement)
        count += 1
        byteCount += statement.payload.count
    }

    /// Takes out what waits for this.
    package mutating func remove(for name: Name) -> [SignedStatement] {
        let waiting = carriers[name] ?? [:]
        for (statement, carrier) in waiting { remove(statement, for: name, from: carrier) }
        return Self.inOrder(waiting.keys)
    }

    /// What is waited for.
    package var names: [Name] { carriers.keys.sorted() }

    /// True if something may have been turned away that waits for this: rarely where nothing was, never not where it was.
    package func mayHaveTurnedAway(_ name: Name) -> Bool { turnedAway.mayContain(name) }

    /// Says that all that was turned away is offered again.
    package mutating func forgetTurnedAway() { turnedAway = NameFilter() }

    var all: [SignedStatement] { names.flatMap { Self.inOrder(carriers[$0]!.keys) } }

    // MARK: Whose room

    /// As if each took the same share of both limits at least.
    private func weight(of statement: SignedStatement) -> Int { byteLimit / countLimit + statement.payload.count }

    private func mostPresent() -> (carrier: KeyID?, weight: Int)? {
        shares.max { one, other in
            one.value.weight != other.value.weight
                ? one.value.weight < other.value.weight : Self.precedes(one.key, other.key)
        }.map { ($0.key, $0.value.weight) }
    }

    private static func precedes(_ one: KeyID?, _ other: KeyID?) -> Bool {
        guard let other else { return false }
        return one.map { $0 < other } ?? true
    }

    private mutating func sendAway(from carrier: KeyID?) {
        let name = shares[carrier]!.byName.keys.max()!
        turnedAway.insert(name)
        remove(Self.inOrder(shares[carrier]!.byName[name]!).last!, for: name, from: carrier)
    }

    private mutating func remove(_ statement: SignedStatement, for name: Name, from carrier: KeyID?) {
        carriers[name]![statement] = nil
        if carriers[name]!.isEmpty { carriers[name] = nil }
        shares[carrier]!.byName[name]!.remove(statement)
        if shares[carrier]!.byName[name]!.isEmpty { shares[carrier]!.byName[name] = nil }
        shares[carrier]!.weight -= weight(of: statement)
        if shares[carrier]!.byName.isEmpty { shares[carrier] = nil }
        count -= 1
        byteCount -= statement.payload.count
    }

    /// Where two signatures of one key on one payload wait, the same one must come first in every copy.
    private static func inOrder(_ statements: some Sequence<SignedStatement>) -> [SignedStatement] {
        statements.map { (payload: Digest(of: $0.payload), statement: $0) }.sorted { one, other in
            if one.payload != other.payload { return one.payload < other.payload }
            if one.statement.signer != other.statement.signer { return one.statement.signer < other.statement.signer }
            return one.statement.signature.lexicographicallyPrecedes(other.statement.signature)
        }.map(\.statement)
    }
}

/// What a statement may wait for: a key record, or a record that names a node.
package protocol WaitedFor: Hashable, Comparable, Sendable {
    /// As good as evenly spread.
    var digest: Digest { get }
}

extension KeyRecordName: WaitedFor {
    package var digest: Digest { record }
}

/// A set of names in a fixed space that may take a name for another, and forgets none.
private struct NameFilter: Sendable {
    /// Of 20 bits of the name's digest; empty until something is in it.
    private var words: [UInt64] = []

    mutating func insert(_ name: some WaitedFor) {
        if words.isEmpty { words = [UInt64](repeating: 0, count: 1 << 14) }
        let place = Self.place(of: name)
        words[place >> 6] |= 1 << UInt64(place & 63)
    }

    func mayContain(_ name: some WaitedFor) -> Bool {
        guard !words.isEmpty else { return false }
        let place = Self.place(of: name)
        return words[place >> 6] >> UInt64(place & 63) & 1 == 1
    }

    private static func place(of name: some WaitedFor) -> Int {
        let bytes = name.digest.bytes
        return Int(bytes[0]) << 12 | Int(bytes[1]) << 4 | Int(bytes[2] >> 4)
    }
}
