internal import Agreement
internal import AgreementReference
internal import Cryptography
internal import Identity

/// What the product's tools freeze on the text in force is well formed, and takes nothing out of force when all accept
/// it.
extension Copy {
    func differenceOfFreezing(_ provision: String) -> String? {
        guard reference.contested.isEmpty, let standing = product.provisionInForce(Spelling.name(provision)) else {
            return nil
        }
        let change = Instrument.Change(standing.id, standing.content)
        do throws(AmendmentRefusal) {
            let frozen = try product.freeze(
                Amendment(title: Spelling.words("again"), changes: [change]), proposer: Spelling.name("secretariat"),
                salt: Array(repeating: 7, count: 16), languages: [Spelling.name("en")],
                roadmap: Spelling.digest(history.roadmap))
            return difference(accepting: frozen)
        } catch {
            return "\(provision) cannot be frozen again: \(error)"
        }
    }

    private func difference(accepting frozen: Instrument) -> String? {
        var open = product
        open.add(frozen)
        guard open.illFormedness(of: frozen.id) == nil else { return "\(frozen.id.hex), frozen again, is ill-formed" }
        let needed = open.missing(of: frozen.id).parties
        let accepting = Set(parties.map(Spelling.name)).union(needed ?? [])
        for party in accepting.sorted() {
            for seal in open.given(SupposedSeal(.accept, on: frozen.id, by: party)) { open.add(seal) }
        }
        let fallen = Set(product.inForce).subtracting(open.inForce)
        guard fallen.isEmpty else { return "what was frozen again and accepted topples \(scribe.texts(fallen))" }
        // A rule may name a party that has no keys to accept by: none at all, or none in force.
        let canAccept =
            needed?.allSatisfy { product.provisionInForce(Spelling.name(Provision.party($0.string))) != nil } ?? false
        let state = open.state(of: frozen.id)?.rawValue ?? "unknown"
        return canAccept && state != "in-force" ? "what was frozen again and accepted is \(state)" : nil
    }
}
