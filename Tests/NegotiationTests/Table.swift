import Agreement
import CanonicalEncoding
import Cryptography
public import Identity
import Negotiation
import RoadmapFixtures

@testable import Drafting

/// A draft on the small roadmap, and the parties that sit round it with one copy.
struct Table {
    static let english: Identifier = "en"
    static let korean: Identifier = "ko"

    var roadmap: SmallRoadmap
    var draft: Draft
    /// The text that it was opened on.
    let base: [Identifier: Content]
    private var sequence: UInt64 = 1
    private var previous: [Identifier: Digest] = [:]

    init(on roadmap: SmallRoadmap = SmallRoadmap(), title: [String: String] = ["en": "Offices", "ko": "사무소"]) {
        self.roadmap = roadmap
        let evaluation = roadmap.evaluation
        base = Dictionary(uniqueKeysWithValues: evaluation.textInForce.map { ($0.id, $0.content) })
        let opening = try! DraftOpening(
            title: words(title), languages: roadmap.founding.languages, base: evaluation.newestInForce)
        draft = Draft(
            opening, stamp: Self.stamp("opening", 0, opening.body), party: Signatory.korea.id,
            base: DraftBase(of: base))
    }

    private static func stamp(_ writer: String, _ sequence: UInt64, _ body: [UInt8]) -> EditStamp {
        let id = Digest(of: Array("writer \(writer)".utf8))
        return EditStamp(
            sequence: sequence, writer: id,
            id: Digest(of: id.bytes + Array("\(sequence)".utf8) + Digest(of: body).bytes))
    }

    /// Somebody writes, as one entry.
    @discardableResult
    mutating func write<Made>(_ party: String, _ body: (inout Draft) -> Made) -> Made {
        let party = Identifier(party)!
        draft.writingParty = party
        let made = body(&draft)
        guard draft.hasOpenWork else { return made }
        let stamp = Self.stamp(party.string, sequence, draft.openEdits.body)
        draft.close(as: stamp, previous: previous[party])
        sequence += 1
        previous[party] = stamp.id
        return made
    }

    /// As ``write(_:_:)``, for one operation: answers what others call what it made.
    @discardableResult
    mutating func perform(_ party: String, _ operation: DraftOperation) -> OperationName? {
        write(party) { $0.perform(operation) }?.closed(in: previous[Identifier(party)!]!)
    }

    func text(_ provision: String, _ language: Identifier = english) -> TextName {
        .node(.base(Identifier(provision)!), language: language)
    }

    func range(of words: String, in text: TextName) -> Range<Int> {
        let all = Array(draft.string(of: text)!.unicodeScalars)
        let part = Array(words.unicodeScalars)
        let start = (0...all.count - part.count).first { Array(all[$0..<$0 + part.count]) == part }!
        return start..<start + part.count
    }

    /// Brackets words of a text, with other wordings beside them: answers the bracket and these.
    mutating func bracket(
        _ party: String, _ words: String, in text: TextName, or others: [String] = []
    ) -> (bracket: OperationName, others: [OperationName]) {
        let range = range(of: words, in: text)
        let made = write(party) { draft -> (OperationName, [OperationName]) in
            let (start, end) = draft.anchors(around: range, in: text)!
            let bracket = draft.perform(.bracket(text, start: start, end: end))!
            let added = others.map { other in
                let name = draft.perform(.alternative(bracket: bracket))!
                draft.insert(other, in: .alternative(name), at: 0)
                return name
            }
            return (bracket, added)
        }
        let entry = previous[Identifier(party)!]!
        return (made.0.closed(in: entry), made.1.map { $0.closed(in: entry) })
    }

    mutating func replace(_ party: String, _ words: String, by others: String, in text: TextName) {
        let range = range(of: words, in: text)
        write(party) { draft in
            draft.delete(range, in: text)
            draft.insert(others, in: text, at: range.lowerBound)
        }
    }

    func rolling(_ provision: String, _ language: Identifier = english) -> String? {
        RollingText(of: draft).provisions.first { $0.identifier.string == provision }?
            .words.first { $0.language == language }?.text.notation
    }

    // MARK: Freezing

    func freezing(choosing choices: [OperationName: Drafting.Alternative] = [:]) -> Freezing {
        Freezing(
            draft, openedOn: base, roadmap.evaluation, languages: roadmap.founding.languages, choosing: choices,
            faultInText: { $0.unicodeScalars.contains("\u{200B}") ? "holds what nobody can see" : nil })
    }

    func frozen(
        choosing choices: [OperationName: Drafting.Alternative] = [:], salt: UInt8 = 7,
        _ adjust: (inout Freezing.Wish) -> Void = { _ in }
    ) throws -> Freezing.Frozen {
        var wish = Freezing.Wish()
        adjust(&wish)
        return try freezing(choosing: choices).frozen(
            wish, by: Signatory.korea.id, salt: [UInt8](repeating: salt, count: 16), roadmap: roadmap.id)
    }

    func faults(choosing choices: [OperationName: Drafting.Alternative] = [:]) -> [FreezeFault] {
        do {
            _ = try frozen(choosing: choices)
            return []
        } catch let refusal as FreezeRefusal {
            return refusal.faults
        } catch {
            return []
        }
    }
}

extension Table {
    /// All entries of a copy but the opening.
    static func entries(of table: Table) -> [DraftEntry] { table.draft.entries }
}

extension Identifier: ExpressibleByStringLiteral {
    public init(stringLiteral value: String) { self.init(value)! }
}
