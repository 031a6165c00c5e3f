import Agreement
import Cryptography
import Foundation
import Identity
import RoadmapFixtures
import TestSupport
import Testing

@testable import Verification

/// `SYNGRAPH_HISTORIES` is the number of histories; without it a few, for every change. A failure names its seed.
@Suite("Evidence, over random histories")
struct AssemblyTests {
    static let seeds: ClosedRange<UInt64> = {
        let count = ProcessInfo.processInfo.environment["SYNGRAPH_HISTORIES"].flatMap { UInt64($0) }
        return 1...(count ?? 4)
    }()

    // MARK: Who kept to the rules

    @Test func `convicts nobody who kept to the rules, whatever is left out and whatever they are accused of`() async {
        let seen = await Self.overAllSeeds { Honesty(seed: $0).judge() }
        print("\(Self.seeds.count) honest histories: \(seen)")
        #expect(seen.verdicts[.convicted] == nil)
        for reason in [Judgement.Reason.absent, .disowned, .notEstablished, .coherent, .otherRecords] {
            #expect(seen.reasons[reason, default: 0] > 0, "\(reason)")
        }
        #expect(seen.setFree > 0, "somebody was set free by a closing, and used it")
    }

    // MARK: Who did not

    @Test func `convicts a liar by every file made against it, and acquits it by none that lacks a record`() async {
        let seen = await Self.overAllSeeds { Dishonesty(seed: $0).judge() }
        print("\(Self.seeds.count) histories with a liar: \(seen)")
        #expect(seen.files > Self.seeds.count)
        #expect(seen.reasons[.notEstablished, default: 0] > 0 && seen.reasons[.absent, default: 0] > 0)
    }

    private static func overAllSeeds(_ play: @escaping @Sendable (UInt64) -> Seen) async -> Seen {
        await withTaskGroup(of: Seen.self) { group in
            for seed in seeds { group.addTask { play(seed) } }
            return await group.reduce(Seen(), +)
        }
    }
}

/// What came of the accusations.
struct Seen: Sendable, CustomStringConvertible {
    var files = 0
    var instruments = 0
    var perfected = 0
    var seals = 0
    /// Pairs of commitments to rivals that are no contradiction, though neither names the other.
    var setFree = 0
    var reasons: [Judgement.Reason: Int] = [:]

    var verdicts: [Judgement.Verdict: Int] {
        reasons.reduce(into: [:]) { $0[$1.key.verdict, default: 0] += $1.value }
    }

    mutating func note(_ judgements: [Judgement]) {
        files += 1
        for judgement in judgements { reasons[judgement.reason, default: 0] += 1 }
    }

    static func + (one: Seen, other: Seen) -> Seen {
        var sum = one
        sum.files += other.files
        sum.instruments += other.instruments
        sum.perfected += other.perfected
        sum.seals += other.seals
        sum.setFree += other.setFree
        sum.reasons.merge(other.reasons, uniquingKeysWith: +)
        return sum
    }

    var description: String {
        let reasons = Judgement.Reason.allCases.compactMap { reason in self.reasons[reason].map { "\(reason) \($0)" } }
        return "\(instruments) instruments, \(perfected) perfected, \(seals) seals, \(setFree) set free, "
            + "\(files) files: \(reasons.joined(separator: ", "))"
    }
}

/// A history of honest parties, and every accusation that can be made up about them, on parts of the records.
private struct Honesty {
    private let assembly: Assembly
    private let whole: Ledger
    private let seed: UInt64
    private var random: SplitMix64

    init(seed: UInt64) {
        assembly = Assembly(seed: seed)
        whole = assembly.whole
        self.seed = seed
        random = SplitMix64(seed: seed &+ 0xE51D)
    }

    func judge() -> Seen {
        var play = self
        var seen = Seen()
        seen.instruments = whole.instruments.count
        seen.perfected = Evaluation(of: whole).perfected.count
        seen.seals = whole.seals.count
        seen.setFree = setFree
        let accusations = play.accusations()
        for part in play.parts() {
            let ledger = Assembly.ledger(of: part, roadmap: assembly.founding.id)
            // As many as one file takes; other ones for each part.
            let some = accusations.shuffled(using: &play.random).prefix(BundleLimits.accusationCount)
            let bytes = BundleWriter(ledger, accusations: Array(some)).encoded()
            let findings = try? VerificationReport(verifying: bytes, expecting: nil).findings
            let convicted = findings?.judgements.filter { $0.verdict == .convicted }.map(\.accusation)
            #expect(convicted == [], "seed \(seed), of \(part.count) records")
            #expect(findings?.evidence == [], "seed \(seed), of \(part.count) records")
            seen.note(findings?.judgements ?? [])
        }
        return seen
    }

    private var setFree: Int {
        let evaluation = Evaluation(of: whole)
        let binding = whole.seals.values.map(\.seal).filter {
            $0.verdict.isCommitment && evaluation.standing(ofSeal: $0.id, on: $0.instrument) == .binding
        }
        return binding.reduce(0) { count, one in
            count
                + binding.count { other in
                    one.party == other.party && one.id < other.id
                        && evaluation.conflict(one.instrument, other.instrument)
                        && !whole.instruments[one.instrument]!.replaces.contains(other.instrument)
                        && !whole.instruments[other.instrument]!.replaces.contains(one.instrument)
                }
        }
    }

