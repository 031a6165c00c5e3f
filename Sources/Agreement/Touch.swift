internal import BitCollections
internal import Identity

extension Structure {
    /// What of each class an instrument writes or touches: the contents before and after, from which `named` terms read
    /// their parties.
    ///
    /// A repeal or a move touches all that the provision contains. A move is a change of parent. Whoever voids answers to
    /// the class of the rosters, with no contents.
    func touchedClasses(of index: Index) -> [Identifier: [Content]] {
        var touched: [Identifier: [Content]] = [:]
        func note(_ content: Content?) {
            guard let content else { return }
            touched[content.provisionClass, default: []].append(content)
        }
        let beneath = ancestors[index]
        if !instruments[index].voids.isEmpty { touched[Self.classOfVoiding] = [] }
        for change in instruments[index].changes {
            let before = content(of: change.provision, among: beneath)
            note(before)
            note(change.content)
            guard let before, change.content == nil || change.content?.parent != before.parent else { continue }
            for contained in subtree(of: change.provision, among: beneath).dropFirst() {
                note(content(of: contained, among: beneath))
            }
        }
        return touched
    }

    private static let classOfVoiding = Identifier("roster")!
}
