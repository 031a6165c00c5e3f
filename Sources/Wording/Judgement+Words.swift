internal import Agreement
internal import Cryptography
package import Verification

extension Judgement.Verdict {
    /// The verdict in words.
    package var words: String {
        switch self {
        case .convicted: "convicted"
        case .acquitted: "acquitted"
        case .incomplete: "cannot be said"
        }
    }
}

extension Accusation.Kind {
    /// What somebody is accused of: `two verdicts on one instrument`.
    package var words: String {
        switch self {
        case .twoVerdicts: "two verdicts on one instrument"
        case .incoherentSeals: "two commitments of which neither may follow the other"
        case .forkedKeys: "two changes of the same keys"
        case .forkedJournal: "two stories told by one of its nodes"
        }
    }
}

extension Phrasebook {
    /// Of what somebody is accused, and why the file says of it what it does: `EAST, of two verdicts on one instrument: …`.
    package func sentence(for judgement: Judgement) -> String {
        let accusation = judgement.accusation
        return "\(accusation.party), of \(accusation.kind.words): \(reason(judgement))"
    }

    private func reason(_ judgement: Judgement) -> String {
        let records = judgement.accusation.records.map(Quoting.short)
        return switch judgement.reason {
        case .absent:
            "\(Quoting.count(judgement.missing.count, "record")) that it takes "
                + "\(judgement.missing.count == 1 ? "is" : "are") not in it: \(listed(judgement.missing))"
        case .otherRecords: "the records \(Quoting.list(records)) are not two such records of this party"
        case .illFormed: "the instrument of one seal can never be in force, so that the seal counts for nothing"
        case .notSigned: "too few keys have signed one of the records \(Quoting.list(records))"
        case .otherKeys: "one seal is made under other keys than this party's on that instrument"
        case .disowned: "a later key statement retires the keys of one seal, and does not acknowledge it"
        case .superseded: "a recovery by the party took the place of one of the statements \(Quoting.list(records))"
        case .notEstablished: "nothing in it shows that these are the party's keys"
        case .earlierParting:
            "the entries \(Quoting.list(records)) hang on different ones; the stories part before them"
        case .notCovered: "no checkpoint in it covers one of the entries \(Quoting.list(records))"
        case .contradiction: contradiction(judgement.accusation)
        case .fork:
            "the entries \(Quoting.list(records)) have one place in its journal, both under the node's signature; that "
                + "convicts the custody of the node's key, not the party's word"
        case .coherent: "nothing keeps the one from following the other"
        }
    }

    private func contradiction(_ accusation: Accusation) -> String {
        let seals = accusation.records.compactMap { ledger.seals[$0]?.seal }
        switch accusation.kind {
        case .twoVerdicts where seals.count == 2:
            return "\(name(seals[0].instrument)) was "
                + Quoting.list(seals.map { "\($0.verdict.pastTenseOf) (\(Quoting.short($0.id)))" })
        case .incoherentSeals where seals.count == 2:
            return Quoting.list(seals.map { "\(name($0.instrument)) by \(Quoting.short($0.id))" })
        default: return "records \(Quoting.list(accusation.records.map(Quoting.short)))"
        }
    }

    /// The first few ids, and how many more.
    private func listed(_ ids: [Digest]) -> String {
        let shown = ids.prefix(4).map(Quoting.short)
        let rest = ids.count - shown.count
        return Quoting.list(shown + (rest == 0 ? [] : ["\(rest) more"]))
    }
}
