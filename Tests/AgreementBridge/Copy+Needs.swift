internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// What instruments need, who is excused, and what is missing.
extension Copy {
    func differenceOfNeeds() -> String? {
        for id in wellFormed {
            let digest = Spelling.digest(id)
            let asked = Set(product.requirements(of: digest).map(Reference.Asked.init))
            let excused = product.excused(from: digest).map(\.string)
            let found = first(
                { difference("the needs of \(id)", asked, reference.asked(for: id)) },
                { setDifference("excused from \(id)", excused, reference.excused(from: id)) })
            if let found { return found }
        }
        return nil
    }

    /// Against every subset of the silent parties, the smallest first, in order among equals.
    func differenceOfMissing(for id: String) -> String? {
        let missing = product.missing(of: Spelling.digest(id))
        let lacking = reference.lacking(for: id)
        if let found = setDifference("missing instruments for \(id)", scribe.texts(missing.instruments), lacking) {
            return found
        }
        let isWellFormed = reference.ground.isWellFormed(id)
        let silent = isWellFormed ? reference.silent(on: id) : []
        guard silent.count <= Self.mostSilent else { return nil }
        let smallest = isWellFormed ? smallest(of: silent, for: id) : nil
        return difference("missing for \(id)", missing.parties.map { $0.map(\.string) }, smallest)
    }

    /// With more, trying every subset takes too long.
    private static let mostSilent = 6

    private func smallest(of silent: [String], for id: String) -> [String]? {
        let subsets = (0..<(1 << silent.count)).map { mask in
            silent.indices.filter { mask & (1 << $0) != 0 }.map { silent[$0] }
        }
        let ordered = subsets.sorted { one, other in
            one.count == other.count
                ? one.lexicographicallyPrecedes(other, by: precedesBytewise) : one.count < other.count
        }
        return ordered.first { reference.suffices($0, for: id) }
    }
}

extension Reference.Asked {
    fileprivate init(_ requirement: Requirement) {
        if case .newcomer = requirement.source, case .party(let party) = requirement.term {
            self = .newcomer(party.string)
        } else {
            self.init(requirement.term)
        }
    }

    private init(_ term: Requirement.Term) {
        switch term {
        case .need(let share, let electorate, let counting):
            var held: [String: [String]] = [:]
            for (party, standings) in electorate.standingsOf { held[party.string] = standings.map(\.string) }
            self = .need(
                ReferenceAmount(share), held.mapValues { $0.sortedBytewise() },
                countingAbstentions: counting == .acceptOrAbstain)
        case .party(let party): self = .party(party.string)
        case .named(let parties): self = .named(parties.map(\.string))
        case .all(let terms): self = .all(terms.map(Self.init))
        case .any(let terms): self = .any(terms.map(Self.init))
        case .founder(let party, let standings): self = .founder(party.string, standings: standings.map(\.string))
        }
    }
}

extension ReferenceAmount {
    fileprivate init(_ share: Rule.Share) {
        switch share {
        case .all: self = .all
        case .majority: self = .majority
        case .atLeast(let k): self = .atLeast(Int(k))
        case .fraction(let p, let q): self = .fraction(Int(p), Int(q))
        }
    }
}
