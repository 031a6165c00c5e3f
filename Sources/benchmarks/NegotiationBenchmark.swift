internal import Agreement
internal import ArgumentParser
internal import Drafting
internal import Identity
internal import Negotiation

/// Shows a draft with many brackets as the rolling text, and freezes it.
struct NegotiationBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "negotiation", abstract: "Measure the rolling text and freezing, with many open brackets.")

    @Option(help: "Provisions of the text in force.") var provisions = 1000
    @Option(help: "Open brackets of the draft, spread evenly; each has another wording.") var brackets = 5000
    @Option(help: "Parties, each of which holds a position on every bracket.") var parties = 20
    @Option(help: "How often each measurement is made; the median counts. At least 5.") var runs = 5
    @Flag(help: "Count how long the processor worked, and not how long it took: for a machine that is busy.")
    var processorTime = false

    @Flag(help: "Answer as one line of JSON.") var json = false

    private var stopwatch: Stopwatch { Stopwatch(countsProcessorTime: processorTime) }

    func validate() throws {
        guard provisions > 0, brackets > 0, parties > 1 else {
            throw ValidationError("it takes a provision, a bracket and two parties")
        }
        guard runs >= 5 else { throw ValidationError("a median of fewer than five runs says little") }
    }

    func run() throws {
        let table = try BracketedDraft(provisionCount: provisions, bracketCount: brackets, partyCount: parties)
        let draft = table.draft
        var report = Report([
            ("provisions", .count(provisions)), ("brackets", .count(brackets)), ("parties", .count(parties)),
        ])
        var count = 0
        let counting = stopwatch.median(of: runs) { count = draft.openBrackets().all.count }
        precondition(count == brackets, "all of them are open")
        report.add("count_ms", .milliseconds(counting))
        var rolling = RollingText(of: draft)
        let showing = stopwatch.median(of: runs) {
            rolling = RollingText(
                over: table.inForce, drafts: [draft], instruments: [], languages: [BracketedDraft.english])
        }
        precondition(rolling.openCount == brackets, "all of them are shown")
        report.add("rolling_ms", .milliseconds(showing))
        let choices = Dictionary(
            uniqueKeysWithValues: table.brackets.map { name in
                (name, Alternative.added(OperationName(entry: name.entry, number: name.number + 1)))
            })
        var frozen: Instrument?
        var left: [PositionLeft] = []
        let freezing = stopwatch.median(of: runs) {
            let freezing = Freezing(
                draft, openedOn: table.inForce, table.evaluation, languages: [BracketedDraft.english],
                choosing: choices, faultInText: { _ in nil })
            frozen = try? freezing.frozen(
                Freezing.Wish(), by: Identifier("P0")!, salt: [UInt8](repeating: 7, count: 16),
                roadmap: table.founding.id
            ).instrument
            left = freezing.positionsLeft
        }
        precondition(left.count == brackets, "half of the parties are left by each")
        report.add("freeze_ms", .milliseconds(freezing))
        guard let frozen else { throw ValidationError("the draft cannot be frozen: its changes are too many") }
        let laid = stopwatch.median(of: runs) {
            rolling = RollingText(
                over: table.inForce, drafts: [draft],
                instruments: [OpenInstrument(changes: frozen.changes, parties: [Identifier("P0")!])],
                languages: [BracketedDraft.english])
        }
        report.add("rolling_with_instrument_ms", .milliseconds(laid))
        print(json ? report.json : report.table)
    }
}
