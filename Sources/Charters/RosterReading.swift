internal import Agreement
internal import Identity

extension Roster {
    /// Reads who holds a standing: a plain list, or a map with `holders` and, where nobody counts yet, `dormant: true`.
    ///
    /// - Parameter parties: who may hold one; nil while that is not known.
    init?(_ node: YAMLNode, _ what: String, _ parties: Set<Identifier>?, _ findings: inout Findings) {
        if case .list = node.content {
            self.init(holders: node, dormant: nil, what, parties, &findings)
        } else {
            guard let fields = Fields(node, what, known: ["holders", "dormant"], &findings),
                let holders = fields.required("holders", &findings)
            else { return nil }
            self.init(holders: holders, dormant: fields["dormant"], what, parties, &findings)
        }
    }

    init?(
        holders: YAMLNode, dormant: YAMLNode?, _ what: String, _ parties: Set<Identifier>?, _ findings: inout Findings
    ) {
        let isDormant = dormant.map { $0.truth("`dormant` in \(what.midSentence)", &findings) ?? false } ?? false
        guard let listed = holders.identifiers(what, mayBeEmpty: true, &findings) else { return nil }
        if let parties {
            for holder in listed where !parties.contains(holder.value) {
                let name = holder.value.string
                findings.report(
                    .unknownParty, at: holder.place,
                    "\(what) names \(name.quoted), which is no party. Add it to the parties, with its card, or delete "
                        + "it."
                        + NearestName.question(parties.map(\.string), near: name))
            }
        }
        if listed.count > AgreementLimits.holdersPerRoster {
            let limit = AgreementLimits.holdersPerRoster
            findings.report(.tooMany, at: holders.place, "\(what) has more than \(limit) holders.")
        }
        self.init(holders: listed.map(\.value), isDormant: isDormant)
    }
}
