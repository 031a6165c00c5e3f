internal import BitCollections
public import Cryptography
internal import Identity

/// Instruments that were offered with a closing, and how they end.
///
/// Source: `Docs/Specification/agreement.md`, sections "Well formed" and "Loose commitments".
extension Evaluation {
    /// True if an instrument was offered with a closing: its base names the rule for closings, and the rosters that this
    /// speaks of.
    public func isOfferedWithClosing(_ id: InstrumentID) -> Bool {
        structure.indexOf[id].map(structure.canBeClosed) ?? false
    }

    /// What completes an instrument and is not out. Of several the one on which seals of the most parties are provided; of
    /// equals one by the same proposer; then the one with the lowest id.
    ///
    /// Anybody may put another beside the one that the instrument was offered with; whoever is provided on that waits for
    /// another end than the rest.
    public func completion(of id: InstrumentID) -> InstrumentID? {
        guard let index = structure.indexOf[id] else { return nil }
        func rank(_ closing: InstrumentID) -> (Int, Int, InstrumentID) {
            (-waiting(for: closing, on: index), isByProposer(of: index, closing) ? 0 : 1, closing)
        }
        return closings(of: id).complete.filter { !outSet.contains(structure.indexOf[$0]!) }.min { rank($0) < rank($1) }
    }

    /// The same, if the instrument was offered with it: its proposer put it on the table, or somebody's seal is provided on
    /// it already. Those who accept the instrument accept it provided this.
    public func completionOffered(with id: InstrumentID) -> InstrumentID? {
        guard let index = structure.indexOf[id], let closing = completion(of: id) else { return nil }
        return isByProposer(of: index, closing) || waiting(for: closing, on: index) > 0 ? closing : nil
    }

    /// How many parties have committed to an instrument provided a closing.
    private func waiting(for closing: InstrumentID, on index: Int) -> Int {
        let given = seals.on[index].filter { $0.verdict.isCommitment && $0.provided.contains(closing) }
        return Set(given.map(\.party)).count
    }

    private func isByProposer(of index: Int, _ closing: InstrumentID) -> Bool {
        instrument(closing)?.proposer == structure.instruments[index].proposer
    }

    /// The closing in force by which something that is open has ended: one that abandons it, or, where it is a closing
    /// itself, another one of the same subject.
    public func end(of id: InstrumentID) -> InstrumentID? {
        guard let index = structure.indexOf[id], !inForceSet.union(outSet).contains(index) else { return nil }
        let closings = structure.closes[index].flatMap { structure.closings[$0] } ?? abandonments(of: index)
        return ids(BitSet(closings).intersection(inForceSet)).first
    }

    private func abandonments(of index: Int) -> [Int] {
        (structure.closings[index] ?? []).filter { structure.instruments[$0].closing?.outcome == .abandoned }
    }
}
