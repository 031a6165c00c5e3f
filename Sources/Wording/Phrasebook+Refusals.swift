package import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity
internal import Redline
package import Verification

extension Phrasebook {
    /// Why an instrument can never be in force.
    package func sentence(for reason: IllFormedness) -> String {
        switch reason {
        case .closingMalformed(let provision):
            "it writes \(provision), and a closing is of one instrument by its whole id, alone, and the first of its kind"
        case .namesIllFormed(let id): "it is built on or replaces \(name(id)), which is itself ill-formed"
        case .foundingNotBeneath: "it is not built on the roadmap's founding"
        case .foundingLacksRule(let provisionClass):
            "the founding uses the class \(provisionClass) and has no rule for it"
        case .foundingLacksRecord(let party): "the founding puts \(party) on a roster and carries no record of it"
        case .writesOutsideBase(let provision): "it writes \(provision) without saying on which version"
        case .notNewestVersion(let provision):
            "it names another version of \(provision) than the newest among what it is built on"
        case .groundInConflict(let one, let other): "it is built on \(name(one)) and \(name(other)), which conflict"
        case .groundReplaced(let replaced, let replacer):
            "it is built on \(name(replaced)), which \(name(replacer)) replaces"
        case .closesFounding(let id): "it closes \(name(id)), and neither a founding nor a closing is ever closed"
        case .closingNotOffered(let id, let lacking):
            "it closes \(name(id)), which was offered without a closing: its base does not name \(lacking)"
        case .closingNotBuiltOnSubject(let id):
            "it completes \(name(id)), which changes the constitution, and is not built on it"
        case .repealsReserved(let provision):
            "it repeals \(provision), and rosters, rules and records are never repealed"
        case .decidedOutsideBase(let provision): "its base does not name \(provision), under which it is decided"
        case .parentNotThere(let provision): "it puts \(provision) under a provision that is not there"
        case .parentNotReliedOn(let provision, let parent):
            "it puts \(provision) under \(parent) without naming that in its base"
        case .parentsInCycle(let provision): "it puts \(provision) beneath itself, or too deep"
        case .movesUnseen(let provision, let contained):
            "it moves \(provision) without naming \(contained), which that contains, in its base"
        case .repealsNothing(let provision): "it repeals \(provision), which is not there"
        case .leavesChildBehind(let provision, let child):
            "it repeals \(provision) and leaves \(child) beneath it behind"
        case .foundingNamesNobody: "it founds a roadmap without parties: no roster that is awake has a holder"
        case .keyServesTwice(let key): "the key \(Quoting.short(key.digest)) serves two parties"
        }
    }

    /// Why a party's own software does not let it give a verdict.
    package func sentence(for objection: Objection) -> String {
        switch objection {
        case .notKnown(let id):
            ledger.instruments[id] == nil
                ? "\(name(id)) is not among the records: import it first"
                : "\(name(id)) cannot be judged yet: it names \(names(evaluation.awaited(by: id)))"
        case .illFormed(let reason): "it can never be in force: \(sentence(for: reason))"
        case .otherVerdict(let verdict):
            "this party has \(verdict.pastTenseOf) it before, and two verdicts on one instrument are proof of a lie"
        case .replacedBy(let id): "this party committed before to \(name(id)), which replaces it"
        case .conflictsWith(let id): rivalry(with: id)
        case .groundReplacedBy(let id, let ground):
            "this party committed before to \(name(id)), which replaces \(name(ground)), on which this is built"
        case .groundConflictsWith(let id, let ground):
            "this party committed before to \(name(id)), a rival of \(name(ground)), on which this is built"
        case .earlierBuiltOnReplaced(let id, let replaced):
            "this party committed before to \(name(id)), which is built on \(name(replaced)), which this replaces"
        case .earlierBuiltOnRival(let id, let rival):
            "this party committed before to \(name(id)), which is built on \(name(rival)), a rival of this"
        case .providedOnReplaced(let id):
            "it cannot be sealed provided \(name(id)), which could not stand beside it"
        case .withdrawn: "this party has withdrawn, and is not waited for where this is decided"
        case .leavesRuleUnmeetable(let provisionClass):
            "nobody's consent could meet the rule for \(provisionClass) any more once it stands"
        case .wouldNotStand(let ground):
            ground.isEmpty
                ? "it would not stand even if everybody accepted it"
                : "it would not stand even if everybody accepted it: \(names(ground)), on which it is built, does not"
        case .wouldCompleteNothing(let id):
            "it would complete \(name(id)), which would not stand even then"
        case .wouldTopple(let id):
            "it would take \(name(id)) out of force, to which this party is committed, without naming it"
        case .restsOnDisputed(let ids): "without disputed seals \(names(ids)) would not stand"
        }
    }

