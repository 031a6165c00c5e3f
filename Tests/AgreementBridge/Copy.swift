internal import Agreement
internal import AgreementReference
internal import Cryptography

/// One copy of a history, seen twice: by the product and by the slow reference.
///
/// The product takes in real bytes with real signatures, in the order of the events; so a seal may come before its
/// instrument, and a key statement before the record that it follows.
struct Copy {
    typealias Event = ReferenceHistory.Event

    /// The whole of which it has some events.
    let history: ReferenceHistory
    /// In the order of arrival.
    let events: [Event]
    let scribe: Scribe
    let ledger: Ledger
    let product: Evaluation
    let reference: Reference

    /// - Parameter trusted: A ledger that has checked these signatures before; nil checks them now.
    init(_ events: [Event], of history: ReferenceHistory, by scribe: Scribe, trusting trusted: Ledger? = nil) {
        self.history = history
        self.events = events
        self.scribe = scribe
        ledger = Self.ledger(events, roadmap: history.roadmap, scribe, trusted)
        product = Evaluation(of: ledger)
        reference = history.reference(of: events)
    }

    /// The same records in another order of arrival, which makes no difference to the reference.
    init(_ events: [Event], asIn other: Copy) {
        history = other.history
        self.events = events
        scribe = other.scribe
        ledger = Self.ledger(events, roadmap: other.history.roadmap, other.scribe, other.ledger)
        product = Evaluation(of: ledger)
        reference = other.reference
    }

    private static func ledger(_ events: [Event], roadmap: String, _ scribe: Scribe, _ trusted: Ledger?) -> Ledger {
        var ledger = trusted.map { Ledger(trusting: $0) } ?? Ledger(roadmap: Spelling.digest(roadmap))
        for event in events {
            if case .published(let instrument) = event {
                guard (try? ledger.insert(scribe.instruments[instrument.id]!)) != nil else {
                    preconditionFailure("an instrument of the history is of its roadmap")
                }
            }
            // What nobody may have signed is refused, and the reference never counts it.
            for envelope in scribe.envelopes(of: event) { ledger.insert(envelope) }
        }
        return ledger
    }

    /// The instruments of the copy, ascending.
    var instruments: [String] { reference.instruments.sortedBytewise() }
    /// Those that are well formed, ascending.
    var wellFormed: [String] { instruments.filter(reference.ground.isWellFormed) }
    /// Those of whom the copy has a record, ascending.
    var parties: [String] {
        let records = events.flatMap { event -> [String] in
            guard case .published(let instrument) = event else { return [] }
            return instrument.changes.keys.filter { $0.hasPrefix("party/") }
        }
        return Set(records.map { Provision.name(in: $0) }).sortedBytewise()
    }
}

extension Ledger {
    /// Takes in one envelope of whatever kind, or refuses it.
    fileprivate mutating func insert(_ envelope: SignedStatement) {
        switch envelope.kind {
        case .seal: _ = try? insertSeal(envelope)
        case .withdrawal: _ = try? insertWithdrawal(envelope)
        case .keys: _ = try? insertKeyStatement(envelope)
        case .state, .checkpoint, .card: break
        }
    }
}
