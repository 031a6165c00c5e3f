internal import Agreement
internal import CanonicalEncoding
internal import Cryptography
internal import Identity

// The changes to the text: what is amended, added, moved, repealed.

extension AmendmentReader {
    mutating func amend(_ change: WrittenChange, _ findings: inout Findings) {
        guard let name = existing(change, &findings), let old = text[name] else { return }
        let content = ProvisionFields(change.fields, of: change.about, languages, mayRemove: true, &findings)
        guard !change.fields.names.isDisjoint(with: ProvisionFields.keys) else {
            findings.report(
                .changesNothing, at: change.fields.place,
                "This change of \(change.about) says nothing new; write what shall be there instead.")
            return
        }
        checkClass(content, change, before: old.provisionClass, &findings)
        guard acts.note(.amend, name, at: change.subject.place, &findings) else { return }
        var new = old
        new.kind = content.kind?.value ?? old.kind
        new.provisionClass = content.provisionClass?.value ?? old.provisionClass
        new.number = content.number.over(old.number)
        new.heading = content.heading.over(old.heading)
        new.text = content.text.over(old.text)
        new.attributes = content.attributeValues.over(old.attributes) ?? [:]
        text.rewrite(new)
    }

    mutating func add(_ change: WrittenChange, _ findings: inout Findings) {
        let place = additionCount
        additionCount += 1
        let content = ProvisionFields(change.fields, of: change.about, languages, mayRemove: false, &findings)
        for key in ["kind", "class"] { _ = change.fields.required(key, &findings) }
        checkClass(content, change, before: nil, &findings)
        var name = ProvisionName.made(place: place)
        if !change.subject.isNull {
            guard let given = change.identifier(&findings), given.checkNotReserved(&findings) else { return }
            name = .given(given.value)
            if text[name] != nil, !acts.has(.add, name) {
                findings.report(
                    .duplicateProvision, at: given.place,
                    "A provision with the id \(given.value.string.quoted) stands already. Use `amend` to change it, or "
                        + "give the new one another id.")
                return
            }
        }
        guard acts.note(.add, name, at: change.subject.place, &findings) else { return }
        // Whatever is wrong with this one has been reported: others in the file may still speak of it.
        let parent = parent(change, stayingUnder: nil, &findings)?.value
        let room = room(for: name, under: parent, change, &findings) ?? (order: [], previous: nil)
        let unknown = Identifier("unknown")!
        let provision =
            content.provision(name, under: parent, order: room.order)
            ?? PlannedProvision(
                name: name, parent: parent, order: room.order, kind: unknown, provisionClass: unknown, attributes: [:])
        text.put(provision, after: room.previous)
    }

    mutating func move(_ change: WrittenChange, _ findings: inout Findings) {
        guard let name = existing(change, &findings), var provision = text[name] else { return }
        guard !change.fields.names.isDisjoint(with: ["under", "before", "after"]) else {
            findings.report(
                .changesNothing, at: change.fields.place,
                "This move of \(change.about) does not say where to; write `under`, `before` or `after`.")
            return
        }
        guard let parent = parent(change, stayingUnder: provision.parent, &findings) else { return }
        if let new = parent.value, new == name || text.containers(of: new).contains(name) {
            findings.report(
                .withinItself, at: parent.place,
                "\(change.about) cannot be moved under itself, or under what it contains.")
            return
        }
        guard acts.note(.move, name, at: change.subject.place, &findings),
            let room = room(for: name, under: parent.value, change, &findings)
        else { return }
        provision.parent = parent.value
        provision.order = room.order
        text.put(provision, after: room.previous)
    }

    mutating func repeal(_ change: WrittenChange, _ findings: inout Findings) {
        let withContents = change.fields["with-contents"].map {
            $0.truth("`with-contents` of \(change.about)", &findings) ?? false
        }
        guard let name = existing(change, &findings), acts.note(.repeal, name, at: change.subject.place, &findings)
        else { return }
        if withContents == true { repealedWithContents.insert(name) }
    }

    /// Carries out the repeals, once it is clear what stands where; then measures how deep the text has become.
    mutating func finishText(_ findings: inout Findings) {
        for name in acts.names where acts.has(.repeal, name) {
            let place = acts.place(of: .repeal, name)!
            let contents = text.subtree(of: name).dropFirst()
            if repealedWithContents.contains(name) {
                for inner in contents {
                    if let changed = acts.firstPlace(inner), !acts.has(.repeal, inner) {
                        findings.report(
                            .contradictoryChanges, at: changed,
                            "\(inner.shown) is changed here and repealed in line \(place.line), with what contains it. "
                                + "Move it elsewhere first, or delete one of the two changes.")
                    } else {
                        repealedInside.append(inner)
                    }
                }
            } else if let left = contents.first(where: { isLeft($0) }) {
                findings.report(
                    .leavesContents, at: place,
                    "\(name.shown) cannot be repealed while it contains \(left.shown). Write `with-contents: true` to "
                        + "repeal that too, or move it elsewhere.")
            }
        }
        let repealed = acts.names.filter { acts.has(.repeal, $0) }
        for name in repealedInside where acts.firstPlace(name) == nil {
            _ = acts.note(.repeal, name, at: .start, &findings)
        }
        checkDepth(&findings)
        for name in repealed + repealedInside { text.take(name) }
    }

