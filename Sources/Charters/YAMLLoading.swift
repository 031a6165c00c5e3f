internal import Yams

// The one file that knows the YAML parser.

extension YAMLNode {
    /// Parses a file of one document.
    ///
    /// Refuses what YAML has for programs and no lawyer needs: anchors and aliases, tags, several documents. Nil where
    /// nothing could be made of the text; whatever is wrong has then been reported.
    static func load(_ text: String, _ findings: inout Findings) -> YAMLNode? {
        let byteCount = text.utf8.count
        guard byteCount <= CharterLimits.fileByteCount else {
            findings.report(
                .tooLarge, at: .start,
                "The file has \(byteCount) bytes; at most \(CharterLimits.fileByteCount) are read. Move a part of it "
                    + "into a later amendment.")
            return nil
        }
        var source = SourceText(text, &findings)
        // Each turn costs a whole parse: few for large files, and enough for small ones.
        var turnsLeft = min(32, 1 + (16 << 20) / max(1, byteCount))
        while true {
            do {
                return try parse(source, &findings)
            } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
                let place = Place(context.mark)
                turnsLeft -= 1
                let key = keys.first.map { SourceText.restored($0) } ?? ""
                report(duplicate: key, at: place, &findings)
                if turnsLeft == 0 || !source.rename(keyAt: place) { return nil }
            } catch {
                report(error, &findings)
                return nil
            }
        }
    }

    private static func parse(_ source: SourceText, _ findings: inout Findings) throws -> YAMLNode? {
        let parser = try Parser(yaml: source.text, resolver: .basic, constructor: .default, encoding: .utf8)
        // The nodes hold their anchors weakly, and the parser holds them.
        return try withExtendedLifetime(parser) {
            guard let root = try parser.nextRoot() else {
                findings.report(.notThisFormat, at: .start, "The file is empty.")
                return nil
            }
            if let second = try parser.nextRoot() {
                findings.report(
                    .severalDocuments, at: second.mark.map { Place($0) } ?? .start,
                    "A second document begins before here, after a line `---`. Put it into a file of its own.")
            }
            return YAMLNode(root, depth: 0, &findings)
        }
    }

    private static func report(duplicate key: String, at place: Place, _ findings: inout Findings) {
        findings.report(
            .duplicateKey, at: place,
            "The key \(key.quoted) is written twice in this map. Delete one of the two, or write a list.")
    }

    private static func report(_ error: any Error, _ findings: inout Findings) {
        switch error {
        case YamlError.scanner(let context, let problem, let mark, _),
            YamlError.parser(let context, let problem, let mark, _),
            YamlError.composer(let context, let problem, let mark, _):
            let during = context.map { " (\($0.text), begun in line \($0.mark.line))" } ?? ""
            findings.report(
                .notYAML, at: Place(mark),
                "The file cannot be read on from here: \(problem)\(during). Look at the indentation, at quotation "
                    + "marks and brackets that are not closed, and for `: ` within a text that is not quoted.")
        case YamlError.memory:
            findings.report(.tooDeep, at: .start, "Lists and maps are nested more deeply than can be read.")
        default:
            findings.report(.notYAML, at: .start, "The file cannot be read as YAML.")
        }
    }

    private init(_ node: Node, depth: Int, _ findings: inout Findings) {
        place = node.mark.map { Place($0) } ?? .start
        guard depth < CharterLimits.depth else {
            findings.report(
                .tooDeep, at: place, "Lists and maps are nested more than \(CharterLimits.depth) levels deep here.")
            content = .broken
            return
        }
        if let anchor = node.anchor {
            findings.report(
                .aliasOrAnchor, at: place,
                "`&\(anchor.rawValue)` names a value for repetition, which is refused: write each text out, or put one "
                    + "that begins with `&` into quotation marks.")
        }
        if !["tag:yaml.org,2002:str", "tag:yaml.org,2002:seq", "tag:yaml.org,2002:map"].contains(node.tag.rawValue) {
            let tag = node.tag.rawValue.replacing(/^tag:yaml.org,2002:/, with: "!!")
            findings.report(
                .explicitTag, at: place,
                "\(tag.quoted) is a tag, which is refused: delete it, or put a text that begins with `!` "
                    + "into quotation marks.")
        }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain
            if isPlain, scalar.string.unicodeScalars.first == SourceText.asterisk {
                findings.report(
                    .aliasOrAnchor, at: place,
                    "\(SourceText.restored(scalar.string).quoted) repeats another value, which is refused: write the "
                        + "text out, or put one that begins with `*` into quotation marks.")
                content = .broken
            } else {
                content = .scalar(SourceText.restored(scalar.string), isPlain: isPlain)
            }
        case .sequence(let sequence):
            var items: [YAMLNode] = []
            for item in sequence { items.append(YAMLNode(item, depth: depth + 1, &findings)) }
            content = .list(items)
        case .mapping(let mapping):
            var pairs: [(key: Placed<String>, value: YAMLNode)] = []
            var names: Set<String> = []
            for (key, value) in mapping {
                let keyNode = YAMLNode(key, depth: depth + 1, &findings)
                let valueNode = YAMLNode(value, depth: depth + 1, &findings)
                guard let name = keyNode.scalar("A key", &findings) else { continue }
                // To the parser two keys differ where only their tags do.
                guard names.insert(name).inserted else {
                    Self.report(duplicate: name, at: keyNode.place, &findings)
                    continue
                }
                pairs.append((Placed(value: name, place: keyNode.place), valueNode))
            }
            content = .map(pairs)
        case .alias:
            content = .broken
        }
    }
}

extension Place {
    fileprivate init(_ mark: Mark) {
        self.init(line: mark.line, column: mark.column)
    }
}