    /// A rival that was given up is out of the way of what is built on its end.
    private func rivalry(with id: InstrumentID) -> String {
        let rival = "this party committed before to its rival \(name(id))"
        guard let end = evaluation.end(of: id) else {
            return "\(rival); an instrument that replaces that by name would do"
        }
        return "\(rival), which was given up: an instrument that is built on \(name(end)) would do, and `syngraph "
            + "rebase` makes it"
    }

    /// Why an amendment cannot be laid on the text in force.
    package func sentence(for refusal: AmendmentRefusal) -> String {
        switch refusal {
        case .nothingInForce: "nothing is in force yet: all founders accept the founding first"
        case .reliesOnNothing(let provision): "it relies on \(provision), which is not in force"
        case .repealsNothing(let provision): "it repeals \(provision), which is not in force"
        case .noRule(let provisionClass):
            "there is no rule for the class \(provisionClass): a rule comes first, in an amendment of its own"
        case .noRoster(let standing, let provisionClass):
            "the rule for \(provisionClass) counts holders of \(standing), for which there is no roster"
        case .unknownReplaced(let id): "it replaces \(Quoting.short(id)), which is not among the records"
        case .malformed(let refusal): "it cannot be written down: \(terminalSafe(refusal.description))"
        case .illFormed(let reason): "it could never be in force: \(sentence(for: reason))"
        }
    }

    /// A proof of a lie: whose, and of which kind.
    package func sentence(for contradiction: Contradiction) -> String {
        let seals = contradiction.records.compactMap { ledger.seals[$0]?.seal }
        let party = contradiction.party
        switch contradiction.kind {
        case .twoVerdicts:
            guard let first = seals.first else { return "\(party) gave two different verdicts on one instrument" }
            return "\(party) gave two verdicts on \(name(first.instrument)): "
                + Quoting.list(seals.map { "\($0.verdict.pastTense) (\(Quoting.short($0.id)))" })
        case .incoherentSeals:
            return "\(party) committed to \(names(seals.map(\.instrument))), of which neither may follow the other"
        case .forkedKeys:
            let statements = contradiction.records.map(Quoting.short)
            return "\(party) changed the same keys twice, in different ways: \(Quoting.list(statements))"
        case .twoStates:
            let certificates = contradiction.records.map(Quoting.short)
            return "a node of \(party) certified two states in one place of its chain: \(Quoting.list(certificates)); "
                + "that convicts the custody of its key, not the party's word"
        }
    }
}

extension LedgerRefusal {
    /// Why a record does not enter the ledger.
    package var sentence: String {
        switch self {
        case .malformed(let refusal): terminalSafe(refusal.description)
        case .otherRoadmap: "the record belongs to another roadmap"
        case .wrongVersion: "the key statement is not of the next version after the record it follows"
        case .keyNotInRecord: "the signature is by a key that the party's record does not have"
        case .badSignature: "the signature is not that key's over these bytes"
        case .tooManyWaiting: "too many statements wait for key records that nobody has shown"
        }
    }
}

extension BundleRefusal {
    /// Where a bundle goes wrong, and how.
    package var sentence: String {
        switch code {
        case .notTheRoadmapAskedFor, .scopeNotSupported: code.sentence
        case .malformed(let refusal) where record == nil && refusal.fault == .contradiction:
            "its last item does not fit the bytes before it: the file was changed, or damaged, after it was written"
        case .malformed(let refusal) where record == nil && refusal.fault == .truncated:
            "it ends before its last item: the file was cut, at byte \(offset) or later"
        default:
            (record.map { "record \($0), at byte \(offset): " } ?? "at byte \(offset): ") + terminalSafe(code.sentence)
        }
    }
}
