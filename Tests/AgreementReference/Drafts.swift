/// What proposers in random histories come up with, each on the state in force as they know it.
extension HistoryGenerator {
    /// Ordinary provisions in force, ascending.
    private func articles(_ desk: Desk) -> [String] {
        builder.ground.contents(of: desk.text).keys.filter { Provision.reservedClass(of: $0) == nil }.sortedBytewise()
    }

    private func contents(_ desk: Desk) -> [String: ReferenceContent] { builder.ground.contents(of: desk.text) }

    /// Names rivals, as tools do, but not always.
    private mutating func draft(
        _ changes: [String: ReferenceChange], _ desk: Desk, relyingOn relied: Set<String> = [],
        replacing: Set<String> = [], offeringClosing: Bool = false
    ) -> ReferenceInstrument {
        builder.draft(
            changes, on: desk.force, relyingOn: relied, replacing: replacing, offeringClosing: offeringClosing,
            naming: !isCareless && random.chance(92) ? desk.rivals : [])
    }

    private mutating func someDefinition(_ desk: Desk, avoiding taken: Set<String> = []) -> Set<String> {
        guard random.chance(35) else { return [] }
        return Set([random.pick(articles(desk).filter { !taken.contains($0) })].compactMap { $0 })
    }

    mutating func edit(
        _ desk: Desk, avoiding taken: Set<String> = [], offeringClosing: Bool = false
    ) -> ReferenceInstrument? {
        let contents = contents(desk)
        let free = random.shuffled(articles(desk).filter { !taken.contains($0) }).prefix(random.chance(75) ? 1 : 2)
        var changes: [String: ReferenceChange] = [:]
        for provision in free {
            guard var content = contents[provision] else { continue }
            content.words = words()
            if random.chance(12) { content.provisionClass = newArticle(in: nil).provisionClass }
            if random.chance(12) { content.named = newArticle(in: nil).named }
            changes[provision] = .set(content)
        }
        guard !changes.isEmpty else { return nil }
        return draft(
            changes, desk, relyingOn: someDefinition(desk, avoiding: taken), offeringClosing: offeringClosing)
    }

    mutating func addition(_ desk: Desk) -> ReferenceInstrument? {
        guard let parent = random.pick(articles(desk)) else { return nil }
        nextProvision += 1
        let name = "n\(nextProvision)"
        var changes: [String: ReferenceChange] = [name: .set(newArticle(in: parent))]
        if random.chance(25) { changes[name + "-1"] = .set(newArticle(in: name)) }
        return draft(changes, desk, relyingOn: someDefinition(desk))
    }

    mutating func moving(_ desk: Desk) -> ReferenceInstrument? {
        let contents = contents(desk)
        guard let provision = random.pick(articles(desk).filter { contents[$0]?.parent != nil }),
            case .some(var content) = contents[provision]
        else { return nil }
        let below = ReferenceAmending.descendants(of: provision, in: contents)
        let places = articles(desk).filter { $0 != provision && !below.contains($0) && $0 != content.parent }
        guard let parent = random.pick(places) else { return nil }
        content.parent = random.chance(10) ? nil : parent
        return draft([provision: .set(content)], desk)
    }

    mutating func repealing(_ desk: Desk) -> ReferenceInstrument? {
        let contents = contents(desk)
        let small = articles(desk).filter {
            contents[$0]?.parent != nil && ReferenceAmending.descendants(of: $0, in: contents).count <= 2
        }
        guard small.count > 3, let provision = random.pick(small) else { return nil }
        let all = ReferenceAmending.descendants(of: provision, in: contents).union([provision])
        return draft(Dictionary(uniqueKeysWithValues: all.map { ($0, .repeal) }), desk)
    }

    // MARK: The constitution

