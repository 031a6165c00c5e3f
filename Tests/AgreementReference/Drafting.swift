/// What honest tools would publish.
extension ReferenceGround {
    /// Everything the given instruments are built on, and they.
    public func view(of instruments: Set<String>) -> Set<String> {
        instruments.reduce(into: instruments) { $0.formUnion(beneath[$1] ?? []) }
    }

    /// What honest tools would publish: `changes` on the text of a view, with all that it relies on in its base, built
    /// on whoever in the view relied on what it writes, and naming those of `rivals` that would hold parties back.
    ///
    /// - Parameter view: Well-formed instruments, with all they are built on, no two in conflict.
    public func draft(
        _ changes: [String: ReferenceChange], on view: Set<String>, relyingOn relied: Set<String> = [],
        replacing: Set<String> = [], voiding voids: Set<String> = [], offeringClosing: Bool = false,
        naming rivals: Set<String> = []
    ) -> ReferenceInstrument {
        let text = text(of: view)
        let contents = contents(of: text)
        let amending = ReferenceAmending(changes, to: contents)
        var named = relied.union(changes.keys)
        for provision in amending.added.union(amending.moved) {
            named.formUnion(ReferenceAmending.ancestors(of: provision, in: amending.after) ?? [])
        }
        for provision in amending.moved {
            named.formUnion(ReferenceAmending.descendants(of: provision, in: amending.before))
        }
        var classes = amending.classes
        if !voids.isEmpty { classes.insert("roster") }
        if offeringClosing { classes.insert("closing") }
        for provisionClass in classes {
            named.insert(Provision.rule(provisionClass))
            guard case .rule(let rule) = contents[Provision.rule(provisionClass)]?.matter else { continue }
            named.formUnion(rule.standings.map(Provision.roster))
        }
        if changes.keys.contains(where: Provision.isConstitutional) {
            named.formUnion(text.keys.filter(Provision.isRuleOrRoster))
        }
        var draft = ReferenceInstrument(base: [:], changes: changes, replaces: replacing, voids: voids)
        for provision in named { draft.base.updateValue(text[provision], forKey: provision) }
        if draft.directGround.isEmpty { draft.after = [roadmap] }
        buildOnWhoReliedOnIt(&draft, in: view)
        nameRivals(&draft, among: rivals.subtracting(view))
        return draft
    }

    /// Completes or abandons an instrument; what completes a change of the constitution is built on it, everything else
    /// on what that is built on.
    public func closing(
        _ subject: String, _ outcome: ReferenceClosing.Outcome, replacing: Set<String> = [],
        naming rivals: Set<String> = []
    ) -> ReferenceInstrument {
        let isBuiltOnSubject =
            outcome == .complete && (instruments[subject]?.changesConstitution ?? false)
        let ground: Set<String> = isBuiltOnSubject ? [subject] : directGround[subject] ?? []
        let provision = Provision.closing(subject)
        var draft = ReferenceInstrument(
            base: [provision: nil], changes: [provision: .set(.closing(outcome))],
            after: ground.isEmpty ? [roadmap] : ground, replaces: replacing)
        nameRivals(&draft, among: rivals.subtracting(builtOn(by: draft)))
        return draft
    }

    /// Adds to `after` what in the view would else conflict.
    private func buildOnWhoReliedOnIt(_ draft: inout ReferenceInstrument, in view: Set<String>) {
        var beneath = builtOn(by: draft)
        for id in view.sortedBytewise() where conflict(draft, beneath: beneath, with: id) {
            draft.after.insert(id)
            beneath = builtOn(by: draft)
        }
    }

    /// Adds to `replaces` what would hold back those who committed to it.
    private func nameRivals(_ draft: inout ReferenceInstrument, among rivals: Set<String>) {
        let beneath = builtOn(by: draft)
        var hasNamed = true
        while hasNamed {
            hasNamed = false
            for rival in rivals.subtracting(beneath).subtracting(draft.replaces).sortedBytewise() {
                let objections = objections(to: draft, beneath: beneath, afterCommittingTo: rival)
                if objections.isEmpty { continue }
                draft.replaces.insert(rival)
                hasNamed = true
            }
        }
    }
}
