package import AgreementReference

/// Something that the product and the reference both answer of one copy.
package enum Question: Hashable, Sendable {
    /// What is known, perfected, out, standing, contested, in force; disputed and void.
    case sets
    case states
    case text
    /// What is built on what, conflicts and closes; whose keys count where.
    case structure
    /// The key records, what has become of them, and which nodes speak.
    case keys
    /// Which seals count, for what, and bind.
    case seals
    case contradictions
    /// What each instrument needs, and who is excused from it.
    case needs
    /// What is missing for one instrument.
    case missing(String)
    /// What honest software says of one verdict.
    case verdict(ProposedVerdict)
    /// Of the product alone: taking in the same records one by one gives the same answers.
    case growth
    /// Of the product alone: what its tools freeze of one provision topples nothing.
    case freezing(String)

    /// What follows from the records, whatever copy it is.
    static let ofRecords: [Question] = [.keys, .seals, .sets, .states, .text, .contradictions]
}

/// A verdict that a party is about to give.
package struct ProposedVerdict: Hashable, Sendable {
    package let party: String
    package let instrument: String
    package let verdict: ReferenceVerdict
    /// Ascending, none twice.
    package let provided: [String]
    /// The root of the chain that it seals under.
    package let root: String
    /// What its machine remembers.
    package let remembered: [Remembered]

    package struct Remembered: Hashable, Sendable {
        package let instrument: String
        package let verdict: ReferenceVerdict
    }
}

extension Copy {
    /// What the product says otherwise than the reference; nil if nothing.
    func difference(_ question: Question) -> String? {
        switch question {
        case .sets: differenceOfSets()
        case .states: differenceOfStates()
        case .text: differenceOfText()
        case .structure: differenceOfStructure()
        case .keys: differenceOfKeys()
        case .seals: differenceOfSeals()
        case .contradictions: differenceOfContradictions()
        case .needs: differenceOfNeeds()
        case .missing(let instrument): differenceOfMissing(for: instrument)
        case .verdict(let proposed): difference(of: proposed)
        case .growth: differenceOfGrowth()
        case .freezing(let provision): differenceOfFreezing(provision)
        }
    }

    /// The first of several differences.
    func first(_ differences: () -> String?...) -> String? {
        for difference in differences { if let found = difference() { return found } }
        return nil
    }

    func setDifference(
        _ what: @autoclosure () -> String, _ product: some Sequence<String>, _ reference: some Sequence<String>
    ) -> String? {
        let (found, expected) = (Set(product), Set(reference))
        guard found != expected else { return nil }
        let more = found.subtracting(expected).sortedBytewise()
        let less = expected.subtracting(found).sortedBytewise()
        return "\(what()): the product alone has \(more), the reference alone \(less)"
    }

    func difference<Answer: Equatable>(
        _ what: @autoclosure () -> String, _ product: Answer, _ reference: Answer
    ) -> String? {
        product == reference ? nil : "\(what()): the product says \(product), the reference \(reference)"
    }
}