    mutating func rosterChange(_ desk: Desk, offeringClosing: Bool = false) -> ReferenceInstrument? {
        let contents = contents(desk)
        guard let standing = random.pick(Self.standings), let roster = contents[Provision.roster(standing)],
            case .roster(var holders, var isDormant) = roster.matter
        else { return nil }
        var changes: [String: ReferenceChange] = [:]
        if standing == "observer", random.chance(60) {
            isDormant.toggle()
        } else if holders.count > 2, random.chance(45) {
            holders.remove(at: random.below(holders.count))
        } else if let newcomer = random.pick(parties.filter { !holders.contains($0) }) {
            holders.append(newcomer)
            if contents[Provision.party(newcomer)] == nil || random.chance(30) {
                changes[Provision.party(newcomer)] = .set(newRecord(of: newcomer))
            }
        }
        changes[Provision.roster(standing)] = .set(.roster(holders.sortedBytewise(), isDormant: isDormant))
        return draft(changes, desk, offeringClosing: offeringClosing)
    }

    mutating func ruleChange(_ desk: Desk, offeringClosing: Bool = false) -> ReferenceInstrument? {
        if random.chance(20) {
            nextProvision += 1
            return draft([Provision.rule("class-\(nextProvision)"): .set(.rule(rule(for: "correction")))], desk)
        }
        guard let provisionClass = random.pick(Self.classes) else { return nil }
        return draft(
            [Provision.rule(provisionClass): .set(.rule(rule(for: provisionClass)))], desk,
            offeringClosing: offeringClosing)
    }

    mutating func recordChange(_ desk: Desk) -> ReferenceInstrument? {
        let contents = contents(desk)
        guard let party = random.pick(parties.filter { contents[Provision.party($0)] != nil }) else { return nil }
        return draft([Provision.party(party): .set(newRecord(of: party))], desk)
    }

    // MARK: Replacing

    /// Takes something back that is in force and says it anew; mostly naming all that is built on it, too.
    mutating func replacement(_ desk: Desk, _ reference: Reference) -> ReferenceInstrument? {
        func falling(with id: String) -> Set<String> {
            desk.force.filter { builder.ground.isBuilt($0, on: id) }.union([id])
        }
        let light = desk.force.sortedBytewise().filter { $0 != builder.roadmap && falling(with: $0).count <= 3 }
        let given = light.filter { provisos[$0] != nil }  // and what was given in return hangs on it
        guard let id = random.pick(given.isEmpty || random.chance(50) ? light : given),
            let old = builder.ground.instruments[id]
        else { return edit(desk) }
        let fallen = falling(with: id)
        var rest = desk
        rest.force = desk.force.subtracting(fallen)
        rest.text = builder.ground.text(of: rest.force)
        let named = random.chance(75) ? fallen : [id]
        if random.chance(45) { return exchange(of: named, rest) }
        let changes = fitting(old.changes, rest)
        return changes.isEmpty ? nil : draft(changes, rest, replacing: named)
    }

    /// Gives something up for words elsewhere.
    private mutating func exchange(of given: Set<String>, _ rest: Desk) -> ReferenceInstrument? {
        guard var draft = edit(rest, avoiding: written(by: given)) else { return nil }
        draft.replaces.formUnion(given)
        return draft
    }

    private func written(by ids: Set<String>) -> Set<String> {
        Set(ids.flatMap { (builder.ground.instruments[$0]?.changes ?? [:]).keys })
    }

    /// Goes on from something in force, also where it hangs to be replaced, as if nobody had proposed that; some take
    /// their time over it.
    mutating func goOn(_ desk: Desk, _ reference: Reference) {
        let hanging = reference.instruments.subtracting(reference.perfected).filter(builder.ground.isWellFormed)
        let doomed = Set(hanging.flatMap { builder.ground.instruments[$0]?.replaces ?? [] }).intersection(desk.force)
        let ground = doomed.isEmpty ? desk.force.subtracting([builder.roadmap]) : doomed
        guard let provision = random.pick(articles(desk).filter(written(by: ground).contains)),
            var content = contents(desk)[provision]
        else {
            publish(edit(desk), by: desk.party)
            return
        }
        content.words = words()
        guard let id = publish(builder.draft([provision: .set(content)], on: desk.force), by: desk.party) else {
            return
        }
        let undecided = hanging.reduce(into: Set<String>()) { $0.formUnion(hesitating[$1] ?? []) }
        unanswering[id] = Set(random.some(of: undecided.sortedBytewise(), percent: 50))
        if random.chance(50) { hesitate(over: id) }
    }

