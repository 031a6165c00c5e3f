package import Agreement
internal import CanonicalEncoding
package import Cryptography
package import Drafting
package import Identity
internal import Redline

/// A draft on its way into an instrument: what it changes on the text in force, and what speaks against it.
///
/// Source: `Docs/Specification/negotiation.md`, section 3.
package struct Freezing {
    package let draft: Draft
    /// Those whose consent the rules of what it touches can need; whose brackets must be settled, or chosen.
    package let counted: Set<Identifier>
    package let outcomes: Outcomes
    package let reading: DraftReading

    private let evaluation: Evaluation
    /// The text that the draft was opened on, with what was frozen from it before and is in force.
    private let found: [Identifier: Content]
    private let languages: [Identifier]
    /// Why a text may not be signed, after "it "; nil if it may.
    private let faultInText: (String) -> String?
    /// Instruments that were frozen from this draft before, in no order that matters.
    package let earlier: [InstrumentID]

    /// - Parameters:
    ///   - base: the text that the draft was opened on.
    ///   - languages: the roadmap's.
    ///   - choices: of brackets that are open, what they are to be.
    ///   - faultInText: why a text may not be signed, after "it "; nil if it may. (It asks tables of Unicode.)
    package init(
        _ draft: Draft, openedOn base: [Identifier: Content], _ evaluation: Evaluation, languages: [Identifier],
        choosing choices: [OperationName: Drafting.Alternative] = [:], faultInText: @escaping (String) -> String?
    ) {
        var draft = draft
        draft.indexTexts()
        self.draft = draft
        self.faultInText = faultInText
        self.evaluation = evaluation
        self.languages = languages
        let base = base.filter { !ReservedProvision.isReserved($0.key) }
        earlier = evaluation.instrumentIDs.filter { id in
            evaluation.instrument(id)?.frozenFrom.contains(where: draft.contains) == true
        }
        found = Self.found(base, earlier, evaluation)
        let counted = Self.counted(in: draft, on: [base, found], evaluation)
        self.counted = counted
        let settled = SettledInForce(of: draft, openedOn: base, evaluation, counting: counted.contains)
        outcomes = Outcomes(
            of: draft, counting: counted.contains, choosing: settled.outcomes.merging(choices) { _, chosen in chosen })
        reading = DraftReading(of: draft, outcomes)
    }

    /// What is in force by an instrument that was frozen from this draft is the draft's own word of then, not another's.
    private static func found(
        _ base: [Identifier: Content], _ earlier: [InstrumentID], _ evaluation: Evaluation
    ) -> [Identifier: Content] {
        var found = base
        for id in earlier {
            for change in evaluation.instrument(id)?.changes ?? []
            where !ReservedProvision.isReserved(change.provision)
                && evaluation.versionInForce(of: change.provision) == id
            {
                found[change.provision] = change.content
            }
        }
        return found
    }

    /// The parties that the rules count for whatever the draft says anything of.
    ///
    /// - Parameter texts: what the draft was opened on, and what it goes on from. A party that counted when a part of the
    ///   draft was frozen still counts when that is in force: else a bracket would be settled, perhaps otherwise than it
    ///   was frozen, because nobody wrote anything.
    static func counted(
        in draft: Draft, on texts: [[Identifier: Content]], _ evaluation: Evaluation
    ) -> Set<Identifier> {
        let outcomes = Outcomes(of: draft)
        let reading = DraftReading(of: draft, outcomes)
        let bracketed = Set(outcomes.brackets.values.compactMap { $0.provision(outcomes, in: draft) })
        let touched = texts.flatMap { found -> [Content] in
            let contents = reading.contents(on: found)
            let changed = Set(found.keys).union(contents.keys).filter { found[$0] != contents[$0] }
            return bracketed.union(changed).flatMap { [found[$0], contents[$0]].compactMap { $0 } }
        }
        return evaluation.partiesCounted(of: touched)
    }

    // MARK: Changes

    /// What it changes on the text in force, or on that without what is replaced.
    ///
    /// - Parameter isLookedAt: whether what is only pointed out was seen, and is meant so.
    package func changes(
        replacing named: [InstrumentID] = [], isLookedAt: Bool = false
    ) throws(FreezeRefusal) -> [Instrument.Change] {
        let contents = reading.contents(on: found)
        let wanted = Set(found.keys).union(contents.keys).sorted().filter { found[$0] != contents[$0] }
            .map { Instrument.Change($0, contents[$0]) }
        let (changes, clashes) = evaluation.lay(wanted, writtenOn: found, naming: named)
        var faults = choiceFaults + openFaults + structureFaults + languageFaults(of: changes)
        faults += clashes.map { .changedUnderneath($0) }
        if faults.isEmpty, changes.isEmpty { faults.append(.nothingChanges) }
        if !isLookedAt { faults += pointedOut(of: changes) }
        guard faults.isEmpty else { throw FreezeRefusal(faults: faults) }
        return changes
    }

    private var choiceFaults: [FreezeFault] {
        outcomes.choices.keys.sorted(by: Self.precedes).compactMap { name in
            guard let bracket = outcomes.brackets[name] else { return .choosesUnknownBracket(name) }
            if let followed = bracket.follows { return .choosesFollower(name, of: followed) }
            guard bracket.alternatives.contains(outcomes.choices[name]!) else { return .choosesNoAlternative(name) }
            return bracket.isOpen || bracket.outcome == outcomes.choices[name] ? nil : .choosesSettled(name)
        }
    }

    private static func precedes(_ one: OperationName, _ other: OperationName) -> Bool {
        guard let first = one.entry, let second = other.entry, first != second else { return one.number < other.number }
        return first < second
    }

    private var openFaults: [FreezeFault] {
        func place(_ name: OperationName) -> (provision: Identifier?, language: Identifier?) {
            switch outcomes.brackets[name]?.subject {
            case .node(let node)?: (identifiers[node], nil)
            case .text(let text)?:
                outcomes.place(of: text).map { (identifiers[$0.node], $0.language) } ?? (nil, nil)
            case nil: (nil, nil)
            }
        }
        let identifiers = Dictionary(reading.provisions.map { ($0.node, $0.identifier) }) { one, _ in one }
        return reading.open.map { .openBracket($0, provision: place($0).provision, language: place($0).language) }
            + reading.crossing.map { .crossing($0, provision: place($0).provision, language: place($0).language) }
    }

    private var identifiers: [NodeName: Identifier] {
        Dictionary(
            draft.documentOrder.map(\.name).map { node in
                var fields = FieldReader(node, draft)
                return (node, fields.identifier(.identifier))
            }
        ) { one, _ in one }
    }

    private var structureFaults: [FreezeFault] {
        let standing = Set(reading.provisions.map(\.node))
        var faults: [FreezeFault] = reading.contested.map { .contested($0.provision, $0.field) }
        faults += draft.sharedIdentifiers.filter { $0.value.count(where: standing.contains) > 1 }.keys.sorted()
            .map { .sharedIdentifier($0) }
        faults += reading.provisions.map(\.identifier).filter(ReservedProvision.isReserved)
            .map { .reservedIdentifier($0) }
        if draft.title.isContested { faults.append(.contestedTitle) }
        return faults
    }

    // MARK: Languages

    private func languageFaults(of changes: [Instrument.Change]) -> [FreezeFault] {
        var faults: [FreezeFault] = []
        let lacking = languages.filter { !draft.opening.languages.contains($0) }
        if !lacking.isEmpty { faults.append(.draftLacksLanguages(lacking)) }
        if let title = draft.title.values.last {
            let lacking = languages.filter { title.byLanguage[$0] == nil }
            if !lacking.isEmpty { faults.append(.titleLacksLanguages(lacking)) }
        }
        for change in changes {
            guard let content = change.content else { continue }
            let before = found[change.provision]
            if content.number != before?.number { check(content.number, change.provision, .number, nil, &faults) }
            check(content.heading, before?.heading, change.provision, .heading, &faults)
            check(content.text, before?.text, change.provision, .text, &faults)
        }
        return faults
    }

    private func check(
        _ words: Words?, _ before: Words?, _ provision: Identifier, _ field: FreezeFault.Field,
        _ faults: inout [FreezeFault]
    ) {
        guard let words, words != before else { return }
        let lacking = languages.filter { words.byLanguage[$0] == nil }
        if !lacking.isEmpty { faults.append(.lacksWords(provision, field, languages: lacking)) }
        for language in words.languages where words.byLanguage[language] != before?.byLanguage[language] {
            check(words.byLanguage[language], provision, field, language, &faults)
        }
    }

    private func check(
        _ text: ExactText?, _ provision: Identifier, _ field: FreezeFault.Field, _ language: Identifier?,
        _ faults: inout [FreezeFault]
    ) {
        guard let text, let fault = faultInText(text.string) else { return }
        faults.append(.unsignable(provision, field, language: language, fault: fault))
    }

    // MARK: What is pointed out

    private func pointedOut(of changes: [Instrument.Change]) -> [FreezeFault] {
        var faults: [FreezeFault] = []
        for change in changes {
            guard let content = change.content else { continue }
            let before = found[change.provision]
            for (field, words, old) in [
                (FreezeFault.Field.heading, content.heading, before?.heading), (.text, content.text, before?.text),
            ] {
                guard let words, words != old else { continue }
                let texts = words.byLanguage.map { ($0.key.string, Optional($0.value.string)) }
                faults += Concord(of: Dictionary(uniqueKeysWithValues: texts)).findings
                    .map { .differs(change.provision, field, $0) }
            }
            for (language, text) in (content.text?.byLanguage ?? [:]).sorted(by: { $0.key < $1.key })
            where text != before?.text?.byLanguage[language] {
                let hasBracket = text.utf8.contains { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "]") }
                if hasBracket { faults.append(.bracketsInWords(change.provision, language: language)) }
            }
        }
        return faults + reservations
    }

    /// Reservations of those that count, on what the draft reads.
    private var reservations: [FreezeFault] {
        let names = identifiers
        return draft.allReservations.filter { !$0.isLifted && counted.contains($0.party) }.map { reservation in
            let node: NodeName? =
                switch reservation.subject {
                case .node(let node): node
                case .bracket(let name):
                    switch outcomes.brackets[name]?.subject {
                    case .node(let node)?: node
                    case .text(let text)?: outcomes.place(of: text)?.node
                    case nil: nil
                    }
                }
            return .reserved(reservation, provision: node.flatMap { names[$0] })
        }
    }

    /// The draft's title, of several that stand the last.
    package var title: Words { draft.title.values.last ?? draft.opening.title }

    /// What names the draft, and as of which entries: its id, and those that no other has seen.
    package var frozenFrom: [Digest] {
        Array(([draft.id] + draft.heads.filter { $0 != draft.id }).prefix(AgreementLimits.frozenFromPerInstrument))
    }

    /// The positions that are left behind.
    package var positionsLeft: [PositionLeft] { PositionLeft.all(in: draft, outcomes) }
}