    /// True for a provision that would be left behind by the repeal of what contains it.
    private func isLeft(_ name: ProvisionName) -> Bool {
        if acts.has(.repeal, name) { return false }
        return !text.containers(of: name).contains { repealedWithContents.contains($0) }
    }

    private func checkDepth(_ findings: inout Findings) {
        for name in acts.names where acts.has(.add, name) || acts.has(.move, name) {
            let limit = AgreementLimits.provisionDepth
            let deepest = text.subtree(of: name).map { text.containers(of: $0).count }.max() ?? 0
            guard deepest > limit, let place = acts.firstPlace(name) else { continue }
            findings.report(.tooDeep, at: place, "\(name.shown) comes to stand more than \(limit) levels deep.")
        }
    }

    // MARK: What a change speaks of

    /// The provision of the text that a change is about: in force, and of the version that the file says it saw.
    private func existing(_ change: WrittenChange, _ findings: inout Findings) -> ProvisionName? {
        guard let name = change.identifier(&findings) else { return nil }
        guard name.checkNotReserved(&findings) else { return nil }
        guard let version = evaluation.versionInForce(of: name.value), text[.given(name.value)] != nil,
            evaluation.provisionInForce(name.value) != nil
        else {
            reportUnknown(name, &findings)
            return nil
        }
        if let was = change.fields["was"],
            let prefix = was.instrumentPrefix("`was` of \(change.about)", &findings),
            !version.hex.hasPrefix(prefix)
        {
            findings.report(
                .baseMoved, at: was.place,
                "The ground of this change has moved: \(name.value.string.quoted) was last written by "
                    + "\(version.hex.prefix(16))…, not by \(prefix.prefix(16)). Read what is in force now, adapt the "
                    + "change, and write the new digits.")
        }
        return .given(name.value)
    }

    /// What a change puts its provision under, nil within being the top level; nil, and reported, if it is not there.
    private func parent(
        _ change: WrittenChange, stayingUnder old: ProvisionName?, _ findings: inout Findings
    ) -> Placed<ProvisionName?>? {
        guard let node = change.fields["under"] else { return Placed(value: old, place: change.fields.place) }
        if node.isNull { return Placed(value: nil, place: node.place) }
        guard let parent = node.identifier("`under` of \(change.about)", &findings),
            parent.checkNotReserved(&findings)
        else { return nil }
        guard text[.given(parent.value)] != nil else {
            reportUnknown(parent, &findings)
            return nil
        }
        return Placed(value: .given(parent.value), place: node.place)
    }

    /// The order key that a change asks for by `before` or `after`; else the last of the row.
    private func room(
        for name: ProvisionName, under parent: ProvisionName?, _ change: WrittenChange, _ findings: inout Findings
    ) -> (order: [UInt8], previous: ProvisionName?)? {
        if change.fields["before"] != nil, change.fields["after"] != nil {
            findings.report(
                .wrongShape, at: change.fields.place(of: "after"),
                "\(change.fields.what) has `before` and `after`; one of them says where it stands. Delete the other.")
            return nil
        }
        var row = text
        row.take(name)
        var place = TextInProgress.PlaceInRow.last
        for key in ["before", "after"] {
            guard let node = change.fields[key] else { continue }
            guard let sibling = node.identifier("`\(key)` of \(change.about)", &findings) else { return nil }
            guard row.contents(of: parent).contains(.given(sibling.value)) else {
                reportNoSibling(sibling, name, under: parent, &findings)
                return nil
            }
            place = key == "before" ? .before(.given(sibling.value)) : .after(.given(sibling.value))
        }
        guard let room = row.room(under: parent, place) else {
            findings.report(
                .noRoom, at: change.fields.place,
                "The order keys of its neighbours leave no room for \(change.about) there. Put it last, or move "
                    + "a neighbour in a change before this one.")
            return nil
        }
        return room
    }

    private func reportNoSibling(
        _ sibling: Placed<Identifier>, _ name: ProvisionName, under parent: ProvisionName?, _ findings: inout Findings
    ) {
        guard let there = text[.given(sibling.value)] else {
            reportUnknown(sibling, &findings)
            return
        }
        guard .given(sibling.value) != name else {
            findings.report(.notThere, at: sibling.place, "\(name.shown) cannot stand beside itself.")
            return
        }
        let container = parent.map { "under \($0.shown)" } ?? "at the top level"
        let actual = there.parent.map { "under \($0.shown)" } ?? "at the top level"
        findings.report(
            .notThere, at: sibling.place,
            "\(sibling.value.string.quoted) does not stand \(container) but \(actual). Write that as `under`, or name "
                + "another neighbour.")
    }

    private func checkClass(
        _ content: ProvisionFields, _ change: WrittenChange, before old: Identifier?, _ findings: inout Findings
    ) {
        if let provisionClass = content.provisionClass, rulesInForce[provisionClass.value] == nil {
            let name = provisionClass.value.string
            findings.report(
                .missingRule, at: provisionClass.place,
                "The class \(name.quoted) has no rule in force. A new class takes two amendments: one that writes its "
                    + "rule, and then one that uses it."
                    + NearestName.question(rulesInForce.keys.map(\.string), near: name))
        } else if let name = content.provisionClass?.value ?? old, let rule = rulesInForce[name] {
            content.checkNamedParties(rule, parties, change.about, &findings)
        }
    }
}

extension ProvisionName {
    /// As a sentence names it.
    var shown: String {
        switch self {
        case .given(let identifier): identifier.string.quoted
        case .made(let place): "addition \(place + 1)"
        }
    }
}
