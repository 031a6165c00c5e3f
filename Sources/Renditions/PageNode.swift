internal import Redline

/// A piece of a page: an element with its attributes and what it holds, or words.
///
/// A page is made as a tree, and only written as HTML at the end, so that no word of a stranger can become markup. The
/// verifier in the page makes the same tree from the records, and compares it with what the browser shows.
indirect enum PageNode: Hashable, Sendable {
    case element(name: String, attributes: [Attribute], children: [PageNode])
    case text(String)

    struct Attribute: Hashable, Sendable {
        let name: String
        let value: String
    }

    /// Elements behind which the line ends, for people who read the source. Whatever reads pages passes over it.
    private static let blocks: Set = [
        "article", "body", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "footer", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "label", "legend", "li", "main", "nav", "ol", "p", "section", "summary", "table", "tbody",
        "td", "th", "thead", "tr", "ul",
    ]
    /// Elements that hold nothing and have no end.
    private static let voids: Set = ["input"]

    /// Writes it behind what was written before.
    func write(to html: inout String) {
        switch self {
        case .text(let words): html += HTML.escaped(words)
        case .element(let name, let attributes, let children):
            html += "<\(name)"
            for attribute in attributes { html += " \(attribute.name)=\"\(HTML.escaped(attribute.value))\"" }
            html += ">"
            if Self.voids.contains(name) { return }
            for child in children { child.write(to: &html) }
            html += "</\(name)>"
            if Self.blocks.contains(name) { html += "\n" }
        }
    }
}

/// An element.
func h(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ children: [PageNode]) -> PageNode {
    .element(
        name: name, attributes: attributes.map { PageNode.Attribute(name: $0.key, value: $0.value) }, children: children
    )
}

/// An element that holds words of ours, or words that were made safe.
func h(_ name: String, _ attributes: KeyValuePairs<String, String> = [:], _ words: String) -> PageNode {
    h(name, attributes, [.text(words)])
}

/// What went and what came between two texts that were made safe.
func redlined(_ redline: RedlinedText) -> [PageNode] {
    redline.segments.map { segment in
        switch segment {
        case .kept(let words): .text(words)
        case .deleted(let words): h("del", [:], words)
        case .inserted(let words): h("ins", [:], words)
        }
    }
}

enum HTML {
    /// Words that no reader of HTML takes for markup, within elements and within quoted attributes.
    static func escaped(_ words: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(words.utf8.count)
        for scalar in words.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
