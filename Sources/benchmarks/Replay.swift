internal import Cryptography
internal import Drafting

/// Plays a trace through the public interface of a draft's text, every patch by itself.
///
/// Each agent has a copy of its own. What an agent writes without anybody's entering is one entry, as a node would
/// journal it; where another agent's transaction builds on it, it ends, and that agent's copy takes it in.
struct Replay {
    private(set) var copies: [DraftText]
    /// Of all agents, in the order in which they were made.
    private(set) var entries: [EditEntry] = []
    private let trace: Trace
    /// By agent.
    private let writers: [Digest]
    private var sequences: [UInt64]
    /// By transaction: the entry it went into.
    private var entryOf: [Int]
    /// By transaction: whether an entry must end with it.
    private let isLast: [Bool]
    /// By agent and transaction: whether its copy has it.
    private var isKnown: [[Bool]]

    init(_ trace: Trace) {
        self.trace = trace
        copies = Array(repeating: DraftText(), count: trace.agentCount)
        writers = (0..<trace.agentCount).map { Digest(of: Array("agent \($0)".utf8)) }
        sequences = Array(repeating: 0, count: trace.agentCount)
        entryOf = Array(repeating: -1, count: trace.transactions.count)
        isKnown = Array(
            repeating: Array(repeating: false, count: trace.transactions.count), count: trace.agentCount)
        isLast = Self.entryEnds(of: trace)
    }

    /// Plays a sequential trace: one copy, one entry.
    static func playSequentially(_ trace: Trace) -> DraftText {
        var text = DraftText()
        if !trace.startContent.isEmpty { text.insert(trace.startContent, at: 0) }
        for patch in trace.patches { text.apply(patch) }
        return text
    }

    /// Plays a concurrent trace; afterwards every copy has everything.
    mutating func play() {
        for (number, transaction) in trace.transactions.enumerated() {
            let agent = transaction.agent
            takeIn(transaction.parents, agent)
            for patch in trace.patches[transaction.patches] { copies[agent].apply(patch) }
            isKnown[agent][number] = true
            if isLast[number] { close(agent, with: number) } else { entryOf[number] = -2 }
        }
        for agent in copies.indices { _ = copies[agent].merge(entries) }
    }

    private mutating func takeIn(_ parents: [Int], _ agent: Int) {
        var open = parents
        var missing: [Int] = []
        while let number = open.popLast() {
            if isKnown[agent][number] { continue }
            isKnown[agent][number] = true
            if entryOf[number] >= 0 { missing.append(entryOf[number]) }
            open += trace.transactions[number].parents
        }
        if !missing.isEmpty { _ = copies[agent].merge(missing.sorted().map { entries[$0] }) }
    }

    private mutating func close(_ agent: Int, with transaction: Int) {
        let edits = copies[agent].openEdits
        let parents = copies[agent].heads
        let header = Array("\(agent) \(sequences[agent])".utf8) + parents.flatMap(\.bytes) + edits
        let stamp = EditStamp(sequence: sequences[agent], writer: writers[agent], id: Digest(of: header))
        copies[agent].close(as: stamp)
        sequences[agent] += 1
        entryOf[transaction] = entries.count
        entries.append(EditEntry(stamp: stamp, parents: parents, edits: edits))
    }

    /// A transaction is the last of its entry unless the agent's next one is the only one that builds on it.
    private static func entryEnds(of trace: Trace) -> [Bool] {
        var children: [[Int]] = Array(repeating: [], count: trace.transactions.count)
        for (number, transaction) in trace.transactions.enumerated() {
            for parent in transaction.parents { children[parent].append(number) }
        }
        return trace.transactions.enumerated().map { number, transaction in
            guard children[number].count == 1, let next = children[number].first else { return true }
            return trace.transactions[next].agent != transaction.agent || trace.transactions[next].parents != [number]
        }
    }
}

extension DraftText {
    @inline(__always)
    mutating func apply(_ patch: Trace.Patch) {
        let position = Int(patch.position)
        if patch.deletedCount > 0 { delete(position..<position + Int(patch.deletedCount)) }
        if !patch.text.isEmpty { insert(patch.text, at: position) }
    }
}