    /// One wants to give something up for words elsewhere, and one to go on from it, who has not heard of the other; the
    /// other key states are asked for both, one after the other.
    mutating func partWays(_ desk: Desk) {
        let newest = desk.force.subtracting([builder.roadmap]).filter { id in
            !desk.force.contains { builder.ground.isBuilt($0, on: id) }
        }
        let keyStates = contents(desk)["roster/key-state"]?.awakeHolders ?? []
        let asked = random.shuffled(keyStates.subtracting([desk.party]).sortedBytewise())
        guard asked.count > 1, let given = random.pick(newest.sortedBytewise()),
            let provision = random.pick(articles(desk).filter { desk.text[$0] == given }),
            var content = contents(desk)[provision]
        else { return goOn(desk, reference(of: desk.party)) }
        content.words = words()
        let further = builder.draft([provision: .set(content)], on: desk.force)
        var rest = desk
        rest.force.remove(given)
        rest.text = builder.ground.text(of: rest.force)
        guard let elsewhere = exchange(of: [given], rest) else { return }
        let (giving, goingOn) = (asked[0], asked[1])
        if !isShared { meet(desk.party, goingOn) }
        var furtherID: String?
        for draft in random.shuffled([further, elsewhere]) {
            guard let id = publish(draft, by: desk.party) else { return }
            let isFurther = draft.replaces.isEmpty
            unanswering[id] = [isFurther ? giving : goingOn]
            hesitating[id] = [isFurther ? goingOn : giving]
            for party in keyStates.subtracting([giving, goingOn]).sortedBytewise() {
                learnEverything(party)
                consider(id, by: party)
            }
            if isFurther, !isShared {
                hesitating[id] = nil
                nodes[goingOn]?.knowledge.instruments.insert(id)
                furtherID = id
            }
        }
        if let furtherID { consider(furtherID, by: goingOn) }
    }

    mutating func hesitate(over id: String) {
        hesitating[id] = Set(random.shuffled(parties).prefix(random.within(1...3)))
    }

    /// Takes up an instrument that hangs, on the versions in force.
    mutating func rebased(_ desk: Desk, _ reference: Reference) -> ReferenceInstrument? {
        let hanging = reference.instruments.sortedBytewise().filter {
            builder.ground.isWellFormed($0) && !reference.perfected.contains($0)
        }
        guard let id = random.pick(hanging), let old = builder.ground.instruments[id] else { return nil }
        let changes = fitting(old.changes, desk)
        return changes.isEmpty ? nil : draft(changes, desk, replacing: [id])
    }

    /// The part of some changes that makes sense on another text, in other words.
    mutating func fitting(
        _ changes: [String: ReferenceChange], _ desk: Desk
    ) -> [String: ReferenceChange] {
        let contents = contents(desk)
        var fitting: [String: ReferenceChange] = [:]
        for (provision, change) in changes.sorted(by: { precedesBytewise($0.key, $1.key) }) {
            guard case .set(var content) = change else { continue }
            if let parent = content.parent, contents[parent] == nil { continue }
            if ReferenceAmending.descendants(of: provision, in: contents).contains(content.parent ?? "") { continue }
            if content.root != nil { content = newRecord(of: Provision.name(in: provision)) }
            if content.matter == .words { content.words = words() }
            fitting[provision] = .set(content)
        }
        return fitting
    }

    /// Goes on from something that its parties have not agreed to yet.
    mutating func ahead(_ desk: Desk, _ reference: Reference) -> ReferenceInstrument? {
        let pending = reference.instruments.subtracting(reference.perfected).sortedBytewise().filter { id in
            guard builder.ground.isWellFormed(id), builder.ground.instruments[id]?.closing == nil else { return false }
            let ground = desk.force.union(builder.view(of: [id]))
            return ground.allSatisfy { isAlone($0, in: ground) }
        }
        guard let id = random.pick(pending) else { return nil }
        var further = desk
        further.force = desk.force.union(builder.view(of: [id]))
        further.text = builder.ground.text(of: further.force)
        guard var draft = edit(further) else { return nil }
        draft.after.insert(id)
        return draft
    }