// MARK: - The instrument

extension Freezing {
    /// What somebody who freezes a draft decides besides what the draft says.
    package struct Wish: Sendable {
        package var note: Words?
        /// Provisions that it relies on besides those that its words mention.
        package var reliesOn: [Identifier] = []
        /// Instruments that it replaces besides those that it must.
        package var replaces: [InstrumentID] = []
        package var offersClosing = false
        package var answerBy: UInt64?
        /// What is only pointed out was seen, and is meant so.
        package var isLookedAt = false

        package init() {}
    }

    /// The instrument, and why it relies on what it relies on.
    package struct Frozen: Sendable {
        package let instrument: Instrument
        /// By provision that is mentioned: those whose new words mention it, ascending.
        package let mentions: [Identifier: [Identifier]]
    }

    /// Freezes the draft on the text in force.
    ///
    /// - Throws: ``FreezeRefusal`` where the draft is not ripe; ``AmendmentRefusal`` where the text in force has no place
    ///   for it.
    package func frozen(_ wish: Wish, by proposer: Identifier, salt: [UInt8], roadmap: InstrumentID) throws -> Frozen {
        let named = wish.replaces + earlier.filter(evaluation.isOpenAndSealed)
        let changes = try changes(replacing: named, isLookedAt: wish.isLookedAt)
        let mentions = mentions(in: changes)
        var amendment = Amendment(
            title: title, note: wish.note, changes: changes,
            reliesOn: Set(wish.reliesOn + mentions.keys).sorted(), offersClosing: wish.offersClosing,
            answerBy: wish.answerBy, frozenFrom: frozenFrom)
        func proposal(_ replaces: [InstrumentID]) throws(AmendmentRefusal) -> Instrument {
            amendment.replaces = replaces
            return try evaluation.freeze(
                amendment, proposer: proposer, salt: salt, languages: languages, roadmap: roadmap)
        }
        let replaces = try evaluation.namesToReplace(
            rebasing: nil, for: proposer, naming: Set(named).sorted(), proposal: proposal)
        return Frozen(instrument: try proposal(replaces), mentions: mentions)
    }

    /// Provisions in force that new words speak of, and that the changes do not write.
    private func mentions(in changes: [Instrument.Change]) -> [Identifier: [Identifier]] {
        let written = Set(changes.map(\.provision))
        var text = Dictionary(uniqueKeysWithValues: evaluation.textInForce.map { ($0.id, $0.content) })
        for change in changes { text[change.provision] = change.content }
        let known = Mentions(of: text)
        var mentions: [Identifier: [Identifier]] = [:]
        for change in changes {
            let words = (change.content?.text?.byLanguage ?? [:]).sorted { $0.key < $1.key }.map(\.value.string)
            let found = Set(words.flatMap { known.found(in: $0, of: change.provision) })
            for name in found.subtracting(written).sorted() where evaluation.provisionInForce(name) != nil {
                mentions[name, default: []].append(change.provision)
            }
        }
        return mentions
    }
}
