package import Agreement
internal import Identity

extension Rule {
    /// The rule as a clause: `all key-state holders accept, and at least 1 partner holder accepts`.
    package var words: String { words(isNested: false) }

    private func words(isNested: Bool) -> String {
        switch self {
        case .need(let share, let standings, let counting):
            share.words(of: standings, holders: nil) + counting.words
        case .party(let party): "\(party) accepts"
        case .named(let attribute): "all parties accept that “\(attribute)” lists in each provision concerned"
        case .all(let rules): Clauses.all(rules.map { $0.words(isNested: true) }, isNested: isNested)
        case .any(let rules): Clauses.any(rules.map { $0.words(isNested: true) }, isNested: isNested)
        }
    }
}

extension Requirement {
    /// What must be consented to, with everybody's name, and why it is asked.
    ///
    /// - Parameter name: how an instrument is called.
    package func words(naming name: (InstrumentID) -> String, of instrument: InstrumentID) -> String {
        switch source {
        case .rule(let provisionClass, let reader) where reader == instrument: "\(provisionClass): \(term.words)"
        case .rule(let provisionClass, let reader): "\(provisionClass), as \(name(reader)) needed it: \(term.words)"
        case .ruleAfter(let provisionClass, let changed):
            "\(provisionClass), by the rule that stood after \(name(changed)): \(term.words)"
        case .newcomer(let reader) where reader == instrument: "new on a roster: \(term.words)"
        case .newcomer(let reader): "new on a roster by \(name(reader)): \(term.words)"
        case .founder: "founding: \(term.words)"
        }
    }
}

extension Requirement.Term {
    /// The term as a clause: `all key-state holders (CHN, KOR, PRK and USA) accept`.
    package var words: String { words(isNested: false) }

    private func words(isNested: Bool) -> String {
        switch self {
        case .need(let share, let electorate, let counting):
            share.words(of: electorate.standings, holders: electorate.parties) + counting.words
        case .party(let party): "\(party) accepts"
        case .named(let parties):
            parties.isEmpty
                ? "nobody is named, so nobody is asked" : "\(Quoting.list(parties)), named in the text, must accept"
        case .all(let terms): Clauses.all(terms.map { $0.words(isNested: true) }, isNested: isNested)
        case .any(let terms): Clauses.any(terms.map { $0.words(isNested: true) }, isNested: isNested)
        case .founder(let party, let standings):
            standings.isEmpty
                ? "\(party) accepts without condition"
                : "\(party) accepts without condition, as \(Quoting.list(standings))"
        }
    }
}

extension Rule.Share {
    /// `all key-state holders (A and B)`, `at least 1 of the partner holders (A, B and C)`.
    fileprivate func words(of standings: [Identifier], holders: [Identifier]?) -> String {
        let standing = Quoting.list(standings, "or")
        let names =
            holders.map { $0.isEmpty ? " (there are none, so this cannot be met)" : " (\(Quoting.list($0)))" } ?? ""
        let electorate = "\(standing) holders\(names)"
        return switch self {
        case .all: "all \(electorate)"
        case .majority: "a majority\(number(of: holders)) of the \(electorate)"
        case .atLeast(let k): "at least \(k) of the \(electorate)"
        case .fraction(let p, let q): "at least \(p)/\(q)\(number(of: holders)) of the \(electorate)"
        }
    }

    private func number(of holders: [Identifier]?) -> String {
        guard let holders, !holders.isEmpty else { return "" }
        return ", \(threshold(of: holders.count)) in number,"
    }
}

extension Rule.Counting {
    fileprivate var words: String {
        switch self {
        case .accept: " accept"
        case .acceptOrAbstain: " accept or abstain"
        }
    }
}

/// Clauses joined so that nobody can read them in two ways.
private enum Clauses {
    static func all(_ clauses: [String], isNested: Bool) -> String {
        guard clauses.count > 1 else { return clauses.first ?? "" }
        return wrapped(clauses.joined(separator: "; and "), isNested)
    }

    static func any(_ clauses: [String], isNested: Bool) -> String {
        guard clauses.count > 1 else { return clauses.first ?? "" }
        return wrapped("either " + clauses.joined(separator: "; or "), isNested)
    }

    private static func wrapped(_ text: String, _ isNested: Bool) -> String { isNested ? "(\(text))" : text }
}
