package import Agreement
internal import Cryptography
internal import Identity

extension Phrasebook {
    /// Why an instrument stands where it stands, as sentences under sentences.
    package func outline(_ explanation: Explanation) -> Outline {
        let id = explanation.instrument
        let consent = explanation.requirements.map { outline($0, of: id) }
        let rivals = explanation.rivals.map { Outline(sentence(for: $0)) }
        return Outline(
            "\(name(id)): \(explanation.state.words)\(reason(explanation))",
            consent + explanation.supports.map(outline) + rivals + closings(of: id))
    }

    /// What closes an instrument and is on the table.
    private func closings(of id: InstrumentID) -> [Outline] {
        let closings = evaluation.closings(of: id)
        func outlines(_ ids: [InstrumentID], _ verb: String) -> [Outline] {
            ids.filter { replacers(of: $0).isEmpty }.map {
                Outline("closing: \(name($0)), \(evaluation.state(of: $0)?.words ?? ""), \(verb)")
            }
        }
        return outlines(closings.complete, "completes it") + outlines(closings.abandoned, "gives it up")
    }

    // MARK: The first line

    private func reason(_ explanation: Explanation) -> String {
        let id = explanation.instrument
        if evaluation.end(of: id) != nil { return state(of: id).map { ": \($0.sentence)" } ?? "" }
        switch explanation.state {
        case .illFormed: return evaluation.illFormedness(of: id).map { ": \(sentence(for: $0))" } ?? ""
        case .awaitingRecords: return ", to be judged at all"
        case .replaced:
            let verb = explanation.replacedBy.count == 1 ? "replaces" : "replace"
            return ": \(names(explanation.replacedBy)) \(verb) it by name"
        case .stale: return ": " + explanation.outdated.map(sentence).joined(separator: "; ")
        case .suspended: return ": it has its consent, and what it rests on does not hold"
        case .conditional: return ": it has its consent, and waits for what that was given in return for"
        case .contested, .rejected: return state(of: id).map { ": \($0.sentence)" } ?? ""
        case .inForce, .sealed, .unsealed: return ""
        }
    }

    private func sentence(_ outdated: OutdatedVersion) -> String {
        let found = outdated.named.map { "as \(name($0)) left it" } ?? "as not being there"
        return "it found \(outdated.provision) \(found), and \(name(outdated.inForce)) has written that since"
    }

    // MARK: Consent

    private func outline(_ found: RequirementFound, of id: InstrumentID) -> Outline {
        let version = found.ruleVersion.map { ", by the rule of \(name($0))" } ?? ""
        let heading = "\(mark(found)): \(heading(found.requirement, of: id))"
        switch found.requirement.source {
        case .newcomer, .founder: return Outline("\(heading): \(found.term.term.words)", voices(found.term))
        case .rule, .ruleAfter: break
        }
        var sentence = heading + version
        if found.term.isMet, !found.isMet { sentence += "; abstentions alone are not enough: somebody must accept" }
        return Outline(sentence, [outline(found.term)])
    }

    private func heading(_ requirement: Requirement, of id: InstrumentID) -> String {
        switch requirement.source {
        case .rule(let provisionClass, let reader) where reader == id: "\(provisionClass)"
        case .rule(let provisionClass, let reader): "\(provisionClass), as \(name(reader)) needed it, which it replaces"
        case .ruleAfter(let provisionClass, let changed):
            "\(provisionClass), as it stood after \(name(changed)), which it replaces"
        case .newcomer(let reader) where reader == id: "new on a roster"
        case .newcomer(let reader): "new on a roster by \(name(reader)), which it replaces"
        case .founder: "founder"
        }
    }

    private func mark(_ found: RequirementFound) -> String {
        mark(isMet: found.isMet, later: found.isMetIfConditionsStood)
    }

    private func mark(isMet: Bool, later: Bool) -> String {
        isMet ? "met" : later ? "met once its conditions stand" : "not met"
    }

