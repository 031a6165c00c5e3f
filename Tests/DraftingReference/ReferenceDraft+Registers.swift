/// Section 8: what stands.
extension ReferenceDraft {
    /// What was written to a register and stands, in the order of everything.
    public func standing(_ register: Register) -> [(act: Name, value: Value)] {
        let written: [(act: Name, value: Value)] = acts.compactMap { name in
            guard case .write(register, let value) = effects[name] else { return nil }
            return (name, value)
        }
        return written.filter { one in !written.contains { isThere(one.act, at: $0.act) } }
    }

    /// True if two different values stand.
    public func isContested(_ register: Register) -> Bool { Set(standing(register).map(\.value)).count > 1 }

    /// Struck, resolved or closed: only if nothing but that stands.
    private func reads(_ register: Register) -> Bool {
        let values = standing(register).map(\.value)
        return !values.isEmpty && values.allSatisfy { $0 == .flag(true) }
    }

    public func isStruck(_ node: Node) -> Bool { reads(.presence(node)) }
    public var isClosed: Bool { reads(.draft) }
    public func isResolved(note: Name) -> Bool { reads(.note(note)) }

    /// All titles that stand; the opening's if none does.
    public var titles: [String] {
        let values = texts(standing(.title))
        return values.isEmpty ? [opening.title] : values.compactMap { $0 }
    }

    /// All values of a field that stand, different ones; what the base or the *add* says if none does.
    public func values(of field: Said.Field, on node: Node) -> [String?] {
        let values = texts(standing(.field(node, field)))
        return values.isEmpty ? [first(field, on: node)] : values
    }

    private func texts(_ standing: [(act: Name, value: Value)]) -> [String?] {
        standing.reduce(into: []) { values, one in
            if case .text(let text) = one.value, !values.contains(text) { values.append(text) }
        }
    }

    private func first(_ field: Said.Field, on node: Node) -> String? {
        switch node {
        case .base(let identifier):
            let provision = opening.base.first { $0.identifier == identifier }!
            switch field {
            case .kind: return provision.kind
            case .class: return provision.class
            case .identifier: return provision.identifier
            case .number: return provision.number
            case .heading(let language): return provision.headings[language]
            case .attribute(let name): return provision.attributes[name]
            }
        case .added(let name):
            let operation = entries[name.entry]!.operations[name.number]
            guard case .add(_, _, _, let identifier, let kind, let `class`) = operation else {
                preconditionFailure("added by an add")
            }
            switch field {
            case .kind: return kind
            case .class: return `class`
            case .identifier: return identifier
            case .number, .heading, .attribute: return nil
            }
        }
    }

    /// Somebody edits a text of the node who did not know of a strike that stands, and whom its writer did not know.
    public func isEditedWhileStruck(_ node: Node) -> Bool {
        let strikes = standing(.presence(node)).filter { $0.value == .flag(true) }.map(\.act.entry)
        let editing = editors.filter { self.node(of: $0.key) == node }.flatMap(\.value)
        return strikes.contains { strike in
            editing.contains { edit in
                edit != strike && !pasts[strike]!.contains(edit) && !pasts[edit]!.contains(strike)
            }
        }
    }

    /// By identifier that several nodes have by a value that stands, these nodes.
    public var sharedIdentifiers: [String: Set<Node>] {
        var owners: [String: Set<Node>] = [:]
        for node in nodes {
            for case let identifier? in values(of: .identifier, on: node) {
                owners[identifier, default: []].insert(node)
            }
        }
        return owners.filter { $0.value.count > 1 }
    }

    /// The notes, in the order of everything.
    public var notes: [Name] {
        acts.filter { if case .note = effects[$0] { true } else { false } }
    }

    public func replies(to note: Name) -> [Name] {
        acts.filter { if case .reply(note, _) = effects[$0] { true } else { false } }
    }

    /// The reservations that are not lifted, in the order of everything.
    public var reservations: [Name] {
        acts.filter { name in
            guard case .reserve = effects[name] else { return false }
            return !acts.contains { if case .lift(name) = effects[$0] { true } else { false } }
        }
    }
}