    /// Neither in conflict with any of some instruments, nor replaced by one.
    private func isAlone(_ id: String, in ground: Set<String>) -> Bool {
        (builder.ground.conflicts[id] ?? []).isDisjoint(with: ground)
            && !ground.contains { builder.ground.instruments[$0]?.replaces.contains(id) ?? false }
    }

    // MARK: Breaking

    /// An instrument that is not well formed, in one of many ways.
    mutating func broken(_ desk: Desk) -> ReferenceInstrument? {
        let known = judged(by: desk.party).sortedBytewise()
        if builder.meaning.lacks(.foundingNotBeneath), random.chance(30) { return secondFounding(desk) }
        switch random.below(17) {
        case 0:
            guard let repealed = random.pick(articles(desk)) else { return nil }
            return draft([repealed: .repeal], desk)
        case 1:
            guard var draft = ruleChange(desk), let changed = draft.changes.keys.first else { return nil }
            draft.changes[changed] = .repeal
            return draft
        case 2: return stolenKey(desk)
        case 3: return misplacedClosing(desk, known)
        case 4: return repealOfNothing(desk)
        case 5: return misplaced(desk)
        case 6, 7: return onRivals(desk, known)
        case 8, 9: return onReplaced(desk, known)
        default: return spoilt(desk, known)
        }
    }

    private mutating func spoilt(_ desk: Desk, _ known: [String]) -> ReferenceInstrument? {
        let draft = random.chance(50) ? addition(desk) : random.chance(50) ? ruleChange(desk) : moving(desk)
        guard var draft else { return nil }
        let named = draft.base.keys.sortedBytewise()
        switch random.below(8) {
        case 0: draft.base[random.pick(draft.changes.keys.sortedBytewise()) ?? ""] = nil
        case 1:
            let roster = random.pick(named.filter { $0.hasPrefix("roster/") }) ?? "roster/partner"
            draft.base.updateValue(nil, forKey: roster)
        case 2: draft.base[random.pick(named.filter(Provision.isRuleOrRoster)) ?? ""] = nil
        case 3:
            let ground = builder.view(of: draft.directGround).sortedBytewise()
            draft.replaces.formUnion(random.some(of: ground, percent: 30))
        case 4:
            for provision in named { draft.base.updateValue(nil, forKey: provision) }
            draft.after = []
        case 5: draft.base.updateValue(random.pick(known), forKey: random.pick(named) ?? "a1")
        case 6: draft.after.formUnion(random.some(of: known, percent: 25))
        default: draft.base = draft.base.filter { Provision.reservedClass(of: $0.key) != nil }
        }
        return draft
    }

    /// A party's record with a key of another party.
    private mutating func stolenKey(_ desk: Desk) -> ReferenceInstrument? {
        let records = contents(desk).values.compactMap(\.root).sorted { precedesBytewise($0.id, $1.id) }
        guard let other = random.pick(records), let party = random.pick(parties) else { return nil }
        let content = builder.newRecord(of: party, nodes: other.record.nodes)
        return draft([Provision.party(party): .set(content)], desk)
    }

    mutating func someSeal() -> String { random.pick(builder.seals)?.id ?? "no seal" }

    /// Closes what cannot be closed, or says more than a closing may.
    private mutating func misplacedClosing(_ desk: Desk, _ known: [String]) -> ReferenceInstrument? {
        if random.chance(35) { return closingOfIllFormed(desk) }
        guard let subject = random.pick(known + offers.map(\.subject).filter { knows(desk.party, $0) }) else {
            return nil
        }
        var draft = builder.closing(subject, random.chance(50) ? .complete : .abandoned)
        if random.chance(30) { draft.voids = reference(of: desk.party).disputed.union([someSeal()]) }
        let earlier = offers.first { $0.subject == subject && knows(desk.party, $0.completing) }
        if let earlier, random.chance(60) {
            draft.base.updateValue(earlier.completing, forKey: Provision.closing(subject))
            draft.after = []
        }
        if random.chance(30) { draft.after = [builder.roadmap] }
        if random.chance(20), let change = draft.changes.first {
            let short = String(change.key.dropLast())
            draft.changes = [short: change.value]
            draft.base = [short: nil]
        }
        return draft
    }

