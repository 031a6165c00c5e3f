internal import Agreement
internal import CanonicalEncoding
internal import Identity

// The corrections of misprints, which change no word that was sealed.

extension AmendmentReader {
    mutating func readCorrections(_ findings: inout Findings) {
        guard let node = fields["corrections"], let items = node.list("The list `corrections`", &findings) else {
            return
        }
        if items.isEmpty {
            findings.report(
                .emptyList, at: node.place, "The list `corrections` is empty; write one, or delete the key.")
        }
        if rulesInForce[Correction.name] == nil, !items.isEmpty {
            findings.report(
                .missingRule, at: node.place,
                "The class `correction` has no rule in force, so nobody could correct anything. Write its rule in an "
                    + "amendment first, or amend the article.")
        }
        // What corrections make of a text: the next one is looked for in that.
        var texts: [Identifier: Words] = [:]
        for item in items { readCorrection(item, &texts, &findings) }
    }

    private mutating func readCorrection(
        _ node: YAMLNode, _ texts: inout [Identifier: Words], _ findings: inout Findings
    ) {
        let known = ["in", "language", "misprint", "reads", "id"]
        guard let fields = Fields(node, "A correction", known: known, &findings),
            let article = fields.identifier("in", &findings),
            let language = fields.identifier("language", &findings),
            let misprint = fields.required("misprint", &findings)?.exactText("The misprint", &findings),
            let reads = fields.required("reads", &findings)?.exactText("What is read instead", &findings),
            let text = correctable(article, texts, &findings)
        else { return }
        let correction = Correction(language: language.value, misprint: misprint, reads: reads)
        guard let words = text.byLanguage[language.value] else {
            findings.report(
                .extraLanguage, at: language.place,
                "\(article.value.string.quoted) has no text in \(language.value.string.quoted); it has "
                    + "\(text.languages.map(\.string).listed).")
            return
        }
        guard let right = corrected(words, by: correction, fields, &findings) else { return }
        texts[article.value] = Words(text.byLanguage.merging([language.value: right]) { $1 })
        add(correction, to: article, fields, &findings)
    }

    /// The text of an article as it reads with the corrections in force, and with those before in the file.
    private func correctable(
        _ article: Placed<Identifier>, _ texts: [Identifier: Words], _ findings: inout Findings
    ) -> Words? {
        guard article.checkNotReserved(&findings) else { return nil }
        guard let provision = evaluation.provisionInForce(article.value) else {
            reportUnknown(article, &findings)
            return nil
        }
        if let place = acts.firstPlace(.given(article.value)) {
            findings.report(
                .contradictoryChanges, at: article.place,
                "\(article.value.string.quoted) is changed in line \(place.line) already. Correct the words there: a "
                    + "correction is about words that were sealed.")
            return nil
        }
        guard let text = texts[article.value] ?? evaluation.corrected(provision).text else {
            findings.report(
                .misprintNotThere, at: article.place,
                "\(article.value.string.quoted) has no text of its own. Name the provision whose words are wrong.")
            return nil
        }
        return text
    }

    private func corrected(
        _ words: ExactText, by correction: Correction, _ fields: Fields, _ findings: inout Findings
    ) -> ExactText? {
        let place = fields.place(of: "misprint")
        for (key, text) in [("misprint", correction.misprint), ("reads", correction.reads)]
        where text.string.utf8.count > Correction.byteCountLimit {
            findings.report(
                .wrongShape, at: fields.place(of: key),
                "\(key.quoted) has more than \(Correction.byteCountLimit) bytes: that is no misprint. Amend the article."
            )
            return nil
        }
        guard correction.misprint != correction.reads else {
            findings.report(.changesNothing, at: place, "This correction changes nothing; delete it.")
            return nil
        }
        if let right = correction.applied(to: words) { return right }
        let count = Correction.count(of: correction.misprint, in: words)
        findings.report(
            .misprintNotThere, at: place,
            count == 0
                ? "The text has no \(correction.misprint.string.quoted). Copy the words from `syngraph show`."
                : "The text has \(correction.misprint.string.quoted) \(count) times. Write more of the words around it, "
                    + "so that it is there once.")
        return nil
    }

    private mutating func add(
        _ correction: Correction, to article: Placed<Identifier>, _ fields: Fields, _ findings: inout Findings
    ) {
        var name = ProvisionName.made(place: additionCount)
        additionCount += 1
        if let given = fields["id"]?.identifier("The id of a correction", &findings) {
            guard given.checkNotReserved(&findings) else { return }
            name = .given(given.value)
            guard text[name] == nil else {
                findings.report(
                    .duplicateProvision, at: given.place,
                    "A provision with the id \(given.value.string.quoted) stands already. Give the correction another.")
                return
            }
        }
        let parent = ProvisionName.given(article.value)
        guard acts.note(.add, name, at: fields.place, &findings), let room = text.room(under: parent, .last) else {
            return
        }
        text.put(
            PlannedProvision(
                name: name, parent: parent, order: room.order, kind: Correction.name, provisionClass: Correction.name,
                attributes: correction.attributes),
            after: room.previous)
    }
}
