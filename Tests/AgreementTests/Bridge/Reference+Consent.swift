@testable import Agreement
@testable import AgreementReference
import Cryptography

extension Reference {
    /// Those who have given any verdict that counts.
    func heard(on id: String) -> Set<String> { Set((counting[id] ?? []).map(\.seal.party)) }

    /// Whether an instrument's needs are met if these parties accept, too, and every condition stands.
    func suffices(_ parties: [String], for id: String) -> Bool {
        var seals = (counting[id] ?? []).map(\.seal).filter(\.verdict.commits)
        seals += parties.map { ReferenceSeal(party: $0, instrument: id, keys: "") }
        return ReferenceConsent(seals: seals).meets(ground.needs[id] ?? [])
    }

    /// What an instrument is directly built on, and what seals on it are provided on, as far as it does not stand.
    func namedAndNotStanding(by id: String) -> Set<String> {
        let conditions = (counting[id] ?? []).flatMap(\.seal.provided)
        return (ground.directGround[id] ?? []).union(conditions).subtracting(standing)
    }
}

extension Evaluation {
    /// The instrument that a seal among the records is on.
    func instrumentSealed(by seal: Digest) -> InstrumentID? {
        structure.instruments.indices.first { index in seals.on[index].contains { $0.id == seal } }
            .map { structure.instruments[$0].id }
    }
}