    /// Beneath something that does not exist, or beneath itself.
    private mutating func misplaced(_ desk: Desk) -> ReferenceInstrument? {
        if random.chance(50) {
            nextProvision += 1
            let name = "n\(nextProvision)"
            guard var draft = addition(desk), let added = draft.changes.keys.sortedBytewise().first,
                case .set(var content) = draft.changes[added]
            else { return nil }
            content.parent = name
            draft.changes[added] = .set(content)
            draft.base.updateValue(nil, forKey: name)
            return draft
        }
        let contents = contents(desk)
        guard let provision = random.pick(articles(desk)), var content = contents[provision],
            let below = random.pick(ReferenceAmending.descendants(of: provision, in: contents).sortedBytewise())
        else { return nil }
        content.parent = below
        return draft([provision: .set(content)], desk, relyingOn: [below])
    }

    /// Built on two that conflict.
    private mutating func onRivals(_ desk: Desk, _ known: [String]) -> ReferenceInstrument? {
        let pairs = known.flatMap { one in
            (builder.ground.conflicts[one] ?? []).filter { known.contains($0) && precedesBytewise(one, $0) }
                .sortedBytewise().map { [one, $0] }
        }
        guard let pair = random.pick(pairs) else { return nil }
        return built(on: pair, desk)
    }

    /// Built on one that replaces another, and on that.
    private mutating func onReplaced(_ desk: Desk, _ known: [String]) -> ReferenceInstrument? {
        if random.chance(60) { return onFreshlyReplaced(desk) }
        let replacing = known.filter { !(builder.ground.instruments[$0]?.replaces.isEmpty ?? true) }
        guard let id = random.pick(replacing),
            let replaced = random.pick((builder.ground.instruments[id]?.replaces ?? []).sortedBytewise())
        else { return nil }
        return built(on: [id, replaced], desk)
    }

    /// The same, where the two do not conflict.
    private mutating func onFreshlyReplaced(_ desk: Desk) -> ReferenceInstrument? {
        let light = desk.force.sortedBytewise().filter { id in
            id != builder.roadmap && !desk.force.contains { builder.ground.isBuilt($0, on: id) }
        }
        guard let replaced = random.pick(light) else { return nil }
        var rest = desk
        rest.force.remove(replaced)
        rest.text = builder.ground.text(of: rest.force)
        guard let id = publish(exchange(of: [replaced], rest), by: desk.party) else { return nil }
        return built(on: [id, replaced], rest)
    }

    /// Writes nothing that these wrote.
    private mutating func built(on more: [String], _ desk: Desk) -> ReferenceInstrument? {
        guard var draft = edit(desk, avoiding: written(by: Set(more))) else { return nil }
        draft.after.formUnion(more)
        draft.replaces.subtract(builder.view(of: draft.directGround))
        return draft
    }

    /// A liar founds the roadmap anew, alone. Only where a founding of another id is one: else nobody takes it for a
    /// record of this roadmap.
    private mutating func secondFounding(_ desk: Desk) -> ReferenceInstrument? {
        guard liars.contains(desk.party) else { return nil }
        var contents: [String: ReferenceContent] = [
            "roster/key-state": .roster([desk.party]), Provision.party(desk.party): builder.newRecord(of: desk.party),
        ]
        for provisionClass in ["roster", "rule", "party"] {
            contents[Provision.rule(provisionClass)] = .rule(.party(desk.party))
        }
        return ReferenceInstrument(isFounding: true, base: [:], changes: contents.mapValues { .set($0) })
    }

    private mutating func closingOfIllFormed(_ desk: Desk) -> ReferenceInstrument? {
        guard var subject = edit(desk, offeringClosing: true) else { return nil }
        nextProvision += 1
        subject.changes["n\(nextProvision)"] = .repeal
        subject.base.updateValue(nil, forKey: "n\(nextProvision)")
        guard let id = publish(subject, by: desk.party) else { return nil }
        var closing = builder.closing(id, random.chance(70) ? .complete : .abandoned)
        closing.after = [builder.roadmap]
        return closing
    }

    private mutating func repealOfNothing(_ desk: Desk) -> ReferenceInstrument? {
        nextProvision += 1
        return draft(["n\(nextProvision)": .repeal], desk)
    }
}
