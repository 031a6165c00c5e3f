/// The instruments that somebody holds, and what can be said of them without looking at a single seal:
/// what each is built on, whether it is well formed, what it conflicts with, what it needs.
///
/// Instruments may arrive in any order. An instrument without a verdict is awaiting records. Nothing said of a
/// judged instrument ever changes when more arrive.
///
/// Readings:
/// - *conflict*: "neither is built on the other" governs both clauses, and nothing conflicts with itself. Two bases
///   that both say "did not exist" name the same version.
/// - *newest*: the newest of some writers of a provision is the one that is built on all the others.
public struct ReferenceGround: Sendable {
    /// The id of the founding instrument: the only thing a verifier has to be told.
    public let roadmap: String
    public private(set) var instruments: [String: ReferenceInstrument] = [:]
    /// Only of what can be judged; who is missing here awaits a record.
    public private(set) var verdicts: [String: ReferenceForm] = [:]
    /// What each well-formed instrument is built on, all the way down.
    public private(set) var beneath: [String: Set<String>] = [:]
    /// What each well-formed instrument names in `base` and `after`.
    public private(set) var directGround: [String: Set<String>] = [:]
    /// Among the well-formed.
    public private(set) var conflicts: [String: Set<String>] = [:]
    /// Of the well-formed.
    public private(set) var needs: [String: [ReferenceNeed]] = [:]
    private var unjudged: Set<String> = []

    public init(roadmap: String, instruments: [ReferenceInstrument] = []) {
        self.roadmap = roadmap
        for instrument in instruments { add(instrument) }
    }

    /// Takes in one instrument and judges whatever can be judged now. Adding one twice changes nothing.
    public mutating func add(_ instrument: ReferenceInstrument) {
        guard instruments[instrument.id] == nil else { return }
        instruments[instrument.id] = instrument
        unjudged.insert(instrument.id)
        var hasJudged = true
        while hasJudged {
            hasJudged = false
            for id in unjudged.sortedBytewise() {
                guard let candidate = instruments[id], let form = judge(candidate) else { continue }
                unjudged.remove(id)
                verdicts[id] = form
                hasJudged = true
                if form == .wellFormed { admit(candidate) }
            }
        }
    }

    private mutating func admit(_ instrument: ReferenceInstrument) {
        let ground = builtOn(by: instrument)
        let rivals = beneath.keys.filter { conflict(instrument, beneath: ground, with: $0) }
        beneath[instrument.id] = ground
        directGround[instrument.id] = instrument.directGround
        conflicts[instrument.id] = Set(rivals)
        for rival in rivals { conflicts[rival, default: []].insert(instrument.id) }
        needs[instrument.id] = allNeeds(of: instrument)
    }

    public func isWellFormed(_ id: String) -> Bool { verdicts[id] == .wellFormed }

    /// Everything in `base` and `after`, and what those are built on.
    ///
    /// - Precondition: Everything it is built on is well formed.
    public func builtOn(by instrument: ReferenceInstrument) -> Set<String> {
        instrument.directGround.reduce(into: instrument.directGround) { $0.formUnion(beneath[$1] ?? []) }
    }

    public func isBuilt(_ later: String, on earlier: String) -> Bool {
        beneath[later]?.contains(earlier) ?? false
    }

    // MARK: Conflict

    /// Whether an instrument, which need not be published yet, conflicts with a well-formed one.
    public func conflict(
        _ one: ReferenceInstrument, beneath ground: Set<String>, with otherID: String
    ) -> Bool {
        guard let other = instruments[otherID], let otherGround = beneath[otherID], one.id != otherID,
            !ground.contains(otherID), !otherGround.contains(one.id)
        else { return false }
        return Self.writesWhatIsNamed(one, by: other) || Self.writesWhatIsNamed(other, by: one)
            || Self.bothChangeOneConstitution(one, other)
    }

    /// Writes a provision that the other writes or relies on at the same version.
    private static func writesWhatIsNamed(_ writer: ReferenceInstrument, by other: ReferenceInstrument) -> Bool {
        writer.changes.keys.contains { provision in
            guard let seen = writer.base[provision], let named = other.base[provision] else { return false }
            return seen == named
        }
    }

    /// Both write a rule, a roster or a party record, and name the same version of every rule and roster both name.
    private static func bothChangeOneConstitution(
        _ one: ReferenceInstrument, _ other: ReferenceInstrument
    ) -> Bool {
        guard one.changesConstitution, other.changesConstitution else { return false }
        return one.base.allSatisfy { provision, seen in
            guard Provision.isRuleOrRoster(provision), let named = other.base[provision] else { return true }
            return seen == named
        }
    }

    // MARK: Text

    /// The newest version of one provision among `writers`, or `nil` where no writer is built on all the others.
    public func newest(of writers: [String]) -> String? {
        writers.first { candidate in
            writers.allSatisfy { $0 == candidate || isBuilt(candidate, on: $0) }
        }
    }

    /// Who wrote or repealed what, among a set of well-formed instruments.
    public func writers(among set: Set<String>) -> [String: [String]] {
        var writers: [String: [String]] = [:]
        for id in set {
            for provision in (instruments[id]?.changes ?? [:]).keys { writers[provision, default: []].append(id) }
        }
        return writers
    }

    /// The version of every provision that `set` wrote or repealed; one without a newest version is left out.
    public func text(of set: Set<String>) -> [String: String] {
        writers(among: set).compactMapValues(newest(of:))
    }

    public func content(of provision: String, in version: String) -> ReferenceContent? {
        instruments[version]?.changes[provision]?.content
    }

    /// The provisions of a text that exist, with their contents.
    public func contents(of text: [String: String]) -> [String: ReferenceContent] {
        var contents: [String: ReferenceContent] = [:]
        for (provision, version) in text { contents[provision] = content(of: provision, in: version) }
        return contents
    }

    /// The key record of the newest `party/ID` among what the instrument writes or is built on.
    public func keyRecord(of party: String, for instrument: String) -> String? {
        guard let ground = beneath[instrument] else { return nil }
        let provision = Provision.party(party)
        let writers = ground.union([instrument]).filter { instruments[$0]?.writes(provision) ?? false }
        guard let version = newest(of: Array(writers)),
            case .record(let keyRecord) = content(of: provision, in: version)?.matter
        else { return nil }
        return keyRecord
    }
}
