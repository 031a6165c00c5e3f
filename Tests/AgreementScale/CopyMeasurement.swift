import Agreement
import Cryptography
import Foundation
import Identity
import NodeLogic

/// A node's copy that takes in a big roadmap, record by record and each seal with its signature, as a node does: after
/// each it asks who may connect.
struct CopyMeasurement: Measurement {
    let rows: [Row]
    private static let window = 1_000

    struct Row: Encodable {
        let seals: Int
        let instruments: Int
        let inForce: Int
        /// Of the last thousand seals, without the check of the signature.
        let secondsPerSeal: Double
        let secondsOfSlowestSeal: Double
        let secondsPerSignatureCheck: Double
        /// Of the instruments among which those seals came.
        let secondsPerInstrument: Double
        /// Of one of the node's own seals: judged, taken into a copy, and that kept.
        let secondsPerOwnSeal: Double
        /// Of the roots that a state certificate names, where something has changed.
        let secondsOfRoots: Double
        /// Of everything from nothing, as after a key statement that changes what seals are worth.
        let secondsFromNothing: Double
        /// Resident for the copy, ledger and evaluation.
        let megabytes: Double
    }

    init(_ roadmap: BigRoadmap) throws {
        let before = residentByteCount()
        var filling = Filling(roadmap)
        _ = filling.copy.admission
        rows = try ScaleMeasurement.sizes(of: roadmap).map { size in
            try filling.take(upTo: size - Self.window)
            return try filling.measure(upTo: size, residentBefore: before)
        }
    }

    /// The copy, and how far it has come.
    private struct Filling {
        let roadmap: BigRoadmap
        let instruments: [InstrumentID: Instrument]
        var copy: RoadmapCopy
        var taken = 0

        init(_ roadmap: BigRoadmap) {
            self.roadmap = roadmap
            instruments = Dictionary(uniqueKeysWithValues: roadmap.instruments.map { ($0.id, $0) })
            copy = RoadmapCopy(roadmap: roadmap.roadmap)
        }

        mutating func take(upTo count: Int) throws {
            while taken < count {
                takeInstrument()
                try takeSeal(roadmap.signed(taken))
                _ = copy.admission
                taken += 1
            }
        }

        /// That which the next seal is on.
        private mutating func takeInstrument() {
            let id = roadmap.seals[taken].instrument
            if copy.ledger.instruments[id] == nil { _ = copy.take(instruments[id]!) }
        }

        private mutating func takeSeal(_ signed: SignedStatement) throws {
            precondition(copy.takeSeal(signed) == .new)
        }

        mutating func measure(upTo count: Int, residentBefore: Int) throws -> Row {
            let statements = try (taken..<count).map(roadmap.signed)
            let keys = statements.enumerated().map { key(of: taken + $0.offset) }
            let checks = measured {
                for (statement, key) in zip(statements, keys) { precondition(statement.isValid(by: key)) }
            }
            let check = checks / Double(statements.count)
            var (onSeals, onInstruments): ([Double], [Double]) = ([], [])
            for statement in statements {
                if copy.ledger.instruments[roadmap.seals[taken].instrument] == nil {
                    onInstruments.append(
                        measured {
                            takeInstrument()
                            _ = copy.admission
                        })
                }
                onSeals.append(
                    try measured {
                        try takeSeal(statement)
                        _ = copy.admission
                    } - check)
                taken += 1
            }
            let mean = { (times: [Double]) in times.isEmpty ? 0 : times.reduce(0, +) / Double(times.count) }
            let own = try secondsPerOwnSeal()
            let roots = measured { _ = copy.roots }
            let anew = measured { _ = Evaluation(of: copy.ledger) }
            return Row(
                seals: count, instruments: copy.ledger.instruments.count, inForce: copy.evaluation.inForce.count,
                secondsPerSeal: mean(onSeals), secondsOfSlowestSeal: onSeals.max()!, secondsPerSignatureCheck: check,
                secondsPerInstrument: mean(onInstruments), secondsPerOwnSeal: own, secondsOfRoots: roots,
                secondsFromNothing: anew, megabytes: Double(residentByteCount() - residentBefore) / 1e6)
        }

        private func key(of place: Int) -> PublicKey {
            let party = roadmap.seals[place].party
            return roadmap.parties.first { $0.name == party }!.record.seal.keys[0]
        }

        /// A few seals that come next, each offered by its own party's people; nothing of it is kept.
        private func secondsPerOwnSeal() throws -> Double {
            var accepted = copy
            let next = roadmap.seals.indices.dropFirst(taken).prefix { place in
                copy.ledger.instruments[roadmap.seals[place].instrument] != nil
            }.prefix(10)
            let signed = try next.map { (roadmap.seals[$0].party, try roadmap.signed($0)) }
            let seconds = try measured {
                for (party, statement) in signed {
                    var trial = accepted
                    _ = try trial.accept([.seal(statement)], for: party)
                    accepted = trial
                }
            }
            return signed.isEmpty ? 0 : seconds / Double(signed.count)
        }
    }

    var table: String {
        let lines = rows.map { row in
            "| \(row.seals) | \(row.instruments) | \(row.inForce) | \(microseconds(row.secondsPerSeal)) "
                + "| \(microseconds(row.secondsOfSlowestSeal)) | \(microseconds(row.secondsPerSignatureCheck)) "
                + "| \(microseconds(row.secondsPerInstrument)) | \(microseconds(row.secondsPerOwnSeal)) "
                + "| \(microseconds(row.secondsOfRoots)) | \(String(format: "%.3f s", row.secondsFromNothing)) "
                + "| \(String(format: "%.0f MB", row.megabytes)) |"
        }
        return """
            through a node's copy, with who may connect asked after each

            | seals | instruments | in force | one more seal | the slowest of 1,000 | its signature | one more instrument | own seal | roots | from nothing | memory |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            \(lines.joined(separator: "\n"))
            """
    }
}
