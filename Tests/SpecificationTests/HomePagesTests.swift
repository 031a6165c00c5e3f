import Cryptography
import TestSupport
import Testing

@Suite("The page on the home and its socket")
struct ControlPageTests {
    private let page = SpecificationPage("control.md")
    private let messages = SourceFile("Sources/NodeRuntime/ControlMessage.swift")

    @Test func `has the limits of the code, and no other`() {
        let limits = messages.numbers(of: "ControlLimits")
        #expect(limits.count == 10)
        #expect(page.limits(under: "Limits") == limits)
    }

    @Test func `has a row for every request and every answer`() {
        #expect(page.table(under: "Requests").count == messages.cases(of: "ControlRequest").count)
        #expect(page.table(under: "Answers").count == messages.cases(of: "ControlAnswer").count)
    }

    @Test func `has the files of a home`() {
        let named = page.table(under: "The files of a home").map { $0[0] }
        let home = SourceFile("Sources/NodeRuntime/Home.swift")
        let paths =
            home.texts(behind: "path + \"/", in: "public struct Home:")
            + home.texts(behind: "keysPath + \"/", in: "public struct Home:").map { "keys/\($0)" }
        #expect(paths.count >= 11)
        for path in paths where path != "keys" {
            let shown = path.replacing("\\(number)", with: "N").replacing("\\(party)", with: "CODE")
            #expect(named.contains(shown), "\(shown)")
        }
    }
}

@Suite("The page on the command line")
struct CommandsPageTests {
    private let page = SpecificationPage("commands.md")
    private let text = Repository.text(at: "Docs/Specification/commands.md")

    @Test func `has the exit codes of the program, and no other`() {
        let codes = SourceFile("Sources/Commands/ExitCode.swift").cases(of: "ExitCode")
        #expect(codes.count == 11)
        let rows = page.table(under: "Exit codes")
        #expect(rows.map { [$0[0], $0[1]] } == codes.map { [$0.rawValue ?? "", $0.name] })
    }

    @Test func `names every field that a verb prints as JSON`() {
        let words = Set(text.split { !$0.isLetter }.map(String.init))
        for file in Repository.names(in: "Sources/Commands") where file.hasSuffix(".swift") {
            let source = Repository.text(at: "Sources/Commands/\(file)")
            for match in source.matches(of: /[ \[(]\("(?<field>\w+)", (?:\.|json)/) {
                #expect(words.contains(String(match.field)), "\(file): \(match.field)")
            }
        }
    }
}

@Suite("The specification")
struct SpecificationTests {
    @Test func `has every page in its table`() {
        let pages = Repository.names(in: "Docs/Specification").filter { $0 != "README.md" }
        let rows = Repository.text(at: "Docs/Specification/README.md").split(separator: "\n")
            .filter { $0.hasPrefix("| [") }
        let named = rows.map { String($0.dropFirst(3).prefix { $0 != "]" }) }
        #expect(named.sorted() == pages)
    }

    @Test func `names in its links only pages that are there`() {
        let pages = Set(Repository.names(in: "Docs/Specification"))
        for page in pages where page.hasSuffix(".md") {
            for match in Repository.text(at: "Docs/Specification/\(page)").matches(of: /\]\((?<page>[\w.-]+)\)/) {
                #expect(pages.contains(String(match.page)), "\(page): \(match.page)")
            }
        }
    }

    @Test func `describes every kind of statement in CDDL, by its media type`() {
        let description = Repository.text(at: "Docs/Specification/syngraph.cddl")
        for kind in StatementKind.allCases {
            #expect(description.contains("\n\(kind.rawValue)-statement = #6.18("), "\(kind)")
            #expect(description.contains("16: \"\(kind.mediaType)\""), "\(kind)")
        }
    }

    @Test func `has its decisions numbered, each once, and each a why`() {
        let names = Repository.names(in: "Docs/Decisions").filter { $0.hasSuffix(".md") }
        #expect(Set(names.map { $0.prefix(4) }).count == names.count)
        for name in names {
            #expect(name.wholeMatch(of: /\d{4}-why-[a-z0-9-]+\.md/) != nil, "\(name)")
            #expect(Repository.text(at: "Docs/Decisions/\(name)").hasPrefix("# Why "), "\(name)")
        }
    }
}