    /// The whole; all but one sort of records; and random parts.
    private mutating func parts() -> [[AssemblyRecord]] {
        let all = assembly.records
        var parts = [all]
        parts.append(
            all.filter { record in
                if case .keys = record { false } else { true }
            })
        parts.append(
            all.filter { record in
                if case .instrument(let instrument) = record { instrument.closing == nil } else { true }
            })
        parts.append(
            all.filter { record in
                if case .instrument(let instrument) = record { !instrument.isFounding } else { true }
            })
        for percent in [98, 95, 90, 75, 50] {
            parts.append(all.filter { _ in Int.random(in: 0..<100, using: &random) < percent })
        }
        return parts
    }

    /// Every two seals and every two key statements of one party, as what they look like most.
    private mutating func accusations() -> [Accusation] {
        let roadmap = assembly.founding.id
        var accusations: [Accusation] = []
        let seals = Dictionary(grouping: whole.seals.values.map(\.seal), by: \.party)
        for (party, seals) in seals.sorted(by: { $0.key < $1.key }) {
            let seals = seals.sorted { $0.id < $1.id }
            for (place, one) in seals.enumerated() {
                for other in seals[(place + 1)...] {
                    let kind: Accusation.Kind =
                        one.instrument == other.instrument ? .twoVerdicts : .incoherentSeals
                    accusations.append(
                        try! Accusation(roadmap: roadmap, party: party, kind: kind, records: [one.id, other.id]))
                }
            }
        }
        let statements = whole.keyChains.statements.values.map(\.statement).sorted { $0.id < $1.id }
        for (place, one) in statements.enumerated() {
            for other in statements[(place + 1)...] where other.party == one.party {
                accusations.append(
                    try! Accusation(roadmap: roadmap, party: one.party, kind: .forkedKeys, records: [one.id, other.id]))
            }
        }
        return accusations
    }
}

/// A history with a liar, and the files that are made against it.
private struct Dishonesty {
    private let assembly: Assembly
    private let seed: UInt64

    init(seed: UInt64) {
        assembly = Assembly(seed: seed, hasLiar: true)
        self.seed = seed
    }

    func judge() -> Seen {
        var seen = Seen()
        let whole = assembly.whole
        let contradictions = Evaluation(of: whole).contradictions()
        #expect(Set(contradictions.map(\.party)).isSubset(of: [assembly.delegates[0].party]), "seed \(seed)")
        let files = EvidenceWriter(whole).files()
        let byKind = Dictionary(grouping: contradictions, by: \.kind)
        let expected = byKind.values.reduce(0) { $0 + min($1.count, BundleLimits.evidenceFilesPerKind) }
        #expect(files.count == expected, "seed \(seed)")
        seen.instruments = whole.instruments.count
        seen.perfected = Evaluation(of: whole).perfected.count
        seen.seals = whole.seals.count
        for file in files.prefix(3) { leaveOut(of: file, &seen) }
        return seen
    }

    /// What the page says may acquit by its absence: a further seal of the accused, which may take away the freedom that
    /// a closing gives; and a key statement that acknowledges one of the two, or that such a further seal stands on.
    private func speaksAgainst(
        _ accusation: Accusation, _ record: HandMade.Record, among records: [HandMade.Record]
    ) -> Bool {
        if let seal = seal(in: record) { return isFurther(seal, accusation) }
        guard record.kind == 3, let signed = try? SignedStatement(encoded: record.content, expecting: .keys),
            let statement = try? KeyStatement(payload: signed.payload), statement.party == accusation.party
        else { return false }
        return !Set(statement.acknowledges).isDisjoint(with: accusation.records)
            || records.contains { seal(in: $0).map { isFurther($0, accusation) } ?? false }
    }

    private func isFurther(_ seal: Seal, _ accusation: Accusation) -> Bool {
        seal.party == accusation.party && !accusation.records.contains(seal.id) && seal.instrument != seal.roadmap
    }

    private func seal(in record: HandMade.Record) -> Seal? {
        guard record.kind == 2, let signed = try? SignedStatement(encoded: record.content, expecting: .seal)
        else { return nil }
        return try? Seal(payload: signed.payload)
    }

    private func leaveOut(of file: EvidenceFile, _ seen: inout Seen) {
        guard let whole = try? HandMade(reading: file.bytes) else { return }
        for place in whole.records.indices.dropLast() {
            var less = whole
            less.records.remove(at: place)
            let judgements = (try? less.report.findings?.judgements) ?? []
            seen.note(judgements)
            if speaksAgainst(file.accusation, whole.records[place], among: whole.records) { continue }
            #expect(
                judgements.allSatisfy { $0.verdict != .acquitted },
                "seed \(seed), \(file.name) without record \(place) of kind \(whole.records[place].kind)")
        }
    }
}
