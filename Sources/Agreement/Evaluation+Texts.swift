internal import BitCollections
public import Cryptography
public import Identity

extension Evaluation {
    /// The text as an instrument makes it: all it is built on, taken together, with its changes laid over.
    ///
    /// No clock says what was in force at some moment of the past; what an instrument is built on is in its bytes, and
    /// so this is the same for everyone.
    ///
    /// - Returns: by provision, ascending; nil if the instrument names records that are not here, or is not well
    ///   formed: such changes may not fit together.
    public func textAfter(_ id: InstrumentID) -> [ProvisionInForce]? {
        guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return nil }
        let instrument = structure.instruments[index]
        var text = Dictionary(uniqueKeysWithValues: textBeneath(id).map { ($0.id, $0) })
        for change in instrument.changes {
            text[change.provision] = change.content.map {
                ProvisionInForce(id: change.provision, content: $0, version: instrument)
            }
        }
        return text.values.sorted { $0.id < $1.id }
    }

    /// The text that instruments make, taken together with all that they are built on.
    ///
    /// - Returns: by provision, ascending; nil if one of them is not here, or is not well formed.
    public func text(of ids: [InstrumentID]) -> [ProvisionInForce]? {
        var set = BitSet()
        for id in ids {
            guard let index = structure.indexOf[id], structure.wellFormed.contains(index) else { return nil }
            set.formUnion(structure.ancestors[index])
            set.insert(index)
        }
        return text(of: set)
    }

    /// What last wrote, or repealed, a provision among all that an instrument is built on; nil if nothing did.
    public func version(of provision: Identifier, beneath id: InstrumentID) -> InstrumentID? {
        structure.indexOf[id].flatMap { structure.newestWriter(of: provision, among: structure.ancestors[$0]) }
            .map { structure.instruments[$0].id }
    }
}
