/// Two that were drafted side by side, of which one overlooks what the other changes: it left that out of its base, and
/// nothing else would keep them apart.
extension HistoryGenerator {
    mutating func overlook(_ desk: Desk) {
        switch random.below(5) {
        case 0: overlookRule(desk)
        case 1: overlookRoster(desk)
        case 2: overlookParent(desk)
        case 3: overlookChild(desk)
        default: overlookClosing(desk)
        }
    }

    private func side(_ desk: Desk, _ changes: [String: ReferenceChange]) -> ReferenceInstrument {
        builder.draft(changes, on: desk.force, naming: desk.rivals)
    }

    private mutating func publishBoth(_ one: ReferenceInstrument, _ other: ReferenceInstrument, _ desk: Desk) {
        publish(one, by: desk.party)
        publish(other, by: desk.party)
    }

    private mutating func article(
        _ desk: Desk, where isFit: (String, ReferenceContent) -> Bool = { _, _ in true }
    ) -> (provision: String, content: ReferenceContent)? {
        let contents = builder.ground.contents(of: desk.text)
        let fit = contents.keys.sortedBytewise().filter {
            Provision.reservedClass(of: $0) == nil && isFit($0, contents[$0] ?? ReferenceContent(class: ""))
        }
        return random.pick(fit).flatMap { provision in contents[provision].map { (provision, $0) } }
    }

    private mutating func overlookRule(_ desk: Desk) {
        guard case (let provision, var content)? = article(desk) else { return }
        content.words = words()
        let rule = Provision.rule(content.provisionClass)
        var one = side(desk, [provision: .set(content)])
        one.base[rule] = nil
        publishBoth(one, side(desk, [rule: .set(.rule(self.rule(for: content.provisionClass)))]), desk)
    }

    private mutating func overlookRoster(_ desk: Desk) {
        guard case (let provision, var content)? = article(desk) else { return }
        content.words = words()
        let contents = builder.ground.contents(of: desk.text)
        guard case .rule(let rule) = contents[Provision.rule(content.provisionClass)]?.matter,
            let standing = random.pick(rule.standings.sortedBytewise()),
            case .roster(let holders, let isDormant) = contents[Provision.roster(standing)]?.matter, holders.count > 2
        else { return }
        var one = side(desk, [provision: .set(content)])
        one.base[Provision.roster(standing)] = nil
        let fewer = ReferenceContent.roster(Array(holders.dropLast()), isDormant: isDormant)
        publishBoth(one, side(desk, [Provision.roster(standing): .set(fewer)]), desk)
    }

    /// Adds something beneath what the other repeals.
    private mutating func overlookParent(_ desk: Desk) {
        let contents = builder.ground.contents(of: desk.text)
        guard
            let (parent, _) = article(
                desk,
                where: { provision, content in
                    content.parent != nil && ReferenceAmending.descendants(of: provision, in: contents).isEmpty
                })
        else { return }
        nextProvision += 1
        var one = side(desk, ["n\(nextProvision)": .set(newArticle(in: parent))])
        one.base[parent] = nil
        publishBoth(one, side(desk, [parent: .repeal]), desk)
    }

    /// Moves something with what it contains, while the other gives that another class.
    private mutating func overlookChild(_ desk: Desk) {
        let contents = builder.ground.contents(of: desk.text)
        guard
            case (let provision, var content)? = article(
                desk,
                where: { provision, content in
                    content.parent != nil && !ReferenceAmending.descendants(of: provision, in: contents).isEmpty
                }),
            let child = random.pick(ReferenceAmending.descendants(of: provision, in: contents).sortedBytewise()),
            var other = contents[child]
        else { return }
        content.parent = nil
        other.words = words()
        other.provisionClass = newArticle(in: nil).provisionClass
        var one = side(desk, [provision: .set(content)])
        one.base[child] = nil
        publishBoth(one, side(desk, [child: .set(other)]), desk)
    }

    /// Is closed by a rule that it does not rely on, and that the other changes.
    private mutating func overlookClosing(_ desk: Desk) {
        guard case (let provision, var content)? = article(desk) else { return }
        content.words = words()
        let one = side(desk, [provision: .set(content)])
        publishBoth(one, side(desk, ["rule/closing": .set(.rule(rule(for: "closing")))]), desk)
        guard let subject = builder.ground.instruments.values.max(by: { $0.number < $1.number }),
            let offered = builder.ground.instruments.values.first(where: { $0.number == subject.number - 1 })
        else { return }
        publish(builder.closing(offered.id, .complete), by: desk.party)
    }
}