    private func outline(_ term: TermFound) -> Outline {
        let mark = mark(isMet: term.isMet, later: term.isMetIfConditionsStood)
        switch term.term {
        case .need:
            return Outline("\(mark), \(term.counted) of \(term.needed): \(term.term.words)", voices(term))
        case .party, .named, .founder: return Outline("\(mark): \(term.term.words)", voices(term))
        case .all(let terms):
            return Outline("\(mark), \(term.counted) of \(terms.count): all of these", term.parts.map(outline))
        case .any(let terms):
            return Outline("\(mark), \(term.counted) of \(terms.count): one of these", term.parts.map(outline))
        }
    }

    /// Parties that said the same stand together.
    private func voices(_ term: TermFound) -> [Outline] {
        var order: [Voice] = []
        var parties: [String: [Identifier]] = [:]
        for voice in term.voices {
            let words = key(of: voice)
            if parties[words] == nil { order.append(voice) }
            parties[words, default: []].append(voice.party)
        }
        return order.map { voice in
            let together = parties[key(of: voice)]!
            let standings = voice.standings.isEmpty ? "" : " (\(Quoting.list(voice.standings)))"
            return Outline("\(Quoting.list(together))\(standings) \(words(of: voice, count: together.count))")
        }
    }

    private func key(of voice: Voice) -> String { "\(voice.standings) \(words(of: voice, count: 1))" }

    /// - Parameter count: of how many parties this is said.
    private func words(of voice: Voice, count: Int) -> String {
        guard !voice.seals.isEmpty else {
            let are = count == 1 ? "is" : "are"
            return voice.isExcused
                ? "\(count == 1 ? "has" : "have") withdrawn, and \(are) not waited for" : "\(are) missing"
        }
        let said = voice.seals.map { seal in
            let capacities = seal.capacities.map { " only as \(Quoting.list($0))" } ?? ""
            let waiting = seal.waitsFor.isEmpty ? "" : " provided \(names(seal.waitsFor))"
            let doubt = seal.isVoid ? " (void)" : seal.isDisputed ? " (disputed)" : ""
            let reservation = ledger.seals[seal.id]?.seal.reservation == nil ? "" : " with a reservation"
            return "\(seal.verdict.pastTense)\(capacities)\(reservation)\(waiting)\(doubt)"
        }.joined(separator: ", and ")
        if voice.counts { return said }
        if voice.isExcused { return "\(said), and withdrew since" }
        let awaited = voice.seals.reduce(into: Set<InstrumentID>()) { $0.formUnion($1.waitsFor) }
        let doNotStand = awaited.count == 1 ? "which does not stand" : "which do not stand"
        let why = voice.countsIfConditionsStood ? doNotStand : "which does not count here"
        return "\(said), \(why)"
    }

    // MARK: What it rests on

    private func outline(_ support: Explanation.Support) -> Outline {
        let relation =
            switch support.relation {
            case .ground: "built on"
            case .condition(let parties): "given by \(Quoting.list(parties)) in return for"
            }
        let lead = "\(support.holds ? "met" : "not met"): \(relation)"
        let named = "\(lead) \(name(support.instrument))"
        switch support.why {
        case .holds: return Outline("\(named), which \(holds(support))")
        case .explained(let explanation):
            let inner = outline(explanation)
            return Outline("\(lead) \(inner.sentence)", inner.parts)
        case .circle: return Outline("\(named): a circle, for that one waits for this, as said above")
        case .explainedElsewhere: return Outline("\(named), which this tree explains elsewhere")
        case .notHere: return Outline("\(named): no record of it is here")
        case .tooFar: return Outline("\(named): ask why of that one")
        }
    }

    private func holds(_ support: Explanation.Support) -> String {
        evaluation.inForce.contains(support.instrument) ? "is in force" : "stands"
    }

    private func sentence(for rival: Explanation.Rival) -> String {
        let committed = rival.committed.isEmpty ? "" : "; \(Quoting.list(rival.committed)) committed to that"
        let stands = rival.isStanding ? "stands" : "is open"
        return "rival: \(name(rival.instrument)) \(stands)\(committed)"
    }
}
